"""What a workspace takes of a person: addresses and values, checked as a run checks them.

Rule: rows 7 to 13 of the decision table in their order, whoever brings the
address (daemon/REQUIREMENTS.md 1.5).
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from contactd.domain.address import check, email_key
from contactd.domain.by_hand import refusal
from contactd.domain.erasing import digest
from contactd.domain.nouns import Contact, Workspace
from contactd.domain.refusals import Fault
from contactd.domain.words import ContactStatus, LawfulBasis, Reason
from contactd.engine.parts import Parts
from contactd.store import by_hand, contacts, fields, members, suppressions, workspaces
from contactd.store.database import Reading
from contactd.store.members import Group
from contactd_sdk import FieldType

#: What a person may give as one.
_BASES = tuple(basis.value for basis in LawfulBasis if basis)


#: From so many topics on there is a choice.
_SEVERAL = 2


class Verdict(NamedTuple):
    """What there is to say of an address: its *key*, what stands against it, and who has it (a deleted one, too)."""

    key: str | None
    reason: Reason
    suggestion: str
    holder: Contact | None


class Intake:
    """One workspace, ready to look at addresses and values."""

    def __init__(self, parts: Parts, r: Reading, home: Workspace) -> None:
        self.home = home
        self._r = r
        self._erasure_key = parts.sealer.derived(suppressions.PURPOSE)
        self._erased = suppressions.erased(r, home.id)
        policies = workspaces.policies(r, home.id)
        self._roles_allowed = policies.get("role_address") == "allow"
        self._exceptions = {email_key(address) for address in policies.get("role_exceptions", ())}
        self._typos_allowed = policies.get("typo") == "off"

    def types(self) -> Mapping[str, FieldType]:
        """Give the fields that a contact can have beside its address, with their types."""
        return {field.name: field.type for field in fields.every(self._r, self.home.id) if field.name != "email"}

    def verdict(self, email: str) -> Verdict:
        """Look at one address."""
        return self.verdicts([email])[0]

    def verdicts(self, emails: Sequence[str]) -> list[Verdict]:
        """Look at many addresses at once."""
        checked = [self._checked(email) for email in emails]
        keys = {key for key, reason, _ in checked if key is not None and reason is Reason.NONE}
        holders = contacts.having(self._r, self.home.id, keys)
        against = self._against(keys)
        verdicts = []
        for key, reason, suggestion in checked:
            holder = holders.get(key or "")
            objected = Reason.DO_NOT_MAIL if holder is not None and holder.unsubscribed else Reason.NONE
            verdicts.append(Verdict(key, reason or against.get(key or "", Reason.NONE) or objected, suggestion, holder))
        return verdicts

    def _checked(self, email: str) -> tuple[str | None, Reason, str]:
        """Look at the address alone (rows 7 to 10), with the policies of the workspace."""
        key, reason, suggestion = check(email)
        if reason is Reason.ROLE_ADDRESS and (self._roles_allowed or key in self._exceptions):
            reason = Reason.NONE
        if reason is Reason.INVALID_PATTERN and key is not None and self._typos_allowed:
            reason, suggestion = Reason.NONE, ""
        return key, reason, suggestion

    def _against(self, keys: Collection[str]) -> dict[str, Reason]:
        against = suppressions.against(self._r, self.home.id, keys)
        if self._erased:
            gone = {key for key in keys if digest(key, self._erasure_key) in self._erased}
            against.update(dict.fromkeys(gone, Reason.ERASED))
        return against

    def groups(self, group: Group, names: Sequence[str], *, field: str) -> tuple[dict[str, int], tuple[Fault, ...]]:
        """Give the ids of lists or topics by *names*, and what is wrong with the others."""
        found = {name: members.named(self._r, self.home.id, group, name) for name in names}
        faults = tuple(
            Fault(
                field,
                f"no {group.value} is called '{name}'; `contactctl {group.value}s list` shows those there are",
            )
            for name, number in found.items()
            if number is None
        )
        if group is Group.TOPIC and names and members.how_many(self._r, self.home.id, group) < _SEVERAL:
            # With one topic there is nothing to choose (I11, R18).
            faults = (
                Fault(field, "the workspace has fewer than two topics, so there is none to choose; leave it out"),
            )
        return {name: number for name, number in found.items() if number is not None}, faults

    def barred(self, group: Group, key: str) -> Mapping[int, Reason]:
        """Tell of which lists or topics nothing goes to *key*, whoever asks for it, and why."""
        return suppressions.scoped(self._r, self.home.id, group.value, [key]).get(key, {})

    def basis_faults(self, lawful_basis: str) -> tuple[Fault, ...]:
        """Tell what is wrong with a lawful basis: there is one if and only if the workspace keeps to GDPR (I11)."""
        if not self.home.gdpr_enabled:
            message = "the workspace does not keep to GDPR; leave the lawful basis out"
            return (Fault("lawful_basis", message),) if lawful_basis else ()
        if lawful_basis in _BASES:
            return ()
        message = f"'{lawful_basis}' is no lawful basis; give one of {', '.join(_BASES)}"
        return (Fault("lawful_basis", message),)

    def room(self) -> int | None:
        """Tell how many more contacts that get marketing mail the workspace may have (row 16); None: any number."""
        if not self.home.contact_limit:
            return None
        return max(self.home.contact_limit - by_hand.marketed(self._r, self.home.id), 0)


def address_faults(verdict: Verdict, email: str, *, itself: int | None = None) -> tuple[Fault, ...]:
    """Say what stands against an address that a person types for the contact *itself*, or for a new one."""
    if verdict.reason:
        return (refusal("email", email, verdict.reason, verdict.suggestion),)
    holder = verdict.holder
    if holder is not None and holder.id != itself and holder.status is ContactStatus.LIVE:
        message = f"contact {holder.id} has this address already; edit that one, or give another address"
        return (Fault("email", message),)
    return ()
