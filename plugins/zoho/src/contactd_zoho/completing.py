"""Adding to the rows of a page what only a call for each contact tells (FACTS.md "2.4").

Rule: no call is made twice. What a call told is shelved by the contact's id and
the time of its modification, whoever wanted it, whatever befalls the calls
after it; a row that lies on the shelf as it is costs nothing.

Whether every edit moves that time is not known (FACTS.md "9"). So a contact is
asked after again whose row has another address than when it was told of, and a
reading of everything asks again for what was told months ago, a few at a time.
A row without a time is as good as new for some days: a page of such rows that
takes more calls than there are at a time would never be complete.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from msgspec.structs import replace

from contactd_sdk import Malformed, Record, Shelf, Shelved, SourceError, Unavailable
from contactd_zoho.details import Detail, contact_of, detail_of, packed, read_told, unpacked
from contactd_zoho.errors import Refusal
from contactd_zoho.finance import Finance
from contactd_zoho.making import Make
from contactd_zoho.presence import is_gone
from contactd_zoho.refused import MODULE, NO_TIME, given_up
from contactd_zoho.rows import Listing

#: So many are shelved at once: what a crash may cost.
_BATCH = 20

#: As exact as the time of a modification is, with some to spare.
_SECONDS = timedelta(seconds=2)

#: What was told longer ago is asked again by a reading of everything; not all of it at one time.
_FRESH_DAYS, _SPREAD_DAYS = 60, 60

#: Where so many calls of a page and all others of it say that there is no such contact, it is not the contacts.
_ALL_GONE = 10

#: So long holds what was told of a row that has no time of modification.
_UNTIMED = timedelta(days=7)


class Completer:
    """Completes rows by *make*; *everything*: in a reading of all there is; *one_each*: a row stays one record."""

    def __init__(self, finance: Finance, shelf: Shelf, make: Make, *, everything: bool, one_each: bool) -> None:
        self.one_each = one_each
        self._finance = finance
        self._shelf = shelf
        self._make = make
        self._everything = everything
        self._fetched: list[Shelved] = []
        #: How many rows of a page that was begun are complete.
        self.done = 0
        #: How many calls the last page took, and how many of them said that there is no such contact.
        self.asked = self._gone = 0

    def lacking(self, rows: Sequence[Record]) -> int:
        """Tell how many of *rows* need a call."""
        customers = [row for row in rows if row.customer]
        return len(customers) - len(self._found(customers))

    def complete(self, listing: Listing) -> Listing:
        """Give *listing* with the details of its customers; one that was deleted since is left out.

        Raises:
            SourceError: a call was refused, or had no answer. What others told is shelved.
        """
        found = self._found([row for row in listing.records if row.customer])
        records: list[Record] = []
        malformed = list(listing.malformed)
        self.done = self.asked = self._gone = 0
        try:
            for row in listing.records:
                detail = found.get(row.id) or self._asked(row)
                if isinstance(detail, Detail):
                    records += self._make(row, detail)
                elif detail is not None:
                    malformed.append(detail)
                self.done += 1
        finally:
            self._put_away()
        self.done = 0
        return replace(listing, records=records, malformed=malformed)

    def _found(self, rows: Sequence[Record]) -> dict[str, Detail]:
        stamps = {row.id: row.modified or NO_TIME for row in rows}
        shelved = self._shelf.find(MODULE, stamps) if stamps else {}
        found = ((row, unpacked(shelved[row.id])) for row in rows if row.id in shelved)
        return {row.id: detail for row, detail in found if detail is not None and self._holds(row, detail)}

    def _holds(self, row: Record, detail: Detail) -> bool:
        address = _address(row)
        if None not in {address, detail.listed} and address != detail.listed:
            return False
        age = self._now() - detail.fetched
        if row.modified is None:
            return age < _UNTIMED
        days = _FRESH_DAYS + crc32(row.id.encode()) % _SPREAD_DAYS
        return not self._everything or age < timedelta(days=days)

    def _now(self) -> datetime:
        return self._finance.now()

    def _may_hide(self, stamp: datetime) -> bool:
        """Tell whether *stamp* is of just now: a second edit may hide in that second. None is of tomorrow."""
        began = self._finance.began or self._now()
        return began - _SECONDS <= stamp < began + timedelta(days=1)

    def _asked(self, row: Record) -> Detail | Malformed | None:
        if not row.customer:
            # It is told as no customer, and nothing of it is ever looked at.
            return Detail(self._now(), {}, [])
        self.asked += 1
        try:
            answer = self._finance.attempt(f"/contacts/{row.id}", {}, read_told)
        except Unavailable as silence:
            answer = Refusal(silence)
        if isinstance(answer, Refusal):
            if is_gone(answer):
                self._leave_out(answer)
                return None
            return self._given_up(row, answer.error)
        contact = contact_of(answer, row.id)
        if contact is None:
            title = self._finance.product.title
            return self._given_up(row, Unavailable(f"{title} told of no contact, or of another than it was asked for."))
        return self._kept(row, contact)

    def _leave_out(self, refusal: Refusal) -> None:
        """Count a row that is left out, as its contact is gone; all who were listed just now cannot be."""
        self._gone += 1
        if self._gone == self.asked >= _ALL_GONE:
            raise refusal.error

    def _given_up(self, row: Record, error: SourceError) -> Malformed:
        return given_up(self._shelf, row, error, self._now())

    def _kept(self, row: Record, contact: Mapping[str, Any]) -> Detail:
        detail = detail_of(contact, self._now(), _address(row))
        stamp = row.modified or NO_TIME
        if not self._may_hide(stamp):
            self._fetched.append(Shelved(row.id, stamp, detail.addresses, packed(detail)))
            if len(self._fetched) >= _BATCH:
                self._put_away()
        return detail

    def _put_away(self) -> None:
        if self._fetched:
            fetched, self._fetched = self._fetched, []
            self._shelf.keep(MODULE, fetched)


def _address(row: Record) -> str | None:
    """Give the address that the list tells of a contact, where it was asked for."""
    address = row.values.get("email")
    return address if isinstance(address, str) else None
