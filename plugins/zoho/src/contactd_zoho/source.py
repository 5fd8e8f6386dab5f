"""The customers of one organization, and their contact persons, in whichever product of the family."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from msgspec.structs import replace

from contactd_sdk import Access, Allowance, Misconfigured, Page, SourceField, Window
from contactd_zoho.completing import Completer
from contactd_zoho.contacts import oldest_first
from contactd_zoho.dear import dear
from contactd_zoho.fields import offered_customs, offered_person_customs
from contactd_zoho.finance import Finance
from contactd_zoho.listed import listed
from contactd_zoho.listing import NEWEST_FIRST, OLDEST_FIRST, ContactList
from contactd_zoho.making import PersonMaker, adding
from contactd_zoho.modules import CONTACTS
from contactd_zoho.newest import NewestFirst
from contactd_zoho.persons import PERSONS, customer_names, of_customer, persons_fields
from contactd_zoho.presence import Presence
from contactd_zoho.product import Product
from contactd_zoho.rows import RowReader
from contactd_zoho.times import utc_now


class FinanceSource:
    """The live end of one organization of *product*: *access* leads into it, and tells where its API answers.

    *allowance* is what may be used of its calls, to tell how long a reading takes.
    """

    def __init__(
        self, product: Product, access: Access, allowance: Allowance, *, now: Callable[[], datetime] = utc_now
    ) -> None:
        self._product = product
        self._allowance = allowance
        self._shelf = access.shelf
        self._finance = Finance(product, access, now=now)
        self._listed = {field.name: field.type for field in listed(product)}
        self._dear = frozenset(field.name for field in dear(product))

    def pages(self, cursor: str | None, window: Window) -> Iterator[Page]:
        """Give the pages of *window*, from *cursor* on.

        Where a wanted field costs a call for each record, and where something is
        looked for that changed, the newest come first; else the oldest.
        """
        self._check(window.module)
        return self._noted(*self._reading(cursor, window))

    def fields(self, module: str) -> Sequence[SourceField]:
        """Tell every field of *module*: of the list, of the detail, and custom ones."""
        self._check(module)
        customs = offered_customs(self._finance)
        if module == CONTACTS:
            return (*listed(self._product), *dear(self._product), *customs)
        own = offered_person_customs(self._finance)
        return (*persons_fields(self._product), *(of_customer(field) for field in customs), *own)

    def gone(self, module: str, ids: Sequence[str]) -> frozenset[str]:
        """Tell which of the customers, or of their persons, with *ids* are deleted."""
        self._check(module)
        presence = Presence(self._finance, self._shelf)
        return presence.contacts_gone(ids) if module == CONTACTS else presence.persons_gone(ids)

    def close(self) -> None:
        """Let go of connections."""
        self._finance.close()

    def _reading(self, cursor: str | None, window: Window) -> tuple[ContactList, Iterator[Page]]:
        completer = self._completer(window)
        newest = completer is not None or window.since is not None
        reader = RowReader(self._of_rows(window), self._listed)
        contacts = ContactList(self._finance, reader, NEWEST_FIRST if newest else OLDEST_FIRST, window.since)
        if newest:
            return contacts, NewestFirst(contacts, completer, self._allowance).pages(cursor)
        return contacts, oldest_first(contacts, cursor)

    def _of_rows(self, window: Window) -> Iterable[str]:
        if window.module == PERSONS:
            # The address of the primary person tells of some edits that move no time.
            return {"email", *customer_names(self._product, window.fields).values()} - self._dear
        return window.fields - self._dear

    def _completer(self, window: Window) -> Completer | None:
        """Give what completes rows, where what is wanted costs a call for each."""
        everything = window.since is None
        if window.module == PERSONS:
            maker = PersonMaker(self._product, window.fields)
            return Completer(self._finance, self._shelf, maker, everything=everything, one_each=False)
        wanted = window.fields & self._dear
        if not wanted:
            return None
        return Completer(self._finance, self._shelf, adding(wanted), everything=everything, one_each=True)

    def _noted(self, contacts: ContactList, pages: Iterator[Page]) -> Iterator[Page]:
        for page in pages:
            note, contacts.note = contacts.note, ""
            yield replace(page, as_of=self._finance.began, note=note)

    def _check(self, module: str) -> None:
        title = self._product.title
        if module not in {CONTACTS, PERSONS}:
            raise Misconfigured(f"{title} has no module '{module}': there are '{CONTACTS}' and '{PERSONS}'.")
        if not self._finance.organization:
            raise Misconfigured(
                f"No organization of {title} is chosen: choose one of those that the account belongs to.",
                setting="organization",
            )
