"""The customers of one organization of Zoho Books."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from contactd_books.fields import FIELDS, TYPES
from contactd_books.product import BOOKS
from contactd_sdk import Access, Misconfigured, Page, SourceField, Window
from contactd_zoho.contacts import contact_pages
from contactd_zoho.fields import custom_fields
from contactd_zoho.finance import Finance
from contactd_zoho.presence import gone
from contactd_zoho.rows import RowReader
from contactd_zoho.settings import ZohoSettings
from contactd_zoho.times import utc_now


class BooksSource:
    """The live end of one organization: *access* leads into it, and tells where its API answers."""

    def __init__(self, _settings: ZohoSettings, access: Access, *, now: Callable[[], datetime] = utc_now) -> None:
        # All that the settings say went into the token that *access* gives.
        self._organization = access.organization
        self._finance = Finance(BOOKS, access, now=now)

    def pages(self, cursor: str | None, window: Window) -> Iterator[Page]:
        """Give the pages of customers in *window*, from *cursor* on."""
        self._check(window.module)
        reader = RowReader(window.fields, TYPES)
        return contact_pages(self._finance, reader, self._organization, cursor, window.since)

    def fields(self, module: str) -> Sequence[SourceField]:
        """Tell the fields of a list row, and the custom fields if the settings may be read."""
        self._check(module)
        return (*FIELDS, *custom_fields(self._finance, self._organization))

    def gone(self, module: str, ids: Sequence[str]) -> frozenset[str]:
        """Tell which of the customers with *ids* are deleted."""
        self._check(module)
        return gone(self._finance, self._organization, ids)

    def close(self) -> None:
        """Let go of connections."""
        self._finance.close()

    def _check(self, module: str) -> None:
        if module != "contacts":
            raise Misconfigured(f"Zoho Books has no module '{module}': there is only 'contacts'.")
        if not self._organization:
            raise Misconfigured(
                "No organization of Zoho Books is chosen: choose one of those that the account belongs to.",
                setting="organization",
            )
