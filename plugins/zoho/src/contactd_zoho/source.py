"""The customers of one organization, in whichever product of the family."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from contactd_sdk import Access, Misconfigured, Page, SourceField, Window
from contactd_zoho.contacts import contact_pages
from contactd_zoho.fields import custom_fields
from contactd_zoho.finance import Finance
from contactd_zoho.presence import gone
from contactd_zoho.product import Product
from contactd_zoho.rows import RowReader
from contactd_zoho.times import utc_now


class FinanceSource:
    """The live end of one organization of *product*: *access* leads into it, and tells where its API answers.

    *fields* are those that a row of its list has, custom ones aside.
    """

    def __init__(
        self,
        product: Product,
        fields: Sequence[SourceField],
        access: Access,
        *,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._title = product.title
        self._fields = tuple(fields)
        self._organization = access.organization
        self._finance = Finance(product, access, now=now)

    def pages(self, cursor: str | None, window: Window) -> Iterator[Page]:
        """Give the pages of customers in *window*, from *cursor* on."""
        self._check(window.module)
        reader = RowReader(window.fields, {field.name: field.type for field in self._fields})
        return contact_pages(self._finance, reader, self._organization, cursor, window.since)

    def fields(self, module: str) -> Sequence[SourceField]:
        """Tell the fields of a list row, and the custom fields if the settings may be read."""
        self._check(module)
        return (*self._fields, *custom_fields(self._finance, self._organization))

    def gone(self, module: str, ids: Sequence[str]) -> frozenset[str]:
        """Tell which of the customers with *ids* are deleted."""
        self._check(module)
        return gone(self._finance, self._organization, ids)

    def close(self) -> None:
        """Let go of connections."""
        self._finance.close()

    def _check(self, module: str) -> None:
        if module != "contacts":
            raise Misconfigured(f"{self._title} has no module '{module}': there is only 'contacts'.")
        if not self._organization:
            raise Misconfigured(
                f"No organization of {self._title} is chosen: choose one of those that the account belongs to.",
                setting="organization",
            )
