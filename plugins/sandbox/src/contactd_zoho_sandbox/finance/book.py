"""The contacts of one organization, kept so that a page of them costs next to nothing.

Rule: every write goes through here, to the store first. Rows are encoded once
per change, or written when they are asked for; orders are thrown away at a
write, so a list is always as true as the last change.
"""

from collections.abc import Iterable, Iterator

from contactd_zoho_sandbox.crowd import Crowd
from contactd_zoho_sandbox.finance.contacts import Contact, Person
from contactd_zoho_sandbox.finance.listing import Listing
from contactd_zoho_sandbox.finance.orders import Orders
from contactd_zoho_sandbox.finance.organizations import Organization
from contactd_zoho_sandbox.finance.population import Population
from contactd_zoho_sandbox.store import Departure, Store


class Book:
    """Every contact of *organization*, by id, by name and in any order."""

    def __init__(self, organization: Organization, store: Store) -> None:
        self.organization = organization
        self._store = store
        self._names: dict[tuple[str, str], int] = {}
        self._population = Population(organization)
        self._orders = Orders(self._population)

    def __len__(self) -> int:
        return len(self._population)

    def __iter__(self) -> Iterator[Contact]:
        return iter(self._population)

    def get(self, contact_id: str) -> Contact | None:
        """Return the contact of this id, if it is of this organization and not deleted."""
        return self._population.get(int(contact_id)) if contact_id.isdecimal() else None

    def named(self, contact_type: str, name: str) -> Contact | None:
        """Return the one customer, or vendor, of this name; letter case does not matter."""
        wanted = (contact_type, name.casefold())
        known = self._names.get(wanted)
        if known is not None:
            return self._population.contact(known)
        return next((contact for contact in self._mentioned(name) if _name(contact) == wanted), None)

    def with_email(self, email: str) -> list[Contact]:
        """Return the contacts of which some person has this address; letter case does not matter."""
        wanted = email.casefold()
        crowd = self._mentioned(email) if any(sign.isdecimal() for sign in email) else None
        everybody = self if crowd is None else [*self._population.known(), *crowd]
        return [
            contact for contact in everybody if any(person.email.casefold() == wanted for person in contact.persons)
        ]

    def person(self, identity: str) -> tuple[Contact, Person] | None:
        """Return the person of this id and their contact."""
        holder = self._population.crowd.holder(int(identity))
        of_the_crowd = [self._population.contact(holder)] if holder and self._population.in_crowd(holder) else []
        for contact in [*of_the_crowd, *self._population.known()]:
            for person in contact.persons:
                if person.contact_person_id == identity:
                    return contact, person
        return None

    def spread(self, count: int) -> list[Contact]:
        """Return *count* contacts with a person, evenly spread over the order of their ids.

        Raises:
            ValueError: there are not so many.
        """
        able = self._population.with_persons()
        if not 0 <= count <= len(able):
            raise ValueError(f"from 0 to {len(able)}, the number of contacts with a person")
        return [self._population.contact(able[place * len(able) // count]) for place in range(count)]

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
        identity = int(contact.contact_id)
        if identity in self._population.crowd.ids:
            departure = Departure(organization_id=contact.organization_id, contact_id=contact.contact_id)
            self._store.put("departure", contact.contact_id, departure)
        self._store.remove("contact", contact.contact_id)
        self._forget_name(contact.contact_id)
        self._population.remove(identity)
        self._orders.forget()

    def take_up(self, contact: Contact) -> None:
        """Serve *contact*, which the store has already."""
        self._forget_name(contact.contact_id)
        self._population.put(contact)
        self._names[_name(contact)] = int(contact.contact_id)
        self._orders.forget()

    def welcome(self, crowd: Crowd) -> None:
        """Keep a crowd; there is one at most."""
        self._store.put("crowd", crowd.organization_id, crowd)
        self.take_in(crowd, [])

    def take_in(self, crowd: Crowd, departed: Iterable[str]) -> None:
        """Serve *crowd*, which the store has already, less those who have *departed*."""
        self._population.welcome(crowd)
        self._population.departed.update(int(contact_id) for contact_id in departed)
        self._orders.forget()

    def page(self, listing: Listing, shift: int = 0) -> tuple[list[bytes], bool]:
        """Return the rows of a page, and whether more follow; it begins *shift* rows later than it should."""
        ids = self._orders.of(listing.selection)
        first = max(0, (listing.page - 1) * listing.per_page + shift)
        last = first + listing.per_page
        return [self._population.row(identity) for identity in ids[first:last]], last < len(ids)

    def _mentioned(self, text: str) -> list[Contact]:
        population = self._population
        return [
            population.contact(identity)
            for identity in population.crowd.mentioned(text)
            if population.in_crowd(identity)
        ]

    def _forget_name(self, contact_id: str) -> None:
        before = self._population.get(int(contact_id))
        if before is not None:
            self._names.pop(_name(before), None)


def _name(contact: Contact) -> tuple[str, str]:
    return contact.contact_type, contact.contact_name.casefold()
