"""Records as a source gives them, and the first look at them; what is not said is as good as can be."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from contactd.domain.ledger import Link
from contactd.domain.rules import Rules
from contactd.domain.sift import Sifted, sift
from contactd_sdk import Malformed, Record
from domain.stage import ADDRESS, rules

DAY = datetime(2026, 1, 31, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def record(source_id: str = "9", email: str | None = ADDRESS, **more: Any) -> Record:
    """Give a record that was modified on the day."""
    values = more.pop("values", {"email": email, "company": "New"})
    return Record(source_id, values, **{"title": "Ann", "modified": DAY, **more})


def looked_at(
    *records: Record, there: Sequence[Link] = (), bad: Sequence[Malformed] = (), by: Rules | None = None
) -> Sifted:
    """Look at a page, in the run 1, of records whose links are *there*."""
    return sift(records, bad, {one.source_id: one for one in there}, by or rules(targets=["company"]))
