"""Reading customers page by page: which calls are made, what they bring, and when they end."""

import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from contactd_sdk import Unavailable, Window
from contactd_zoho.source import FinanceSource
from fakes.books import BIRTH, BookOf, asked, changed_place, ids, page, place, refused, row, rows, stamp
from fakes.http_script import Answer, Asked, HttpScript

EVERYTHING = Window("contacts", frozenset({"email"}))


def modified_since(minute: int) -> Window:
    return Window("contacts", frozenset({"email"}), since=BIRTH + timedelta(minutes=minute))


class TestEverything:
    def test_one_page_costs_one_call(self, zoho: HttpScript, source: FinanceSource) -> None:
        zoho.answer = BookOf(rows(3))

        pages = list(source.pages(None, EVERYTHING))

        assert ids(pages) == [[1, 2, 3]]
        assert asked(zoho) == ["1"]

    def test_nobody_costs_one_call(self, zoho: HttpScript, source: FinanceSource) -> None:
        zoho.answer = BookOf([])

        assert [(page.records, page.cursor) for page in source.pages(None, EVERYTHING)] == [([], None)]
        assert asked(zoho) == ["1"]

    @pytest.mark.parametrize(("count", "calls"), [(200, 1), (201, 3), (400, 3), (401, 4)])
    def test_more_cost_a_call_for_each_200_and_page_one_again(
        self, zoho: HttpScript, source: FinanceSource, count: int, calls: int
    ) -> None:
        zoho.answer = BookOf(rows(count))

        pages = list(source.pages(None, EVERYTHING))

        assert [number for page in ids(pages) for number in page] == list(range(1, count + 1))
        assert len(zoho.journal) == calls

    def test_each_call_says_all_that_it_means(self, zoho: HttpScript, source: FinanceSource) -> None:
        zoho.answer = BookOf(rows(1))

        list(source.pages(None, EVERYTHING))

        assert zoho.journal[0].path == "/books/v3/contacts"
        assert zoho.journal[0].headers["Authorization"] == "Zoho-oauthtoken first"
        assert zoho.journal[0].query == {
            "organization_id": "10234695",
            "contact_type": "customer",
            "filter_by": "Status.All",
            "per_page": "200",
            "page": "1",
            "sort_column": "created_time",
            "sort_order": "A",
        }

    def test_it_goes_on_from_any_cursor(self, zoho: HttpScript, source: FinanceSource) -> None:
        zoho.answer = BookOf(rows(5), per_page=2)
        whole = list(source.pages(None, EVERYTHING))

        resumed = [list(source.pages(page.cursor, EVERYTHING)) for page in whole[:-1]]

        assert [page.cursor for page in whole] == [place(2, passed=2), place(3, passed=4), "again", None]
        assert [ids(pages) for pages in resumed] == [
            [[1, 2, 3, 4], [5], []],
            [[3, 4, 5], [1, 2]],  # what page one held at first is not known any more
            [[1, 2]],
        ]

    @pytest.mark.parametrize("cursor", ["modified:2", "all:", "all:x", "all:2:x", "all:0:1", "nonsense", ""])
    def test_a_cursor_of_another_reading_begins_anew(
        self, zoho: HttpScript, source: FinanceSource, cursor: str
    ) -> None:
        zoho.answer = BookOf(rows(5), per_page=2)

        assert ids(list(source.pages(cursor, EVERYTHING))) == [[1, 2], [3, 4], [5], []]

    def test_a_row_that_slid_to_page_one_is_not_lost(self, zoho: HttpScript, source: FinanceSource) -> None:
        def delete_first(book: BookOf, query: Mapping[str, str]) -> None:
            if query["page"] == "2":
                book.rows = [row for row in book.rows if row["contact_name"] != "Customer 1"]

        zoho.answer = BookOf(rows(5), per_page=2, change=delete_first)

        pages = list(source.pages(None, EVERYTHING))

        assert ids(pages) == [[1, 2], [4, 5], [3]]

    def test_a_row_of_page_one_that_was_edited_meanwhile_comes_again(
        self, zoho: HttpScript, source: FinanceSource
    ) -> None:
        def edit_second(book: BookOf, query: Mapping[str, str]) -> None:
            if query["page"] == "2":
                book.rows[1] = row(2, last_modified_time=stamp(90), email="new@example.com")

        zoho.answer = BookOf(rows(5), per_page=2, change=edit_second)

        pages = list(source.pages(None, EVERYTHING))

        assert ids(pages) == [[1, 2], [3, 4], [5], [2]]
        assert pages[-1].records[0].values == {"email": "new@example.com"}

    def test_a_row_that_came_meanwhile_is_read(self, zoho: HttpScript, source: FinanceSource) -> None:
        def add(book: BookOf, query: Mapping[str, str]) -> None:
            if query["page"] == "2" and len(book.rows) == 4:
                book.rows.append(row(99))

        zoho.answer = BookOf(rows(4), per_page=2, change=add)

        assert ids(list(source.pages(None, EVERYTHING))) == [[1, 2], [3, 4], [99], []]

    def test_malformed_rows_are_told_once(self, zoho: HttpScript, source: FinanceSource) -> None:
        zoho.answer = lambda asked: Answer(
            page([row(1), "bad"], 1, more=True) if asked.query["page"] == "1" else page([row(2)], 2)
        )

        pages = list(source.pages(None, EVERYTHING))

        assert [len(page.malformed) for page in pages] == [1, 0, 0]

    def test_vendors_come_marked_where_the_server_does_not_leave_them_out(
        self, zoho: HttpScript, source: FinanceSource
    ) -> None:
        zoho.answer = BookOf([row(1), row(2, contact_type="vendor")])

        (only,) = source.pages(None, EVERYTHING)

        assert [record.customer for record in only.records] == [True, False]


class TestModifiedSince:
    def test_nothing_new_costs_one_call(self, zoho: HttpScript, source: FinanceSource) -> None:
        zoho.answer = BookOf(rows(500))

        assert [(page.records, page.cursor) for page in source.pages(None, modified_since(1000))] == [([], None)]
        assert asked(zoho) == ["1"]

    def test_the_bound_is_sent_in_the_strict_form(self, zoho: HttpScript, source: FinanceSource) -> None:
        zoho.answer = BookOf(rows(1))

        list(source.pages(None, modified_since(0)))

        assert "last_modified_time=2026-01-01T00%3A00%3A00%2B0000" in zoho.journal[0].target
        assert zoho.journal[0].query["sort_column"] == "last_modified_time"
        assert zoho.journal[0].query["sort_order"] == "D"

    def test_the_bound_itself_is_within(self, zoho: HttpScript, source: FinanceSource) -> None:
        zoho.answer = BookOf(rows(9))

        assert ids(list(source.pages(None, modified_since(7)))) == [[9, 8, 7]]

    def test_a_filter_that_is_ignored_costs_nothing(self, zoho: HttpScript, source: FinanceSource) -> None:
        zoho.answer = BookOf(rows(500), filters=False)

        assert ids(list(source.pages(None, modified_since(499)))) == [[500, 499]]
        assert asked(zoho) == ["1"]

    def test_it_reads_on_until_the_first_row_that_is_too_old(self, zoho: HttpScript, source: FinanceSource) -> None:
        zoho.answer = BookOf(rows(20), per_page=4, filters=False)

        assert ids(list(source.pages(None, modified_since(11)))) == [[20, 19, 18, 17], [16, 15, 14, 13], [12, 11]]
        assert asked(zoho) == ["1", "2", "3"]

    def test_an_order_that_is_ignored_means_reading_all(self, zoho: HttpScript, source: FinanceSource) -> None:
        zoho.answer = BookOf(rows(9), per_page=4, filters=False, sorts=False)

        assert ids(list(source.pages(None, modified_since(8)))) == [[], [8], [9], []]

    def test_an_order_that_is_only_claimed_means_reading_all(self, zoho: HttpScript, source: FinanceSource) -> None:
        claimed: dict[str, Any] = {"sort_column": "last_modified_time", "sort_order": "D"}
        zoho.answer = lambda asked: Answer(
            page([row(1), row(2)], 1, more=True, **claimed)
            if asked.query["page"] == "1"
            else page([row(9)], 2, **claimed)
        )

        assert ids(list(source.pages(None, modified_since(2)))) == [[2], [9], [2]]

    def test_an_order_that_breaks_between_two_pages_is_none(self, zoho: HttpScript, source: FinanceSource) -> None:
        claimed: dict[str, Any] = {"sort_column": "last_modified_time", "sort_order": "D"}
        shown = {"1": [row(3)], "2": [row(7), row(1)], "3": [row(9)]}
        zoho.answer = lambda asked: Answer(
            page(shown[asked.query["page"]], int(asked.query["page"]), more=asked.query["page"] != "3", **claimed)
        )

        assert ids(list(source.pages(None, modified_since(2)))) == [[3], [7], [9], [3], [7]]

    def test_a_row_without_a_time_is_never_too_old(self, zoho: HttpScript, source: FinanceSource) -> None:
        zoho.answer = lambda _: Answer(
            page([row(9), row(8, last_modified_time=""), row(1)], sort_column="last_modified_time", sort_order="D")
        )

        assert ids(list(source.pages(None, modified_since(5)))) == [[9, 8]]

    def test_a_filter_or_an_order_that_is_ignored_is_told_once(self, zoho: HttpScript, source: FinanceSource) -> None:
        zoho.answer = BookOf(rows(9), per_page=4, filters=False)
        filtered = [page.note for page in source.pages(None, modified_since(3))]
        zoho.answer = BookOf(rows(9), per_page=4, sorts=False)
        ordered = [page.note for page in source.pages(None, modified_since(3))]

        assert [note.count("'last_modified_time'") for note in filtered] == [0, 1]
        assert [bool(note) for note in ordered] == [True, False, False]
        assert "does not sort" in ordered[0]

    @pytest.mark.parametrize("name", ["last_modified_time", "contact_type", "sort_column"])
    def test_a_parameter_that_is_refused_is_left_out(self, zoho: HttpScript, source: FinanceSource, name: str) -> None:
        book = BookOf(rows(9), filters=False)
        zoho.answer = lambda asked: (
            refused(2, f"Invalid value passed for {name}")
            if name in asked.query
            else book(Asked(asked.method, f"{asked.target}&sort_column=contact_name&sort_order=A", {}))
            if name == "sort_column"
            else book(asked)
        )

        (only,) = source.pages(None, modified_since(8))

        assert {int(record.id[-8:]) for record in only.records} == {8, 9}
        assert f"'{name}'" in only.note
        assert len(zoho.journal) == 2

    def test_it_goes_on_from_any_cursor(self, zoho: HttpScript, source: FinanceSource) -> None:
        zoho.answer = BookOf(rows(5), per_page=2)

        first, *_ = source.pages(None, modified_since(1))

        assert first.cursor == changed_place(2, passed=4)
        assert ids(list(source.pages(first.cursor, modified_since(1)))) == [[5, 4, 3, 2], [1]]


class TestAhead:
    def test_the_next_page_is_asked_for_while_this_one_is_taken(self, zoho: HttpScript, source: FinanceSource) -> None:
        book, second = BookOf(rows(3), per_page=2), threading.Event()

        def answer(asked: Asked) -> Answer:
            if asked.query["page"] == "2":
                second.set()
            return book(asked)

        zoho.answer = answer
        pages = source.pages(None, EVERYTHING)

        next(pages)

        assert second.wait(10)
        assert ids(list(pages)) == [[3], []]

    @pytest.mark.parametrize("window", [EVERYTHING, modified_since(2)])
    def test_no_page_is_asked_for_that_is_not_needed(
        self, zoho: HttpScript, source: FinanceSource, window: Window
    ) -> None:
        zoho.answer = BookOf(rows(3), filters=False)
        pages = source.pages(None, window)

        next(pages)
        source.close()

        assert list(pages) == []
        assert asked(zoho) == ["1"]

    def test_a_reading_may_be_left_at_any_page(self, zoho: HttpScript, source: FinanceSource) -> None:
        zoho.answer = BookOf(rows(9), per_page=2)
        left = source.pages(None, EVERYTHING)
        next(left)

        again = list(source.pages(None, EVERYTHING))

        assert ids(again) == [[1, 2], [3, 4], [5, 6], [7, 8], [9], []]

    def test_a_fault_of_a_page_asked_for_ahead_comes_with_that_page(
        self, zoho: HttpScript, source: FinanceSource
    ) -> None:
        zoho.answer = BookOf(rows(3), per_page=2, faults={"2": Answer(then="reset")})
        pages = source.pages(None, EVERYTHING)

        first = next(pages)

        assert first.cursor == place(2, passed=2)
        with pytest.raises(Unavailable):
            next(pages)


def test_times_of_a_record_are_aware(zoho: HttpScript, source: FinanceSource) -> None:
    zoho.answer = BookOf(rows(1))

    (only,) = source.pages(None, EVERYTHING)

    assert only.records[0].modified == datetime.fromisoformat(stamp(1))
