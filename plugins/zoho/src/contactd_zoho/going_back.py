"""Going on with a reading that took its time: back to a page before which everybody was read.

Who is deleted pulls all after them a row to the front, so that rows which
nobody read yet slide to pages that were read. A page that begins with a row
read before has all of them behind it.
"""

from collections.abc import Callable

from msgspec.structs import replace

from contactd_zoho.rows import Context, Listing

#: Of a page that begins with a row as old as the last one read, or without a time, nobody knows. So many of them are
#: read again: where thousands were stamped at one time, going back to the first would use up all calls, again and
#: again, and the reading would never get on.
_UNSURE = 5


def go_back(
    goal: int, read: Callable[[int], tuple[Listing, Context]], is_before: Callable[[Listing], bool | None]
) -> tuple[int, Listing, Context]:
    """Read the last page before *goal* that *is_before* what was not read yet (`None`: nobody knows), or page one."""
    number, unsure = goal, 0
    while True:
        number = max(number - 1, 1)
        listing, context = read(number)
        sure = is_before(listing)
        unsure += sure is None
        if number == 1 or sure or unsure == _UNSURE:
            return number, listing, context


def joined(listing: Listing, following: Listing) -> Listing:
    """Give two pages as one, with what the second says of itself."""
    return replace(
        following,
        records=listing.records + following.records,
        malformed=listing.malformed + following.malformed,
    )


def marks(listing: Listing) -> frozenset[object]:
    """Give just so much of *listing* that its rows are known again."""
    return frozenset([(row.id, row.modified) for row in listing.records] + [row.raw for row in listing.malformed])


def without(listing: Listing, known: frozenset[object]) -> Listing:
    """Give of *listing* what is not *known* by its marks."""
    records = [row for row in listing.records if (row.id, row.modified) not in known]
    return replace(listing, records=records, malformed=[row for row in listing.malformed if row.raw not in known])
