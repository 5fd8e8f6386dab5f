"""Reading the newest first, completed by a call for each: how many there are, going on, and who moves meanwhile."""

from datetime import timedelta

import pytest

from contactd_sdk import Window
from contactd_zoho.source import FinanceSource
from fakes.books import NOW, BookOf, ids, page, row, rows
from fakes.details import DetailsOf, calls
from fakes.http_script import Answer, Asked, HttpScript

COUNTRY = Window("contacts", frozenset({"email", "country"}))


def test_the_number_of_customers_is_found_in_few_calls(zoho: HttpScript, source: FinanceSource) -> None:
    zoho.answer = DetailsOf(BookOf(rows(301), per_page=2))

    first = next(source.pages(None, COUNTRY))

    assert first.total == 301
    assert sum(call.startswith("page") for call in calls(zoho)) <= 2 * 8 + 2


@pytest.mark.parametrize(
    "beyond", [page([row(1)], 3), page([]), {"code": 2, "message": "Invalid value passed for page"}, "<html>"]
)
def test_odd_answers_about_pages_beyond_the_end_cost_no_reading(
    zoho: HttpScript, source: FinanceSource, beyond: dict[str, object] | str
) -> None:
    book = DetailsOf(BookOf(rows(5), per_page=2))
    zoho.answer = lambda asked: book(asked) if int(asked.query.get("page", 0)) <= 3 else Answer(beyond)

    pages = list(source.pages(None, COUNTRY))

    assert pages[0].total == 5
    assert [number for numbers in ids(pages) for number in numbers] == [5, 4, 3, 2, 1]


def test_where_everything_lies_on_the_shelf_nobody_counts(zoho: HttpScript, source: FinanceSource) -> None:
    zoho.answer = DetailsOf(BookOf(rows(5), per_page=2))
    list(source.pages(None, COUNTRY))
    zoho.journal.clear()

    list(source.pages(None, COUNTRY))

    assert calls(zoho) == ["page 1", "page 2", "page 3", "page 1"]


def test_who_is_edited_behind_the_reader_is_read_at_the_end(zoho: HttpScript, source: FinanceSource) -> None:
    book = BookOf(rows(6), per_page=2)
    zoho.answer = DetailsOf(book)
    pages = source.pages(None, COUNTRY)
    read = [next(pages)]
    book.rows[0] = row(1, last_modified_time=f"{NOW + timedelta(days=3650):%Y-%m-%dT%H:%M:%S%z}", email="new@x.org")

    read += list(pages)

    assert ids(read)[0] == [6, 5]
    assert {number for numbers in ids(read) for number in numbers} == set(range(1, 7))
    assert read[-1].records[0].values["email"] == "new@x.org"


@pytest.mark.parametrize("deleted", range(5))
def test_going_on_misses_nobody_who_slid_to_an_earlier_page(
    zoho: HttpScript, source: FinanceSource, deleted: int
) -> None:
    book = BookOf(rows(9), per_page=2)
    zoho.answer = DetailsOf(book)
    pages = source.pages(None, COUNTRY)
    read = [next(pages), next(pages)]
    book.rows = book.rows[: len(book.rows) - deleted]

    rest = list(source.pages(read[-1].cursor, COUNTRY))

    assert {number for numbers in ids(rest) for number in numbers} >= set(range(1, 6))


@pytest.mark.parametrize("cursor", ["all:2:5", "again", "modified:x:::", "modified:2", "front:2:::", "nonsense"])
def test_a_cursor_of_another_reading_begins_anew(zoho: HttpScript, source: FinanceSource, cursor: str) -> None:
    zoho.answer = DetailsOf(BookOf(rows(5), per_page=2))

    pages = list(source.pages(cursor, COUNTRY))

    assert ids(pages)[0][:2] == [5, 4]


def test_who_slid_to_an_earlier_page_while_one_took_its_time_is_read(zoho: HttpScript, source: FinanceSource) -> None:
    book = BookOf(rows(75), per_page=25)
    details = DetailsOf(book)

    def answer(asked: Asked) -> Answer:
        if asked.path.endswith(row(60)["contact_id"]):
            # Ten of the newest are deleted, who were all read.
            del book.rows[65:]
        return details(asked)

    zoho.answer = answer

    read = [number for numbers in ids(source.pages(None, COUNTRY)) for number in numbers]

    assert read == list(range(75, 0, -1))
    assert sorted(calls(zoho)).count("60") == 1


def test_going_on_after_rows_of_before_1970_does_not_begin_anew(zoho: HttpScript, source: FinanceSource) -> None:
    empty = {"last_modified_time": "1970-01-01T00:00:00+0530", "created_time": "1970-01-01T00:00:00+0530"}
    book = BookOf([row(number, **empty) for number in range(1, 41)], per_page=2)
    zoho.answer = DetailsOf(book)
    everything = Window("contacts", frozenset({"email"}))
    for window in (COUNTRY, everything):
        pages = source.pages(None, window)
        cursor = [next(pages).cursor for _ in range(9)][-1]
        zoho.journal.clear()

        next(source.pages(cursor, window))

        assert "page 1" not in calls(zoho)


def test_where_nothing_is_sorted_going_on_does_not_begin_anew(zoho: HttpScript, source: FinanceSource) -> None:
    zoho.answer = DetailsOf(BookOf(rows(40), per_page=2, sorts=False))
    pages = source.pages(None, COUNTRY)
    cursor = [next(pages).cursor for _ in range(9)][-1]
    zoho.journal.clear()

    next(source.pages(cursor, COUNTRY))

    assert [call for call in calls(zoho) if call.startswith("page")] == [
        f"page {number}" for number in (9, 8, 7, 6, 5, 6)
    ]
