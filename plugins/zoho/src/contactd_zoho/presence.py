"""Asking after single contacts: is one gone, or did a list pass over it?

A deleted contact leaves no trace but that its detail is refused (FACTS.md "2.9").

Rule: gone is what Zoho says is not there, under a status that goes with it. An
answer that may mean something else (no access, a page of HTML, a fault of the
server) never means gone, and holds a sweep up for a day at most.
"""

from collections.abc import Iterable

from contactd_sdk import Shelf, Unavailable
from contactd_zoho.details import Told, contact_of, detail_of, read_told
from contactd_zoho.errors import Refusal
from contactd_zoho.finance import Finance
from contactd_zoho.refused import check_waited

#: What Zoho answers for a contact that is not there, and under which statuses (FACTS.md "3.3", "9"): 1002 says so
#: itself, 5 may also be said of an address that is wrong.
_DOES_NOT_EXIST, _NOTHING_HERE = 1002, 5
_GONE = {_DOES_NOT_EXIST: frozenset({200, 400, 404}), _NOTHING_HERE: frozenset({400, 404})}


def is_gone(refusal: Refusal) -> bool:
    """Tell whether *refusal* of the call for one contact means that there is none."""
    return refusal.code is not None and refusal.status in _GONE.get(refusal.code, ())


class Presence:
    """Asks after contacts of one organization, and after their persons."""

    def __init__(self, finance: Finance, shelf: Shelf) -> None:
        self._finance = finance
        self._shelf = shelf

    def contacts_gone(self, ids: Iterable[str]) -> frozenset[str]:
        """Tell which of the contacts with *ids* are gone; one call each.

        Raises:
            SourceError: a call was refused for another reason, or had no answer.
        """
        return frozenset(contact for contact in ids if self._told(contact) is None)

    def persons_gone(self, ids: Iterable[str]) -> frozenset[str]:
        """Tell which persons are gone, known as `<contact>/<person>`; one call for each contact.

        Raises:
            SourceError: a call was refused for another reason, or had no answer.
        """
        of_contact: dict[str, list[str]] = {}
        for ident in ids:
            of_contact.setdefault(ident.partition("/")[0], []).append(ident)
        gone: set[str] = set()
        for contact, persons in of_contact.items():
            told = self._told(contact)
            gone.update(
                one for one in persons if told is None or self._is_without(told, contact, one.partition("/")[2])
            )
        return frozenset(gone)

    def _is_without(self, told: Told, contact: str, person: str) -> bool:
        """Tell whether *told* names all persons of *contact*, and *person* is none of them."""
        told_of = contact_of(told, contact)
        named = None if told_of is None else told_of.get("contact_persons")
        if told_of is None or not isinstance(named, list):
            return False
        persons = detail_of(told_of, self._finance.now()).persons
        return len(persons) == len(named) and person not in {one.id for one in persons}

    def _told(self, contact: str) -> Told | None:
        """Give what is told of *contact*, nothing once it was refused for a day, or `None` if it is gone."""
        try:
            answer = self._finance.attempt(f"/contacts/{contact}", {}, read_told)
        except Unavailable as silence:
            answer = Refusal(silence)
        if not isinstance(answer, Refusal):
            self._finance.listed = True
            return answer
        if not is_gone(answer):
            check_waited(self._shelf, contact, answer.error, self._finance.now())
            return Told(code=0)
        if answer.code == _NOTHING_HERE:
            self._check_address()
        return None

    def _check_address(self) -> None:
        """See that the organization's contacts are where we ask for them: else everyone would seem gone."""
        if not self._finance.listed:
            self._finance.get("/contacts", {"per_page": "1", "page": "1"}, read_told)
            self._finance.listed = True
