"""Reading customers while Zoho refuses, breaks or is away: what is raised, how many calls it costs, and going on."""

from datetime import timedelta

import pytest

from contactd_books.product import BOOKS
from contactd_sdk import AuthFailed, Misconfigured, SourceError, Throttled, Unavailable, Window
from contactd_zoho.source import FinanceSource
from fakes.books import ALLOWED, BIRTH, NOW, BookOf, OpenAccess, asked, ids, page, refused, row, rows
from fakes.http_script import Answer, HttpScript

EVERYTHING = Window("contacts", frozenset({"email"}))
CHANGED = Window("contacts", frozenset({"email"}), since=BIRTH)

DENIED = refused(57, "You are not authorized to perform this operation", 401)


class TestToken:
    def test_one_that_ran_out_is_renewed_and_the_page_read(
        self, zoho: HttpScript, source: FinanceSource, access: OpenAccess
    ) -> None:
        book = BookOf(rows(5), per_page=2)
        zoho.answer = lambda asked: (
            DENIED
            if asked.headers["Authorization"] == "Zoho-oauthtoken first" and asked.query["page"] == "2"
            else book(asked)
        )

        pages = list(source.pages(None, EVERYTHING))

        assert ids(pages) == [[1, 2], [3, 4], [5], []]
        assert access.renewals == ["first"]
        assert asked(zoho) == ["1", "2", "2", "3", "1"]

    @pytest.mark.parametrize("denied", [DENIED, refused(14, status=401), refused(57), Answer("<html>", 401)])
    def test_one_that_is_refused_twice_is_not_renewed_again(
        self, zoho: HttpScript, source: FinanceSource, access: OpenAccess, denied: Answer
    ) -> None:
        zoho.answer = lambda _: denied

        with pytest.raises(AuthFailed) as fault:
            list(source.pages(None, EVERYTHING))

        assert "lacks a scope, or its user lacks a permission" in str(fault.value)
        assert (len(access.renewals), len(zoho.journal)) == (1, 2)

    def test_an_account_that_gives_no_new_one_ends_the_run(
        self, zoho: HttpScript, source: FinanceSource, access: OpenAccess
    ) -> None:
        zoho.answer = lambda _: DENIED
        access.fresh = [AuthFailed("Connect again.")]

        with pytest.raises(AuthFailed, match=r"^Connect again\.$"):
            list(source.pages(None, EVERYTHING))

        assert len(zoho.journal) == 1

    def test_a_new_one_may_lead_elsewhere(self, zoho: HttpScript, source: FinanceSource, access: OpenAccess) -> None:
        zoho.answer = lambda _: DENIED
        with HttpScript(BookOf(rows(3), per_page=2)) as moved:
            access.fresh = [access.given("moved", moved.address)]

            pages = list(source.pages(None, EVERYTHING))

            assert ids(pages) == [[1, 2], [3], []]
            assert (len(zoho.journal), asked(moved)) == (1, ["1", "2", "1"])
            source.close()


HTML = Answer("<html>sorry</html>", headers={"Content-Type": "text/html"})
FAULTS: list[tuple[Answer, type[SourceError]]] = [
    (refused(2, "Invalid value passed for page"), Misconfigured),
    (refused(4), Misconfigured),
    (refused(6), Misconfigured),
    (refused(1038), Misconfigured),
    (refused(5, status=404), Misconfigured),
    (refused(1002, status=404), Misconfigured),
    (refused(37, status=405), Misconfigured),
    (refused(6041), Misconfigured),
    (refused(6041, status=401), Misconfigured),
    (refused(6018, status=401), Misconfigured),
    (refused(43, status=429, Retry_After="3600"), Throttled),
    (refused(44, status=429, Retry_After="1800"), Throttled),
    (refused(45, status=429, X_Rate_Limit_Reset="600"), Throttled),
    (refused(1070, status=429), Throttled),
    (refused(44), Throttled),
    (refused(1000, status=500), Unavailable),
    (Answer(HTML.body, 502), Unavailable),
    (Answer("", 503), Unavailable),
    (Answer("", 504), Unavailable),
    (HTML, Unavailable),
    (refused(1, "odd", 200), Unavailable),
    (Answer("", 302, {"Location": "https://example.com/"}), Unavailable),
    (Answer('{"code":0,"contacts":[{"contact_id":"1"'), Unavailable),
    (Answer({"code": 0, "message": "success"}), Unavailable),
    (Answer({"code": 0, "contacts": []}), Unavailable),
    (Answer({"code": 0, "contacts": None, "page_context": None}), Unavailable),
    (Answer(page([row(1)], 7)), Unavailable),
    (Answer(page([], 2, more=True)), Unavailable),
    (Answer([]), Unavailable),
    (Answer(page([row(1)]), then="cut"), Unavailable),
    (Answer(then="reset"), Unavailable),
]


class TestFaults:
    @pytest.mark.parametrize(("fault", "error"), FAULTS)
    @pytest.mark.parametrize("window", [EVERYTHING, CHANGED])
    def test_each_is_named_for_what_must_be_done_and_nothing_is_tried_again(
        self, zoho: HttpScript, source: FinanceSource, fault: Answer, error: type[SourceError], window: Window
    ) -> None:
        zoho.answer = BookOf(rows(5), per_page=2, faults={"2": fault})
        pages = source.pages(None, window)
        first = next(pages)

        with pytest.raises(error) as raised:
            next(pages)

        assert len(first.records) == 2
        assert type(raised.value) is error
        assert asked(zoho) == ["1", "2"]

    def test_a_block_names_the_time_to_go_on(self, zoho: HttpScript, source: FinanceSource) -> None:
        zoho.answer = lambda _: refused(44, "blocked", 429, Retry_After="1800", X_Rate_Limit_Reset="40000")

        with pytest.raises(Throttled) as fault:
            next(source.pages(None, EVERYTHING))

        assert fault.value.until == NOW + timedelta(minutes=30)

    def test_a_wrong_organization_is_named(self, zoho: HttpScript, source: FinanceSource) -> None:
        zoho.answer = lambda _: refused(6041, "This user is not associated with the CompanyID/CompanyName: 7.")

        with pytest.raises(Misconfigured) as fault:
            next(source.pages(None, EVERYTHING))

        assert fault.value.setting == "organization"

    def test_no_organization_is_told_before_any_call(self, zoho: HttpScript) -> None:
        source = FinanceSource(BOOKS, OpenAccess(zoho.address, organization=""), ALLOWED)

        with pytest.raises(Misconfigured) as fault:
            source.pages(None, EVERYTHING)

        source.close()
        assert fault.value.setting == "organization"
        assert zoho.journal == []

    def test_a_module_that_is_not_there_is_told(self, source: FinanceSource) -> None:
        with pytest.raises(Misconfigured, match="no module 'invoices'"):
            source.pages(None, Window("invoices", frozenset()))

    def test_the_same_page_can_be_asked_for_again_after_a_fault(self, zoho: HttpScript, source: FinanceSource) -> None:
        book = BookOf(rows(5), per_page=2, faults={"2": refused(1000, status=500)})
        zoho.answer = book
        pages = source.pages(None, EVERYTHING)
        first = next(pages)
        with pytest.raises(Unavailable):
            next(pages)
        book.faults = {}

        rest = list(source.pages(first.cursor, EVERYTHING))

        assert ids(rest) == [[1, 2, 3, 4], [5], []]
