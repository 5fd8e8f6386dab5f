"""How many customers there are, and how long it takes to read them: Zoho tells neither (FACTS.md "2.3").

The number is found by looking whether pages further on exist: at most twice the
logarithm of the number of pages in calls. It may take a third of the calls that
can be had at a time: a reading that only ever counts never gets on.
"""

from contactd_sdk import Allowance, Misconfigured, Quota, Unavailable
from contactd_zoho.listing import ContactList, is_newest_first, is_older
from contactd_zoho.rows import Context, Listing


def count(contacts: ContactList, size: int, most: int) -> int | None:
    """Count the rows of *contacts*, which fill more than a page of *size* rows; about, as they move meanwhile.

    Where *most* calls do not tell it exactly it is the middle of what it can
    be, and `None` where they find no end.
    """
    last_known, beyond, calls = 1, 2, 0
    ends: dict[int, int] = {}
    while calls < most and not ends:
        rows = _rows_of_last(contacts, beyond)
        calls += 1
        if rows is None:
            last_known, beyond = beyond, beyond * 2
        else:
            ends[beyond] = rows
    while calls < most and beyond - last_known > 1:
        middle = (last_known + beyond) // 2
        rows = _rows_of_last(contacts, middle)
        calls += 1
        if rows is None:
            last_known = middle
        else:
            beyond = middle
            ends[middle] = rows
    if not ends:
        return None
    return (beyond - 1) * size + ends[beyond] if beyond - last_known == 1 else (last_known + beyond) * size // 2


def at_a_time(allowance: Allowance, quota: Quota | None) -> int:
    """Tell how many calls counting may take."""
    return min(allowance.per_minute, daily(allowance, quota)) // 3


def daily(allowance: Allowance, quota: Quota | None) -> int:
    """Tell how many calls of a day are ours."""
    limit = quota.limit if quota else allowance.per_day
    return max(limit * (100 - allowance.leave) // 100, 1)


def _rows_of_last(contacts: ContactList, number: int) -> int | None:
    """Give how many wanted rows page *number* has if no other follows it, else nothing."""
    try:
        listing, context = contacts.read(number)
    except (Misconfigured, Unavailable):
        # How a page is answered that is not there, or too deep, is not known (FACTS.md "9"); nobody needs that one.
        return 0
    if context.has_more_page and not _is_over(contacts, listing, context):
        return None
    since = contacts.since
    rows = [row for row in listing.records if since is None or row.modified is None or row.modified >= since]
    return len(rows) + len(listing.malformed)


def _is_over(contacts: ContactList, listing: Listing, context: Context) -> bool:
    if contacts.since is None or not is_newest_first(listing.records, context):
        return False
    return is_older(listing.records, contacts.since)


def outlook(done: int, total: int, allowance: Allowance, quota: Quota | None) -> str:
    """Say in a sentence that *done* of *total* customers are read, and how long a call for each of the rest takes."""
    each = daily(allowance, quota)
    days = -(-max(total - done, 0) // each)
    takes = "less than a day" if days <= 1 else f"about {days:,} days"
    return (
        f"{min(done, total):,} of about {total:,} customers are read; at {each:,} calls a day the rest takes {takes}."
    )
