"""Reading customers by the time of modification, the newest first (FACTS.md "2.5").

So is read what was modified since some time, and whatever needs a call for each
contact: what matters most comes first, however many days it takes. The reading
ends at the first row that is too old. If the server does not sort as asked, all
pages are read and each row is held against the time.

Who is edited meanwhile moves to the front, behind the reader. So after a
reading of several pages that took its time, the front is read again until the
rows are older than the reading. Who is deleted pulls all others a row to the
front: a reading that was broken off, or that took its time over a page, goes
back to a page that begins with a row newer than the last one read.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple, Self

from msgspec.structs import replace

from contactd_sdk import Allowance, Page, Record, Throttled
from contactd_zoho.completing import Completer
from contactd_zoho.estimates import at_a_time, count, outlook
from contactd_zoho.going_back import go_back, joined, marks, without
from contactd_zoho.listing import ContactList, is_newest_first, is_older
from contactd_zoho.rows import Context, Listing
from contactd_zoho.times import moment_of, placed

_SCAN, _FRONT = "modified", "front"

#: A cursor has so many numbers after its first word.
_NUMBERS = 4

#: A page for which so many calls were made took its time: somebody may have been deleted meanwhile.
_SLOW = 20


class Place(NamedTuple):
    """Where a reading is: which *page* is next, and the time of modification of the last row before it.

    *began* is when the reading of everything began, *total* about how many
    customers there are; *front*: it is reading the front again.
    """

    page: int = 1
    passed: int | None = None
    began: int | None = None
    total: int | None = None
    front: bool = False

    @classmethod
    def of(cls, cursor: str | None) -> Self:
        """Read a cursor; one of another reading begins at the first page, which is safe."""
        kind, *texts = (cursor or "").split(":")
        odd = len(texts) != _NUMBERS or not all(text.isdecimal() or not text for text in texts)
        if odd or kind not in {_SCAN, _FRONT}:
            return cls()
        page, passed, began, total = (int(text) if text else None for text in texts)
        return cls(page or 1, passed, began, total, kind == _FRONT)

    @property
    def cursor(self) -> str:
        """Give the cursor that names this place."""
        numbers = (self.page, self.passed, self.began, self.total)
        return ":".join([_FRONT if self.front else _SCAN, *("" if one is None else str(one) for one in numbers)])


class NewestFirst:
    """One reading of *contacts*, completed by *completer* where something needs a call for each."""

    def __init__(self, contacts: ContactList, completer: Completer | None, allowance: Allowance) -> None:
        self._contacts = contacts
        self._completer = completer
        self._allowance = allowance
        self._place = Place()
        #: Whether the page in hand is sorted as asked, and whether all were.
        self._in_order, self._all_in_order = True, True
        #: The time of the last row that was read.
        self._oldest: datetime | None = None
        #: How many rows a full page has, and how many lie before the page in hand.
        self._size, self._before = 0, 0

    def pages(self, cursor: str | None) -> Iterator[Page]:
        """Give the pages from *cursor* on."""
        self._place = Place.of(cursor)
        try:
            yield from self._scan()
            if self._place.front:
                yield from self._scan()
        except Throttled as exc:
            told = self._estimate()
            sentence = f"{str(exc).rstrip('.')}. {told}" if told else str(exc)
            raise type(exc)(sentence, exc.until, everywhere=exc.everywhere) from exc

    def _scan(self) -> Iterator[Page]:
        """Give page after page, to the last or to the first row that is too old."""
        listing, context = self._begin()
        self._oldest = None
        while True:
            self._see_order(listing, context)
            whole = self._completed(listing)
            if not context.has_more_page or self._is_over(listing):
                yield self._last(whole)
                return
            self._place = self._place._replace(page=self._place.page + 1, passed=self._passed(listing))
            self._before += _rows(listing)
            if self._completer is None:
                self._contacts.expect(self._place.page)
            yield Page(whole.records, self._place.cursor, whole.malformed, self._told)
            listing, context = self._following(listing)

    def _following(self, before: Listing) -> tuple[Listing, Context]:
        """Read the page after *before*, and who slid to an earlier one while that was completed."""
        if self._place.passed is None or self._completer is None or self._completer.asked < _SLOW:
            return self._read(self._place.page)
        listing, context = self._begin()
        self._before, self._oldest = (self._place.page - 1) * self._size, None
        return without(listing, marks(before)), context

    def _begin(self) -> tuple[Listing, Context]:
        """Read the page to begin with: the last one before the place that begins with a row newer than what was read.

        Given alone it would pass for progress, even if the one after it never comes: that one is joined to it.
        """
        goal = self._place.page
        number, listing, context = go_back(goal, self._read, self._is_before)
        self._before = (number - 1) * self._size
        if number == 1 and goal == 1:
            self._begun(listing, context)
        elif context.has_more_page:
            number += 1
            following, context = self._read(number)
            listing = joined(listing, following)
        self._place = self._place._replace(page=number, passed=None)
        return listing, context

    def _read(self, number: int) -> tuple[Listing, Context]:
        listing, context = self._contacts.read(number)
        self._size = max(self._size, _rows(listing))
        return listing, context

    def _is_before(self, listing: Listing) -> bool | None:
        """Tell whether all rows before this page were read; of rows as old as the last one read, nobody knows."""
        modified = listing.records[0].modified if listing.records else None
        passed = self._place.passed
        if modified is None or passed is None or placed(modified) == passed:
            return None
        return placed(modified) > passed

    def _begun(self, listing: Listing, context: Context) -> None:
        """Note when a reading began that may take days, and how many customers it will bring."""
        if self._place.front or self._completer is None:
            return
        if context.has_more_page:
            began = self._contacts.finance.began or max(_times(listing.records), default=None)
            self._place = self._place._replace(began=None if began is None else placed(began))
        if self._completer.lacking(listing.records):
            self._place = self._place._replace(total=self._count() if context.has_more_page else self._size)

    def _count(self) -> int | None:
        return count(self._contacts, self._size, at_a_time(self._allowance, self._contacts.finance.quota))

    def _bound(self) -> datetime | None:
        """Give the time of the oldest row that is wanted."""
        began = self._place.began
        return moment_of(began) if self._place.front and began is not None else self._contacts.since

    def _is_over(self, listing: Listing) -> bool:
        """Tell whether no page after this one has a row that is wanted."""
        if not self._in_order:
            # Nobody knows how far the front goes: one page of it has to do.
            return self._place.front
        bound = self._bound()
        return bound is not None and is_older(listing.records, bound)

    def _completed(self, listing: Listing) -> Listing:
        bound = self._bound()
        wanted = [row for row in listing.records if bound is None or row.modified is None or row.modified >= bound]
        narrowed = replace(listing, records=wanted)
        return narrowed if self._completer is None else self._completer.complete(narrowed)

    def _last(self, whole: Listing) -> Page:
        """Give the last page, or lead on from it to the front."""
        place, several = self._place, self._place.page > 1
        again = several and not place.front and (place.began is not None or not self._all_in_order)
        self._place = place._replace(page=1, passed=None, front=again)
        return Page(whole.records, self._place.cursor if again else None, whole.malformed, self._told)

    @property
    def _told(self) -> int | None:
        """How many records the whole reading brings, where that is as many as there are customers."""
        return self._place.total if self._completer is not None and self._completer.one_each else None

    def _passed(self, listing: Listing) -> int | None:
        times = _times(listing.records)
        return placed(times[-1]) if times and self._in_order else None

    def _see_order(self, listing: Listing, context: Context) -> None:
        times = _times(listing.records)
        follows = not times or self._oldest is None or times[0] <= self._oldest
        self._in_order = follows and is_newest_first(listing.records, context)
        self._oldest = times[-1] if times else self._oldest
        if not self._in_order:
            self._all_in_order = False
            self._contacts.remark("does not sort by 'last_modified_time' as asked; all customers are read")

    def _estimate(self) -> str:
        if self._completer is None or self._place.total is None or self._place.front:
            return ""
        quota = self._contacts.finance.quota
        return outlook(self._before + self._completer.done, self._place.total, self._allowance, quota)


def _rows(listing: Listing) -> int:
    return len(listing.records) + len(listing.malformed)


def _times(records: list[Record]) -> list[datetime]:
    return [row.modified for row in records if row.modified is not None]
