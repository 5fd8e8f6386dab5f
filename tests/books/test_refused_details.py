"""A contact whose detail is refused for ever: it is waited for, and then nobody waits for it any more."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from contactd_books.product import BOOKS
from contactd_sdk import AuthFailed, Misconfigured, Page, SourceError, Unavailable, Window
from contactd_zoho.source import FinanceSource
from fakes.books import ALLOWED, NOW, BookOf, OpenAccess, ids, page, refused, row, rows, stamp
from fakes.details import DetailsOf
from fakes.http_script import Answer, HttpScript

COUNTRY = Window("contacts", frozenset({"email", "country"}))
FAULT = refused(1000, status=500)


def read_at(access: OpenAccess, now: datetime) -> Sequence[Page]:
    source = FinanceSource(BOOKS, access, ALLOWED, now=lambda: now)
    try:
        return list(source.pages(None, COUNTRY))
    finally:
        source.close()


@pytest.mark.parametrize(
    "answer",
    [
        *(FAULT, refused(2), Answer("<html>", 502), Answer({"code": 0}), Answer({"code": 0, "contact": []})),
        Answer({"code": 0, "contact": {"contact_id": "4600000000000000009", "contact_name": "Another"}}),
    ],
    ids=["500", "code 2", "gateway", "nothing", "no contact", "another"],
)
@pytest.mark.parametrize("modified", [stamp(2), ""], ids=["", "without a time"])
def test_who_is_refused_for_a_day_holds_nobody_up(
    zoho: HttpScript, access: OpenAccess, answer: Answer, modified: str
) -> None:
    listed = [row(3), row(2, last_modified_time=modified), row(1)]
    details = DetailsOf(BookOf(rows(3)), faults={2: answer})
    newest_first = page(listed, sort_column="last_modified_time", sort_order="D")
    zoho.answer = lambda asked: Answer(newest_first) if "page" in asked.query else details(asked)
    for hours in (0, 1, 23):
        with pytest.raises(SourceError) as caught:
            read_at(access, NOW + timedelta(hours=hours))
        assert isinstance(caught.value, Unavailable | Misconfigured)

    pages = read_at(access, NOW + timedelta(hours=25))

    assert ids(pages) == [[3, 1]]
    (given_up,) = pages[0].malformed
    assert rows(3)[1]["contact_id"] in given_up.raw
    assert "refused for more than a day" in given_up.why


def test_a_sync_that_runs_once_a_month_gives_them_up_as_well(zoho: HttpScript, access: OpenAccess) -> None:
    zoho.answer = DetailsOf(BookOf(rows(3)), faults={2: refused(2)})
    with pytest.raises(Misconfigured):
        read_at(access, NOW)

    pages = read_at(access, NOW + timedelta(days=31))

    assert ids(pages) == [[3, 1]]


def test_an_outage_of_a_day_costs_no_more_than_the_contact_that_met_it(zoho: HttpScript, access: OpenAccess) -> None:
    zoho.answer = DetailsOf(BookOf(rows(3)), faults=dict.fromkeys((1, 2, 3), FAULT))
    for hours in (0, 25):
        with pytest.raises(Unavailable):
            read_at(access, NOW + timedelta(hours=hours))
    zoho.answer = DetailsOf(BookOf(rows(3)))

    pages = read_at(access, NOW + timedelta(hours=26))

    assert ids(pages) == [[3, 2, 1]]


def test_a_refusal_of_the_account_is_nobodys_in_particular(zoho: HttpScript, access: OpenAccess) -> None:
    zoho.answer = DetailsOf(BookOf(rows(3)), faults={2: refused(57, status=401)})

    for hours in (0, 25):
        with pytest.raises(AuthFailed):
            read_at(access, NOW + timedelta(hours=hours))


def test_a_sweep_waits_a_day_for_word_of_who_is_missing_and_then_keeps_them(
    zoho: HttpScript, access: OpenAccess
) -> None:
    missing = rows(3)[1]["contact_id"]
    zoho.answer = DetailsOf(BookOf(rows(3)), faults={2: FAULT})

    def gone_at(now: datetime) -> frozenset[str]:
        source = FinanceSource(BOOKS, access, ALLOWED, now=lambda: now)
        try:
            return source.gone("contacts", [missing])
        finally:
            source.close()

    for hours in (0, 23):
        with pytest.raises(Unavailable):
            gone_at(NOW + timedelta(hours=hours))
    assert gone_at(NOW + timedelta(hours=25)) == frozenset()
    with pytest.raises(Unavailable):
        gone_at(NOW + timedelta(days=60))


def test_that_all_are_gone_who_were_listed_just_now_is_not_believed(zoho: HttpScript, access: OpenAccess) -> None:
    nowhere = refused(5, "Invalid URL Passed", 404)
    zoho.answer = DetailsOf(BookOf(rows(12)), faults=dict.fromkeys(range(1, 13), nowhere))

    with pytest.raises(Misconfigured):
        read_at(access, NOW)
