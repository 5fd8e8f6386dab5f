"""Everybody in one book: contacts that are known one by one, and perhaps a crowd of which only the changed are.

Rule: a customer of the crowd who is changed or deleted departs from it, for good.
"""

from collections.abc import Iterator
from itertools import chain

from contactd_zoho_sandbox.crowd import NOBODY, Crowd
from contactd_zoho_sandbox.finance.contacts import Contact
from contactd_zoho_sandbox.finance.organizations import Organization
from contactd_zoho_sandbox.finance.quick_rows import QuickRows
from contactd_zoho_sandbox.finance.rows import encoded_row

#: So many rows of a crowd are kept (1.5 KB each); of a bigger one, the others are written when they are asked for.
MOST_WRITTEN = 200_000


class Population:
    """The contacts of *organization*, by id."""

    def __init__(self, organization: Organization) -> None:
        self._organization = organization
        self._known: dict[int, Contact] = {}
        self._rows: dict[int, bytes] = {}
        self._in_order = True
        self.crowd = NOBODY
        self._quick = QuickRows(NOBODY, organization)
        #: Ids of the crowd for which it does not speak any more.
        self.departed: set[int] = set()

    def __len__(self) -> int:
        return len(self._known) + self.crowd.count - len(self.departed)

    def __iter__(self) -> Iterator[Contact]:
        """Yield everybody; those who are known come first."""
        return chain(self.known(), map(self.crowd.contact, self._crowd_ids()))

    def known(self) -> Iterator[Contact]:
        """Yield those who are known one by one, in the order of their ids."""
        if not self._in_order:
            self._known = dict(sorted(self._known.items()))
            self._in_order = True
        return iter(self._known.values())

    def with_persons(self) -> list[int]:
        """Return the ids of those who have a person, in order."""
        known = (int(contact.contact_id) for contact in self.known() if contact.persons)
        return sorted(chain(known, self._crowd_ids()))

    def get(self, identity: int) -> Contact | None:
        """Return the contact of this id, if there is one."""
        found = self._known.get(identity)
        return self.contact(identity) if found is None and self.in_crowd(identity) else found

    def in_crowd(self, identity: int) -> bool:
        """Tell whether this is the id of a customer of the crowd who has not departed."""
        return identity in self.crowd.ids and identity not in self.departed

    def contact(self, identity: int) -> Contact:
        """Return the contact of an id that there is."""
        return self._known.get(identity) or self.crowd.contact(identity)

    def row(self, identity: int) -> bytes:
        """Return the row of an id that there is."""
        return self._rows.get(identity) or self._quick.row(identity)

    def put(self, contact: Contact) -> None:
        """Know *contact*, in place of what had its id."""
        identity = int(contact.contact_id)
        self._in_order &= identity in self._known or not self._known or identity > next(reversed(self._known))
        self._known[identity] = contact
        self._rows[identity] = encoded_row(contact, self._organization)
        if self.in_crowd(identity):
            self.departed.add(identity)

    def remove(self, identity: int) -> None:
        """Forget the contact of an id that there is."""
        if self.in_crowd(identity):
            self.departed.add(identity)
        self._known.pop(identity, None)
        self._rows.pop(identity, None)

    def welcome(self, crowd: Crowd) -> None:
        """Let *crowd* in; the rows of the first many are written beforehand."""
        self.crowd = crowd
        self._quick = QuickRows(crowd, self._organization)
        self._rows |= {identity: self._quick.row(identity) for identity in crowd.ids[:MOST_WRITTEN]}

    def _crowd_ids(self) -> Iterator[int]:
        return (identity for identity in self.crowd.ids if identity not in self.departed)
