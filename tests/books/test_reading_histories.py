"""A reading that takes days, among people who edit, add and delete: nothing that is there at its end was lost."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contactd_books.product import BOOKS
from contactd_sdk import Window
from contactd_zoho.source import FinanceSource
from fakes.books import ALLOWED, BookOf, OpenAccess, row, rows
from fakes.details import DetailsOf
from fakes.http_script import Answer, HttpScript

WANTED = frozenset({"email", "country"})

#: What happens after a page: the reader is broken off, or somebody edits, adds or deletes a customer.
HAPPENINGS = st.lists(
    st.tuples(st.sampled_from(["nothing", "break", "edit", "add", "delete and break"]), st.integers(0, 99)), max_size=8
)


class Office:
    """People who work on *book* while it is read."""

    def __init__(self, book: BookOf) -> None:
        self.book = book
        self._edits = 0

    def does(self, what: str, whom: int) -> None:
        place = whom % len(self.book.rows)
        number = int(self.book.rows[place]["contact_id"][-8:])
        if what == "edit":
            self.book.rows[place] = row(number, **self._now())
        elif what == "add":
            self.book.rows.append(row(100 + self._edits, **self._now()))
        elif what == "delete and break":
            # The newest of them, which were read first: all others slide towards the reader.
            del self.book.rows[max(1, len(self.book.rows) - 1 - whom % 5) :]

    def _now(self) -> dict[str, Any]:
        self._edits += 1
        later = datetime.now(UTC) + timedelta(minutes=self._edits)
        return {"last_modified_time": f"{later:%Y-%m-%dT%H:%M:%S%z}", "email": f"edit{self._edits}@example.com"}


@pytest.fixture(scope="module")
def served() -> Iterator[HttpScript]:
    with HttpScript(lambda _: Answer()) as script:
        yield script


@settings(derandomize=True, database=None, deadline=None, max_examples=60)
@given(count=st.integers(1, 9), per_page=st.integers(1, 3), happenings=HAPPENINGS)
def test_a_reading_and_the_next_one_of_what_changed_bring_everybody_as_they_are(
    served: HttpScript, count: int, per_page: int, happenings: list[tuple[str, int]]
) -> None:
    book = BookOf(rows(count), per_page=per_page)
    served.answer = DetailsOf(book)
    office, script = Office(book), iter(happenings)
    source = FinanceSource(BOOKS, OpenAccess(served.address), ALLOWED)
    read, began, cursor, ended = dict[str, Any](), None, None, False
    while not ended:
        for page in source.pages(cursor, Window("contacts", WANTED)):
            read |= {record.id: record.values["email"] for record in page.records}
            began, cursor, ended = began or page.as_of, page.cursor, page.cursor is None
            what, whom = ("nothing", 0) if ended else next(script, ("nothing", 0))
            office.does(what, whom)
            if "break" in what:
                break

    changed = list(source.pages(None, Window("contacts", WANTED, since=began)))

    source.close()
    read |= {record.id: record.values["email"] for page in changed for record in page.records}
    assert {one["contact_id"]: one["email"] for one in book.rows}.items() <= read.items()
