"""Fields that cost a call for each customer: which calls are made, and which never twice."""

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from contactd_books.product import BOOKS
from contactd_sdk import Allowance, Page, Spent, Throttled, Unavailable, Window
from contactd_zoho.source import FinanceSource
from fakes.books import ALLOWED, NOW, BookOf, OpenAccess, ids, page, refused, row, rows, stamp
from fakes.details import DetailsOf, address, calls, detailed
from fakes.http_script import Answer, HttpScript

COUNTRY = Window("contacts", frozenset({"email", "country"}))


def values(pages: list[Page], name: str) -> list[Any]:
    return [record.values.get(name) for page in pages for record in page.records]


class TestCalls:
    def test_a_wanted_detail_costs_one_call_for_each_customer_the_newest_first(
        self, zoho: HttpScript, source: FinanceSource
    ) -> None:
        zoho.answer = DetailsOf(BookOf(rows(3)), {2: {"billing_address": address(country="India")}})

        pages = list(source.pages(None, COUNTRY))

        assert ids(pages) == [[3, 2, 1]]
        assert values(pages, "country") == ["", "India", ""]
        assert calls(zoho) == ["page 1", "3", "2", "1"]

    def test_without_a_wanted_detail_there_is_none(self, zoho: HttpScript, source: FinanceSource) -> None:
        zoho.answer = DetailsOf(BookOf(rows(3)))

        list(source.pages(None, Window("contacts", frozenset({"email"}))))

        assert calls(zoho) == ["page 1"]

    def test_what_was_told_is_not_asked_again_whatever_is_wanted_of_it(
        self, zoho: HttpScript, source: FinanceSource
    ) -> None:
        zoho.answer = DetailsOf(BookOf(rows(3)), {1: {"notes": "Likes tea"}})
        list(source.pages(None, COUNTRY))
        zoho.journal.clear()

        edited = list(source.pages(None, Window("contacts", frozenset({"notes", "billing_city"}))))
        persons = list(source.pages(None, Window("contact_persons", frozenset({"email"}))))

        assert values(edited, "notes") == ["", "", "Likes tea"]
        assert len(persons[0].records) == 3
        assert calls(zoho) == ["page 1", "page 1"]

    def test_only_who_changed_is_asked_after_again(self, zoho: HttpScript, source: FinanceSource) -> None:
        book = BookOf(rows(3))
        zoho.answer = DetailsOf(book)
        list(source.pages(None, COUNTRY))
        zoho.journal.clear()
        book.rows[1] = row(2, last_modified_time=stamp(90))

        pages = list(source.pages(None, COUNTRY))

        assert ids(pages) == [[2, 3, 1]]
        assert calls(zoho) == ["page 1", "2"]

    def test_what_was_told_months_ago_is_asked_again_where_everything_is_read(
        self, zoho: HttpScript, access: OpenAccess
    ) -> None:
        zoho.answer = DetailsOf(BookOf(rows(40)))
        first = FinanceSource(BOOKS, access, ALLOWED, now=lambda: NOW)
        list(first.pages(None, COUNTRY))
        first.close()
        asked_after = []
        for days in (59, 61, 90):
            zoho.journal.clear()
            later = FinanceSource(BOOKS, access, ALLOWED, now=partial(NOW.__add__, timedelta(days=days)))
            list(later.pages(None, COUNTRY))
            later.close()
            asked_after.append(len(calls(zoho)) - 1)

        assert asked_after[0] == 0
        assert 0 < sum(asked_after) < 40

    def test_who_was_modified_just_now_is_asked_after_again_as_a_second_edit_may_hide_in_the_second(
        self, zoho: HttpScript, source: FinanceSource
    ) -> None:
        just_now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S%z}"
        zoho.answer = DetailsOf(BookOf([row(1), row(2, last_modified_time=just_now)]))

        for _ in range(2):
            list(source.pages(None, COUNTRY))

        assert calls(zoho) == ["page 1", "2", "1", "page 1", "2"]

    def test_a_time_that_is_yet_to_come_is_as_good_as_any_other(self, zoho: HttpScript, source: FinanceSource) -> None:
        zoho.answer = DetailsOf(BookOf([row(1, last_modified_time="2999-01-01T00:00:00+0000")]))

        for _ in range(2):
            list(source.pages(None, COUNTRY))

        assert calls(zoho) == ["page 1", "1", "page 1"]

    def test_vendors_are_not_asked_after(self, zoho: HttpScript, source: FinanceSource) -> None:
        zoho.answer = DetailsOf(BookOf([row(1), row(2, contact_type="vendor")]))

        (only,) = source.pages(None, COUNTRY)

        assert [record.customer for record in only.records] == [False, True]
        assert calls(zoho) == ["page 1", "1"]

    def test_a_customer_without_a_time_is_asked_after_again_in_a_week_so_that_a_page_of_them_ends(
        self, zoho: HttpScript, access: OpenAccess
    ) -> None:
        zoho.answer = lambda asked: (
            Answer(page([row(1, last_modified_time="")])) if "page" in asked.query else Answer(detailed(row(1)))
        )

        for days in (0, 1, 8):
            source = FinanceSource(BOOKS, access, ALLOWED, now=partial(NOW.__add__, timedelta(days=days)))
            list(source.pages(None, COUNTRY))
            source.close()

        assert calls(zoho) == ["page 1", "1", "page 1", "page 1", "1"]

    @pytest.mark.parametrize("module", ["contacts", "contact_persons"])
    def test_whose_address_changed_is_asked_after_again_even_if_that_moved_no_time(
        self, zoho: HttpScript, source: FinanceSource, module: str
    ) -> None:
        book = BookOf(rows(3))
        zoho.answer = DetailsOf(book)
        window = Window(module, frozenset({"email", "country", "customer_country"}))
        list(source.pages(None, window))
        zoho.journal.clear()
        book.rows[1] = row(2, email="new@example.com")

        for _ in range(2):
            list(source.pages(None, window))

        assert calls(zoho) == ["page 1", "2", "page 1"]


class TestFaults:
    def test_what_was_told_before_a_fault_is_not_asked_again(self, zoho: HttpScript, source: FinanceSource) -> None:
        details = DetailsOf(BookOf(rows(5)), faults={2: refused(1000, status=500)})
        zoho.answer = details
        with pytest.raises(Unavailable):
            list(source.pages(None, COUNTRY))
        details.faults = {}
        zoho.journal.clear()

        pages = list(source.pages(None, COUNTRY))

        assert ids(pages) == [[5, 4, 3, 2, 1]]
        assert calls(zoho) == ["page 1", "2", "1"]

    @pytest.mark.parametrize(("code", "status"), [(1002, 404), (1002, 400), (5, 404), (5, 400), (1002, 200)])
    def test_a_customer_that_was_deleted_meanwhile_is_left_out(
        self, zoho: HttpScript, source: FinanceSource, code: int, status: int
    ) -> None:
        zoho.answer = DetailsOf(BookOf(rows(3)), faults={2: refused(code, status=status)})

        pages = list(source.pages(None, COUNTRY))

        assert ids(pages) == [[3, 1]]

    def test_a_block_is_reported_with_its_end(
        self, zoho: HttpScript, source: FinanceSource, access: OpenAccess
    ) -> None:
        zoho.answer = DetailsOf(BookOf(rows(3)), faults={2: refused(44, status=429, Retry_After="1800")})

        with pytest.raises(Throttled) as fault:
            list(source.pages(None, COUNTRY))

        assert fault.value.until == NOW + timedelta(minutes=30)
        ((until, why),) = access.calls.blocks
        assert until == fault.value.until
        assert "blocked the organization" in why


class TestBudget:
    def test_every_call_has_a_right_and_what_answers_tell_goes_back(
        self, zoho: HttpScript, source: FinanceSource, access: OpenAccess
    ) -> None:
        headers = {"X-Rate-Limit-Limit": "2,000", "X-Rate-Limit-Remaining": "1990", "X-Rate-Limit-Reset": "3600"}
        book = DetailsOf(BookOf(rows(2)))
        zoho.answer = lambda asked: replace(book(asked), headers=headers)
        access.calls.left = 10

        list(source.pages(None, COUNTRY))

        assert access.calls.left == 7
        (told, *_) = access.calls.quotas
        assert (told.limit, told.left, told.ends) == (2000, 1990, NOW + timedelta(hours=1))

    @pytest.mark.parametrize("odd", ["", "many", "-1", "1.5", "9" * 20])
    def test_odd_headers_tell_nothing(
        self, zoho: HttpScript, source: FinanceSource, access: OpenAccess, odd: str
    ) -> None:
        headers = {"X-Rate-Limit-Limit": odd, "X-Rate-Limit-Remaining": "1", "X-Rate-Limit-Reset": "1"}
        zoho.answer = lambda _: Answer(page([row(1)]), headers=headers)

        list(source.pages(None, Window("contacts", frozenset({"email"}))))

        assert access.calls.quotas == []

    def test_without_a_right_in_hand_no_page_is_asked_for_ahead(
        self, zoho: HttpScript, source: FinanceSource, access: OpenAccess
    ) -> None:
        zoho.answer = BookOf(rows(5), per_page=2)
        access.calls.ahead = False
        access.calls.left = 1
        pages = source.pages(None, Window("contacts", frozenset({"email"})))

        first = next(pages)
        with pytest.raises(Spent):
            next(pages)

        assert ids([first]) == [[1, 2]]
        assert calls(zoho) == ["page 1"]

    def test_a_first_load_goes_on_day_by_day_tells_how_long_it_takes_and_asks_nothing_twice(
        self, zoho: HttpScript, source: FinanceSource, access: OpenAccess
    ) -> None:
        zoho.answer = DetailsOf(BookOf(rows(11), per_page=2))
        cursor, sentences, read = None, [], []
        for _ in range(20):
            access.calls.left = 9
            try:
                for got in source.pages(cursor, COUNTRY):
                    read += ids([got])[0]
                    cursor = got.cursor
                break
            except Spent as exc:
                sentences.append(str(exc))

        details = [call for call in calls(zoho) if not call.startswith("page")]
        assert sorted(details, key=int) == [str(number) for number in range(1, 12)]
        assert list(dict.fromkeys(read)) == list(range(11, 0, -1))
        assert "No call is left of ours for now. 2 of about 11 customers are read; at 500 calls a day" in sentences[0]
        assert "7 of about 11 customers" in sentences[1]

    @pytest.mark.parametrize(
        ("allowed", "told"), [(6, ""), (9, ""), (18, " 2 of about 112 "), (24, " 2 of about 100 ")]
    )
    def test_counting_leaves_most_of_the_calls_that_there_are_at_a_time(
        self, zoho: HttpScript, access: OpenAccess, allowed: int, told: str
    ) -> None:
        zoho.answer = DetailsOf(BookOf(rows(100), per_page=4))
        allowance = Allowance(per_minute=allowed, per_day=1000)
        access.calls.left = 1 + min(allowed // 3, 8) + 2

        source = FinanceSource(BOOKS, access, allowance, now=lambda: NOW)
        with closing(source), pytest.raises(Spent) as spent:
            list(source.pages(None, COUNTRY))

        assert (told in str(spent.value), "customers" in str(spent.value)) == (True, bool(told))
        assert len([call for call in calls(zoho) if not call.startswith("page")]) == 2

    def test_the_outlook_goes_by_what_the_vendor_told(
        self, zoho: HttpScript, source: FinanceSource, access: OpenAccess
    ) -> None:
        headers = {"X-Rate-Limit-Limit": "36", "X-Rate-Limit-Remaining": "18", "X-Rate-Limit-Reset": "3600"}
        book = DetailsOf(BookOf(rows(101), per_page=20))
        zoho.answer = lambda asked: replace(book(asked), headers=headers)
        access.calls.left = 8

        with pytest.raises(
            Spent, match="2 of about 101 customers are read; at 18 calls a day the rest takes about 6 d"
        ):
            list(source.pages(None, COUNTRY))
