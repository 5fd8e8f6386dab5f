"""The list of customers of one organization, page by page, in one of two orders (FACTS.md "2.3", "2.5").

Rule: a page is asked for ahead only when it is certain that it will be needed,
and the right to that call is in hand. What Zoho does not document may be
refused: then the list is asked without it, and the log is told once.
"""

from datetime import datetime
from itertools import pairwise

from contactd_sdk import Record, Unavailable
from contactd_sdk.rest import Pending
from contactd_zoho.errors import Refusal
from contactd_zoho.finance import Finance
from contactd_zoho.rows import Context, Listing, RowReader
from contactd_zoho.times import write_time

OLDEST_FIRST = {"sort_column": "created_time", "sort_order": "A"}
NEWEST_FIRST = {"sort_column": "last_modified_time", "sort_order": "D"}

#: An invalid value of a parameter (FACTS.md "3.3").
_INVALID = 2

#: What the list can be asked without, since all of it is checked row by row.
_DISPENSABLE = ("last_modified_time", "contact_type", "filter_by", "sort_column", "sort_order")


class ContactList:
    """The customers of an organization in one *order*, those modified at or after *since* if the server filters."""

    def __init__(self, finance: Finance, reader: RowReader, order: dict[str, str], since: datetime | None) -> None:
        self.finance = finance
        self.since = since
        #: What the log is to be told with the next page.
        self.note = ""
        self._reader = reader
        self._params = {
            "contact_type": "customer",
            "filter_by": "Status.All",
            "per_page": "200",
            **order,
        }
        if since is not None:
            self._params["last_modified_time"] = write_time(since)
        self._ahead: tuple[int, Pending | None] | None = None
        self._noted: set[str] = set()

    def expect(self, number: int) -> None:
        """Ask for page *number*, which will be read next."""
        self._ahead = (number, self.finance.get_ahead("/contacts", self._asking(number)))

    def read(self, number: int) -> tuple[Listing, Context]:
        """Read page *number*.

        Raises:
            SourceError: there is no such page to be had.
        """
        expected, pending = self._ahead or (None, None)
        self._ahead = None
        listing = self._answer(number, pending if expected == number else None)
        context, title = listing.context, self.finance.product.title
        # Whoever trusts a page that is none believes that all other contacts are gone.
        if context is None or context.page != number:
            raise Unavailable(f"{title} answered with something else than page {number}.")
        if context.has_more_page and not (listing.records or listing.malformed):
            raise Unavailable(f"{title} promised more contacts, and page {number} is empty.")
        self.finance.listed = True
        self._see(listing)
        return listing, context

    def remark(self, what: str) -> None:
        """Tell the log *what* the server does otherwise than asked, once."""
        if what not in self._noted:
            self._noted.add(what)
            self.note = f"{self.note} {self.finance.product.title} {what}.".lstrip()

    def _answer(self, number: int, ahead: Pending | None) -> Listing:
        while True:
            answer = self.finance.attempt("/contacts", self._asking(number), self._reader.read, ahead)
            if not isinstance(answer, Refusal):
                return answer
            refused = self._dispensable(answer)
            if not refused:
                raise answer.error
            del self._params[refused]
            self.remark(f"refuses the parameter '{refused}' of its list, which is now read without it")
            ahead = None

    def _dispensable(self, refusal: Refusal) -> str:
        named = [name for name in _DISPENSABLE if name in self._params and name in refusal.said]
        return named[0] if refusal.code == _INVALID and named else ""

    def _see(self, listing: Listing) -> None:
        if self.since is not None and "last_modified_time" in self._params and is_older(listing.records, self.since):
            self.remark("passes over the filter 'last_modified_time'; its rows are held against the time one by one")

    def _asking(self, number: int) -> dict[str, str]:
        return {**self._params, "page": str(number)}


def is_older(records: list[Record], since: datetime) -> bool:
    """Tell whether one of *records* was modified before *since*."""
    return any(row.modified is not None and row.modified < since for row in records)


def is_newest_first(records: list[Record], context: Context) -> bool:
    """Tell whether the server sorted as asked: only then does an old row mean that all others are old."""
    if context.sort_column != NEWEST_FIRST["sort_column"] or context.sort_order != NEWEST_FIRST["sort_order"]:
        return False
    times = [row.modified for row in records if row.modified is not None]
    return all(earlier >= later for earlier, later in pairwise(times))
