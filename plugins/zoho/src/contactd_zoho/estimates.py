"""How many customers there are, and how long it takes to read them: Zoho tells neither (FACTS.md "2.3").

The number is found by looking whether pages further on exist: at most twice the
logarithm of the number of pages in calls.
"""

from contactd_sdk import Allowance, Misconfigured, Quota, Unavailable
from contactd_zoho.listing import ContactList, is_newest_first, is_older
from contactd_zoho.rows import Context, Listing


def count(contacts: ContactList, size: int) -> int:
    """Count the rows of *contacts*, which fill more than a page of *size* rows; about, as they move meanwhile."""
    last_known, beyond = 1, 2
    while (rows := _rows_of_last(contacts, beyond)) is None:
        last_known, beyond = beyond, beyond * 2
    ends = {beyond: rows}
    while beyond - last_known > 1:
        middle = (last_known + beyond) // 2
        rows = _rows_of_last(contacts, middle)
        if rows is None:
            last_known = middle
        else:
            beyond = middle
            ends[middle] = rows
    return (beyond - 1) * size + ends[beyond]


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
    limit = quota.limit if quota else allowance.per_day
    daily = max(limit * (100 - allowance.leave) // 100, 1)
    days = -(-max(total - done, 0) // daily)
    takes = "less than a day" if days <= 1 else f"about {days:,} days"
    return (
        f"{min(done, total):,} of about {total:,} customers are read; at {daily:,} calls a day the rest takes {takes}."
    )
