"""The parts of a data center, put together: one account, its organizations, and what a test steers.

Rule: no decisions here, and no HTTP.
"""

from pathlib import Path

from contactd_zoho_sandbox.accounts.centers import Center, Centers
from contactd_zoho_sandbox.accounts.devices import Devices
from contactd_zoho_sandbox.accounts.tokens import Accounts
from contactd_zoho_sandbox.accounts.users import CANADIAN, User
from contactd_zoho_sandbox.clock import Clock
from contactd_zoho_sandbox.crowd import Crowd
from contactd_zoho_sandbox.finance.book import Book
from contactd_zoho_sandbox.finance.contacts import Contact
from contactd_zoho_sandbox.finance.organizations import Organization
from contactd_zoho_sandbox.limits import Limits, Meter
from contactd_zoho_sandbox.steering.faults import Faults
from contactd_zoho_sandbox.steering.journal import Journal
from contactd_zoho_sandbox.store import Departure, Store
from contactd_zoho_sandbox.switches import Switches


class Zoho:
    """Everything that the store at *path* holds, ready to be served."""

    def __init__(self, path: Path, clock: Clock | None = None, *, beside: "Zoho | None" = None) -> None:
        """Open it as the first data center, or as the other one *beside* that, with a user of its own."""
        self.clock: Clock = clock or (beside.clock if beside else Clock())
        self.store = Store(path)
        self.switches = Switches()
        self.meter = Meter(Limits(), self.switches, self.clock)
        self.accounts: Accounts = Accounts(
            self.store,
            self.clock,
            self.meter.limits,
            self.switches,
            owner=CANADIAN if beside else User(),
            # Multi-DC is on for it: the same client is known in both.
            client=beside.accounts.client if beside else None,
        )
        self.centers: Centers = beside.centers if beside else Centers([])
        self.devices: Devices = beside.devices if beside else Devices()
        self.center = Center("ca" if beside else "us", self.accounts)
        self.centers.all.append(self.center)
        self.journal = Journal()
        self.faults = Faults()
        self.books: dict[str, Book] = {}
        for organization in self.store.all("organization", Organization):
            self._open(organization)
        departures = list(self.store.all("departure", Departure))
        for crowd in self.store.all("crowd", Crowd):
            gone = (one.contact_id for one in departures if one.organization_id == crowd.organization_id)
            self.books[crowd.organization_id].take_in(crowd, gone)
        for contact in self.store.all("contact", Contact):
            self.books[contact.organization_id].take_up(contact)

    def found(self, organization: Organization) -> Book:
        """Add an organization, and return its empty book."""
        self.store.put("organization", organization.organization_id, organization)
        return self._open(organization)

    def book(self, organization_id: str = "") -> Book | None:
        """Return the book of an organization, or of the first one."""
        if not organization_id:
            return next(iter(self.books.values()))
        return self.books.get(organization_id)

    def contact(self, contact_id: str) -> tuple[Book, Contact] | None:
        """Return the contact of this id with its book, whichever organization it is of."""
        for book in self.books.values():
            contact = book.get(contact_id)
            if contact is not None:
                return book, contact
        return None

    def close(self) -> None:
        """Let go of what is held, and give the store's file back."""
        self.faults.close()
        self.store.close()

    def _open(self, organization: Organization) -> Book:
        book = Book(organization, self.store)
        self.books[organization.organization_id] = book
        return book
