"""Going on with a reading of all customers that was broken off: what slid to an earlier page meanwhile is read."""

import pytest

from contactd_sdk import Unavailable, Window
from contactd_zoho.source import FinanceSource
from fakes.books import BookOf, asked, ids, page, place, refused, row, rows, stamp
from fakes.http_script import Answer, Asked, HttpScript

EVERYTHING = Window("contacts", frozenset({"email"}))


def test_where_nothing_moved_it_costs_one_call_more(zoho: HttpScript, source: FinanceSource) -> None:
    zoho.answer = BookOf(rows(9), per_page=2)

    pages = list(source.pages(place(4, passed=6), EVERYTHING))

    assert ids(pages) == [[5, 6, 7, 8], [9], [1, 2]]
    assert asked(zoho) == ["3", "4", "5", "1"]


@pytest.mark.parametrize(
    ("deleted", "calls"),
    [
        (1, ["3", "2", "3", "4", "1"]),
        (2, ["3", "2", "3", "4", "1"]),
        (3, ["3", "2", "1", "2", "3", "1"]),
        (4, ["3", "2", "1", "2", "3", "1"]),
        (6, ["3", "2", "1", "2", "1"]),
        (7, ["3", "2", "1"]),
    ],
)
def test_it_goes_back_until_it_is_before_the_last_row_read(
    zoho: HttpScript, source: FinanceSource, deleted: int, calls: list[str]
) -> None:
    zoho.answer = BookOf(rows(9)[deleted:], per_page=2)

    pages = list(source.pages(place(4, passed=6), EVERYTHING))

    assert {number for page in ids(pages) for number in page} >= set(range(max(deleted + 1, 7), 10))
    assert asked(zoho) == calls


def test_the_last_row_read_may_itself_be_deleted(zoho: HttpScript, source: FinanceSource) -> None:
    zoho.answer = BookOf([row for row in rows(9) if row["contact_name"] != "Customer 6"], per_page=2)

    assert ids(list(source.pages(place(4, passed=6), EVERYTHING))) == [[5, 7, 8, 9], [1, 2]]


def test_rows_that_were_created_at_one_time_are_all_covered(zoho: HttpScript, source: FinanceSource) -> None:
    imported = [row(number, created_time=stamp(3)) for number in range(3, 10)]
    zoho.answer = BookOf([row(1), row(2), *imported], per_page=2)

    pages = list(source.pages(place(4, passed=3), EVERYTHING))

    assert ids(pages) == [[1, 2, 3, 4], [5, 6], [7, 8], [9], []]
    assert asked(zoho) == ["3", "2", "1", "2", "3", "4", "5", "1"]


def test_a_page_that_begins_with_a_row_without_a_time_tells_nothing(zoho: HttpScript, source: FinanceSource) -> None:
    untimed = [row(number, created_time="" if number == 5 else stamp(number)) for number in range(1, 10)]

    def answer(call: Asked) -> Answer:
        number = int(call.query["page"])
        return Answer(page(untimed[2 * number - 2 : 2 * number], number, more=number < 5))

    zoho.answer = answer

    pages = list(source.pages(place(4, passed=6), EVERYTHING))

    assert ids(pages) == [[3, 4, 5, 6], [7, 8], [9], [1, 2]]
    assert asked(zoho) == ["3", "2", "3", "4", "5", "1"]


def test_however_many_were_created_at_one_time_it_gets_on(zoho: HttpScript, source: FinanceSource) -> None:
    zoho.answer = BookOf([row(number, created_time=stamp(3)) for number in range(1, 21)], per_page=2)

    again = next(source.pages(place(9, passed=3), EVERYTHING))

    assert asked(zoho)[:6] == ["8", "7", "6", "5", "4", "5"]
    assert again.cursor == place(6, passed=3)


def test_without_any_time_it_goes_back_a_little(zoho: HttpScript, source: FinanceSource) -> None:
    zoho.answer = BookOf([row(number, created_time="") for number in range(1, 6)], per_page=2)
    first, second, *_ = source.pages(None, EVERYTHING)

    again = list(source.pages(second.cursor, EVERYTHING))

    assert (first.cursor, second.cursor) == ("all:2", "all:3")
    assert ids(again) == [[1, 2, 3, 4], [5], []]


def test_a_page_without_a_time_keeps_the_place_of_the_one_before(zoho: HttpScript, source: FinanceSource) -> None:
    zoho.answer = lambda call: Answer(
        page([row(1)] if call.query["page"] == "1" else ["bad"], int(call.query["page"]), more=True)
    )
    pages = source.pages(None, EVERYTHING)

    cursors = [next(pages).cursor, next(pages).cursor]

    assert cursors == [place(2, passed=1), place(3, passed=1)]


def test_a_reading_that_went_back_does_not_claim_the_place_it_came_from(
    zoho: HttpScript, source: FinanceSource
) -> None:
    zoho.answer = BookOf([row(number, created_time="") for number in range(1, 10)], per_page=2)

    assert next(source.pages(place(4, passed=6), EVERYTHING)).cursor == "all:3"


def test_malformed_rows_of_both_pages_come_along(zoho: HttpScript, source: FinanceSource) -> None:
    zoho.answer = lambda call: Answer(
        page([row(int(call.query["page"])), f"bad {call.query['page']}"], int(call.query["page"]), more=True)
    )

    resumed = next(source.pages(place(3, passed=3), EVERYTHING))

    assert [bad.raw for bad in resumed.malformed] == ['"bad 2"', '"bad 3"']


def test_a_page_read_before_is_no_progress_where_the_next_one_fails(zoho: HttpScript, source: FinanceSource) -> None:
    zoho.answer = BookOf(rows(9), per_page=2, faults={"4": refused(1000, status=500)})

    with pytest.raises(Unavailable):
        next(source.pages(place(4, passed=6), EVERYTHING))

    assert asked(zoho) == ["3", "4"]


def test_no_page_is_asked_for_that_is_not_needed(zoho: HttpScript, source: FinanceSource) -> None:
    zoho.answer = BookOf(rows(2), per_page=2)

    pages = list(source.pages(place(2, passed=2), EVERYTHING))

    assert ids(pages) == [[1, 2]]
    assert asked(zoho) == ["1"]
