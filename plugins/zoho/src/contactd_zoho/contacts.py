"""Reading all customers by the time of creation, the oldest first (FACTS.md "2.3").

An edit moves nothing then, and what is new comes at the end. Rows behind a
deleted one still slide towards the front, so page one is read again after the
last. A reading that was broken off may have waited for hours: its cursor tells
the page and how far the rows were read, and it goes back until it is before
that place.
"""

from collections.abc import Iterator

from contactd_sdk import Page
from contactd_zoho.going_back import go_back, joined, marks, without
from contactd_zoho.listing import ContactList
from contactd_zoho.rows import Listing
from contactd_zoho.times import placed

#: The cursor of the last reading of page one.
_AGAIN = "again"
_ALL = "all:"


def oldest_first(contacts: ContactList, cursor: str | None) -> Iterator[Page]:
    """Give the pages of all customers from *cursor* on."""
    return _again(contacts, frozenset()) if cursor == _AGAIN else _all(contacts, *_place(cursor))


def _place(cursor: str | None) -> tuple[int, int | None]:
    """Tell the page that *cursor* names, and the time of creation of the last row before it, where one is known."""
    number, _, passed = (cursor or "").removeprefix(_ALL).partition(":")
    odd = not number.isdecimal() or (passed and not passed.isdecimal())
    if odd or not (cursor or "").startswith(_ALL):
        return 1, None
    return max(int(number), 1), int(passed) if passed else None


def _all(contacts: ContactList, goal: int, passed: int | None) -> Iterator[Page]:
    number, listing, context = go_back(goal, contacts.read, lambda page: _is_before(page, passed))
    first = marks(listing) if number == 1 else frozenset()
    if number < goal and context.has_more_page:
        # Given alone, a page read before would pass for progress, even if the one after it never comes.
        number += 1
        following, context = contacts.read(number)
        listing = joined(listing, following)

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


def _is_before(listing: Listing, passed: int | None) -> bool | None:
    """Tell whether all rows before this page were read; of rows as old as the last one read, nobody knows."""
    created = listing.records[0].created if listing.records else None
    if created is None or passed is None or placed(created) == passed:
        return None
    return placed(created) < passed


def _last_created(listing: Listing, passed: int | None) -> int | None:
    return next((placed(row.created) for row in reversed(listing.records) if row.created is not None), passed)


def _cursor(number: int, passed: int | None) -> str:
    return f"{_ALL}{number}" if passed is None else f"{_ALL}{number}:{passed}"


def _again(contacts: ContactList, first: frozenset[object]) -> Iterator[Page]:
    """Read page one again and give what was not on it *first*, or is not as it was."""
    listing, _ = contacts.read(1)
    new = without(listing, first)
    yield Page(new.records, None, new.malformed)
