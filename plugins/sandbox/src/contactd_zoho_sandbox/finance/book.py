"""The contacts of one organization, kept so that a page of them costs next to nothing.

Rule: every write goes through here, to the store first. Rows are encoded once
per change and pages are joined from them; orders are sorted once and thrown
away at the next write, so a list is always as true as the last change.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from contactd_zoho_sandbox.finance.contacts import Contact
from contactd_zoho_sandbox.finance.filters import ORDERS
from contactd_zoho_sandbox.finance.listing import Listing, Selection
from contactd_zoho_sandbox.finance.organizations import Organization
from contactd_zoho_sandbox.finance.rows import encoded_row
from contactd_zoho_sandbox.store import Store

#: Orders are big; a caller who asks for a new one every time must not fill the memory.
MOST_ORDERS = 16


class Order(NamedTuple):
    """The contacts of a selection in its order, and their rows: the very bytes, not to look them up again."""

    contacts: list[Contact]
    rows: list[bytes]


class Book:
    """Every contact of *organization*, by id, by name and in any order."""

    def __init__(self, organization: Organization, store: Store) -> None:
        self.organization = organization
        self._store = store
        self._contacts: dict[str, Contact] = {}
        self._rows: dict[str, bytes] = {}
        self._names: dict[tuple[str, str], str] = {}
        self._orders: dict[Selection, Order] = {}

    def __len__(self) -> int:
        return len(self._contacts)

    def __iter__(self) -> Iterator[Contact]:
        return iter(self._contacts.values())

    def get(self, contact_id: str) -> Contact | None:
        """Return the contact of this id, if it is of this organization and not deleted."""
        return self._contacts.get(contact_id)

    def named(self, contact_type: str, name: str) -> Contact | None:
        """Return the one customer, or vendor, of this name; letter case does not matter."""
        return self._contacts.get(self._names.get((contact_type, name.casefold()), ""))

    def with_email(self, email: str) -> list[Contact]:
        """Return the contacts of which some person has this address; letter case does not matter."""
        wanted = email.casefold()
        return [
            contact
            for contact in self._contacts.values()
            if any(person.email.casefold() == wanted for person in contact.persons)
        ]

    def put(self, contact: Contact) -> None:
        """Keep *contact*, in place of what had its id."""
        self.put_all([contact])

    def put_all(self, contacts: Iterable[Contact]) -> None:
        """Keep many contacts at once."""
        kept = list(contacts)
        self._store.put_all("contact", ((contact.contact_id, contact) for contact in kept))
        for contact in kept:
            self.take_up(contact)

    def remove(self, contact: Contact) -> None:
        """Forget *contact*, without a trace, as Zoho does."""
        self._store.remove("contact", contact.contact_id)
        self._forget_name(contact.contact_id)
        del self._contacts[contact.contact_id]
        del self._rows[contact.contact_id]
        self._orders.clear()

    def take_up(self, contact: Contact) -> None:
        """Serve *contact*, which the store has already."""
        self._forget_name(contact.contact_id)
        self._contacts[contact.contact_id] = contact
        self._names[_name(contact)] = contact.contact_id
        self._rows[contact.contact_id] = encoded_row(contact, self.organization)
        self._orders.clear()

    def page(self, listing: Listing, shift: int = 0) -> tuple[list[bytes], bool]:
        """Return the rows of a page, and whether more follow; it begins *shift* rows later than it should."""
        rows = self._order(listing.selection).rows
        first = max(0, (listing.page - 1) * listing.per_page + shift)
        last = first + listing.per_page
        return rows[first:last], last < len(rows)

    def _order(self, selection: Selection) -> Order:
        order = self._orders.pop(selection, None)
        if order is None:
            contacts = self._select(selection)
            order = Order(contacts, [self._rows[contact.contact_id] for contact in contacts])
        # Taken out and put back, so that the order used longest ago is the first to go.
        self._orders[selection] = order
        if len(self._orders) > MOST_ORDERS:
            del self._orders[next(iter(self._orders))]
        return order

    def _select(self, selection: Selection) -> list[Contact]:
        """Narrow a selection that asks for less, which is at hand more often than not."""
        if selection.modified_after is not None:
            wider = self._order(replace(selection, modified_after=None)).contacts
            return _modified_after(wider, selection, selection.modified_after)
        if claims := selection.claims:
            everybody = Selection(sort_column=selection.sort_column, sort_order=selection.sort_order)
            return [contact for contact in self._order(everybody).contacts if all(claim(contact) for claim in claims)]
        # The contacts lie in the order of their ids, and sorting is stable.
        descending = selection.sort_order == "D"
        return sorted(self._contacts.values(), key=ORDERS[selection.sort_column], reverse=descending)

    def _forget_name(self, contact_id: str) -> None:
        before = self._contacts.get(contact_id)
        if before is not None:
            self._names.pop(_name(before), None)


def _name(contact: Contact) -> tuple[str, str]:
    return contact.contact_type, contact.contact_name.casefold()


def _modified_after(wider: list[Contact], selection: Selection, bound: int) -> list[Contact]:
    if selection.sort_column != "last_modified_time":
        return [contact for contact in wider if contact.modified > bound]
    if selection.sort_order == "D":
        return wider[: bisect_left(wider, -bound, key=lambda contact: -contact.modified)]
    return wider[bisect_right(wider, bound, key=lambda contact: contact.modified) :]
