"""Reading the list of contacts page by page, in one of two orders (FACTS.md "2.3", "2.5").

*All of it* goes by the time of creation, the oldest first: an edit moves
nothing then, and what is new comes at the end. Rows behind a deleted one still
slide towards the front, so page one is read again after the last. A reading
that was broken off may have waited for hours: its cursor tells the page and how
far the rows were read, and it goes back until it is before that place.

*What was modified* goes by the time of modification, the newest first, and
ends at the first row that is too old. The filter for that time is not
documented: it saves calls where it works, and nothing depends on it.

Rule: a page is asked for ahead only when it is certain that it will be needed.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

import msgspec
from msgspec.structs import replace

from contactd_sdk import Page, Record, Unavailable
from contactd_sdk.rest import Pending
from contactd_zoho.finance import Finance
from contactd_zoho.rows import Context, Listing, RowReader
from contactd_zoho.times import micros, write_time

_OLDEST_FIRST = {"sort_column": "created_time", "sort_order": "A"}
_NEWEST_FIRST = {"sort_column": "last_modified_time", "sort_order": "D"}

#: The cursor of the last reading of page one.
_AGAIN = "again"
_ALL = "all:"
_MODIFIED = "modified:"


class ContactList:
    """The list of customers of one *organization*, in a fixed order."""

    def __init__(self, finance: Finance, reader: RowReader, organization: str, since: datetime | None) -> None:
        self._finance = finance
        self._reader = reader
        self._params = {
            "organization_id": organization,
            "contact_type": "customer",
            "filter_by": "Status.All",
            "per_page": "200",
            **(_OLDEST_FIRST if since is None else _NEWEST_FIRST),
        }
        if since is not None:
            self._params["last_modified_time"] = write_time(since)
        self._ahead: tuple[int, Pending] | None = None

    def expect(self, number: int) -> None:
        """Ask for page *number*, which will be read next."""
        self._ahead = (number, self._finance.get_ahead("/contacts", self._asking(number)))

    def read(self, number: int) -> tuple[Listing, Context]:
        """Read page *number*.

        Raises:
            SourceError: there is no such page to be had.
        """
        expected, pending = self._ahead or (None, None)
        self._ahead = None
        ahead = pending if expected == number else None
        listing = self._finance.get("/contacts", self._asking(number), self._reader.read, ahead)
        context = listing.context
        # Whoever trusts a page that is none believes that all other contacts are gone.
        if context is None or context.page != number:
            raise Unavailable(f"{self._finance.product.title} answered with something else than page {number}.")
        if context.has_more_page and not (listing.records or listing.malformed):
            raise Unavailable(f"{self._finance.product.title} promised more contacts, and page {number} is empty.")
        return listing, context

    def _asking(self, number: int) -> dict[str, str]:
        return {**self._params, "page": str(number)}


def contact_pages(
    finance: Finance, reader: RowReader, organization: str, cursor: str | None, since: datetime | None
) -> Iterator[Page]:
    """Give the pages of customers from *cursor* on: all, or those modified at or after *since*."""
    contacts = ContactList(finance, reader, organization, since)
    for page in _pages(contacts, cursor, since):
        yield msgspec.structs.replace(page, as_of=finance.began)


def _pages(contacts: ContactList, cursor: str | None, since: datetime | None) -> Iterator[Page]:
    if since is not None:
        return _modified(contacts, since, _number(cursor, _MODIFIED))
    if cursor == _AGAIN:
        return _again(contacts, frozenset())
    return _all(contacts, *_place(cursor))


def _place(cursor: str | None) -> tuple[int, int | None]:
    """Tell the page that *cursor* names, and the time of creation of the last row before it.

    Without that time nobody knows what slid to an earlier page, so that the reading begins at the first.
    """
    number, _, passed = (cursor or "").removeprefix(_ALL).partition(":")
    if not (cursor or "").startswith(_ALL) or not number.isdecimal() or not passed.isdecimal():
        return 1, None
    return int(number), int(passed)


def _number(cursor: str | None, mode: str) -> int:
    """Tell the page that *cursor* names; one of another reading begins at the first, which is safe."""
    digits = (cursor or "").removeprefix(mode)
    return int(digits) if (cursor or "").startswith(mode) and digits.isdecimal() else 1


def _all(contacts: ContactList, goal: int, passed: int | None) -> Iterator[Page]:
    number, listing, context = _begin(contacts, goal, passed)
    first = _marks(listing) if number == 1 else frozenset()
    if number < goal and context.has_more_page:
        # Given alone, a page read before would pass for progress, even if the one after it never comes.
        number += 1
        following, context = contacts.read(number)
        listing = _joined(listing, following)

    # What the cursor told may lie further on than where the reading is now.
    passed = None
    while context.has_more_page:
        passed = _last_created(listing, passed)
        contacts.expect(number + 1)
        yield Page(listing.records, _cursor(number + 1, passed), listing.malformed)
        number += 1
        listing, context = contacts.read(number)

    if number == 1:
        yield Page(listing.records, None, listing.malformed)
        return
    contacts.expect(1)
    yield Page(listing.records, _AGAIN, listing.malformed)
    yield from _again(contacts, first)


def _begin(contacts: ContactList, goal: int, passed: int | None) -> tuple[int, Listing, Context]:
    """Read the last page before *goal* that begins with a row older than *passed*, or else page one."""
    number = goal
    while True:
        number = max(number - 1, 1)
        listing, context = contacts.read(number)
        if number == 1 or _begins_before(listing, passed):
            return number, listing, context


def _begins_before(listing: Listing, passed: int | None) -> bool:
    """Tell whether all rows before this page were read; of rows as old as the last one read, nobody knows."""
    created = listing.records[0].created if listing.records else None
    return created is not None and passed is not None and micros(created) < passed


def _last_created(listing: Listing, passed: int | None) -> int | None:
    return next((micros(row.created) for row in reversed(listing.records) if row.created is not None), passed)


def _cursor(number: int, passed: int | None) -> str:
    return f"{_ALL}{number}" if passed is None else f"{_ALL}{number}:{passed}"


def _joined(listing: Listing, following: Listing) -> Listing:
    return replace(
        following,
        records=listing.records + following.records,
        malformed=listing.malformed + following.malformed,
    )


def _again(contacts: ContactList, first: frozenset[object]) -> Iterator[Page]:
    """Read page one again and give what was not on it *first*, or is not as it was."""
    listing, _ = contacts.read(1)
    records = [row for row in listing.records if (row.id, row.modified) not in first]
    yield Page(records, None, [row for row in listing.malformed if row.raw not in first])


def _marks(listing: Listing) -> frozenset[object]:
    """Give just so much of *listing* that its rows are known again."""
    return frozenset([(row.id, row.modified) for row in listing.records] + [row.raw for row in listing.malformed])


def _modified(contacts: ContactList, since: datetime, number: int) -> Iterator[Page]:
    while True:
        listing, context = contacts.read(number)
        wanted = [row for row in listing.records if row.modified is None or row.modified >= since]
        ended = len(wanted) < len(listing.records) and _is_newest_first(listing.records, context)
        if ended or not context.has_more_page:
            yield Page(wanted, None, listing.malformed)
            return
        contacts.expect(number + 1)
        yield Page(wanted, f"{_MODIFIED}{number + 1}", listing.malformed)
        number += 1


def _is_newest_first(records: list[Record], context: Context) -> bool:
    """Tell whether the server sorted as asked: only then does an old row mean that all others are old."""
    if context.sort_column != _NEWEST_FIRST["sort_column"] or context.sort_order != _NEWEST_FIRST["sort_order"]:
        return False
    times = [row.modified for row in records if row.modified is not None]
    return all(earlier >= later for earlier, later in pairwise(times))
