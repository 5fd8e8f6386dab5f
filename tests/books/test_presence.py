"""Who is gone: only what Zoho says is not there, and never what it cannot or will not tell."""

import pytest

from contactd_sdk import AuthFailed, Misconfigured, SourceError, Throttled, Unavailable
from contactd_zoho.source import FinanceSource
from fakes.books import BookOf, page, refused, row, rows
from fakes.details import DetailsOf, person
from fakes.http_script import Answer, Asked, HttpScript

HERE, GONE = row(1)["contact_id"], row(2)["contact_id"]


@pytest.mark.parametrize(("code", "status"), [(1002, 404), (1002, 400), (1002, 200), (5, 404), (5, 400)])
def test_what_does_not_exist_is_gone(zoho: HttpScript, source: FinanceSource, code: int, status: int) -> None:
    zoho.answer = DetailsOf(BookOf(rows(2)), faults={2: refused(code, "Contact does not exist.", status)})

    assert source.gone("contacts", [HERE, GONE]) == {GONE}


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (refused(6041), Misconfigured),
        (refused(6041, status=401), Misconfigured),
        (refused(57, status=401), AuthFailed),
        (refused(57), AuthFailed),
        (refused(45, status=429), Throttled),
        (refused(1002, status=500), Unavailable),
        (refused(5, status=503), Unavailable),
        (refused(1002, status=401), SourceError),
        (Answer("<html>Not found</html>", 404), SourceError),
        (Answer("<html>Sorry</html>", 502), Unavailable),
        (Answer('{"code": 10', 404), SourceError),
        (Answer(then="reset"), Unavailable),
    ],
)
def test_what_cannot_be_asked_after_is_not_gone(
    zoho: HttpScript, source: FinanceSource, fault: Answer, error: type[SourceError]
) -> None:
    zoho.answer = DetailsOf(BookOf(rows(2)), faults={2: fault})

    with pytest.raises(error):
        source.gone("contacts", [HERE, GONE])


def test_an_address_at_which_nothing_is_found_makes_nobody_gone(zoho: HttpScript, source: FinanceSource) -> None:
    zoho.answer = lambda _: refused(5, "Invalid URL Passed", 404)

    with pytest.raises(Misconfigured):
        source.gone("contacts", [HERE, GONE])


def test_whether_the_address_is_right_is_asked_once(zoho: HttpScript, source: FinanceSource) -> None:
    def answer(asked: Asked) -> Answer:
        return Answer(page([])) if "page" in asked.query else refused(5, "Invalid URL Passed", 404)

    zoho.answer = answer

    assert source.gone("contacts", [HERE, GONE]) == {HERE, GONE}
    assert ["page" in asked.query for asked in zoho.journal] == [False, True, False]


def test_a_person_is_gone_with_the_customer_or_alone_at_one_call_for_each_customer(
    zoho: HttpScript, source: FinanceSource
) -> None:
    zoho.answer = DetailsOf(
        BookOf(rows(2)), {1: {"contact_persons": [person(11), person(12)]}}, {2: refused(1002, status=404)}
    )

    gone = source.gone("contact_persons", [f"{HERE}/11", f"{HERE}/13", f"{GONE}/21", f"{HERE}/12", f"{GONE}/22"])

    assert gone == {f"{HERE}/13", f"{GONE}/21", f"{GONE}/22"}
    assert len(zoho.journal) == 2


@pytest.mark.parametrize("contact", [None, [], {}, {"contact_persons": None}, {"contact_persons": "odd"}])
def test_an_answer_that_says_nothing_of_persons_makes_none_gone(
    zoho: HttpScript, source: FinanceSource, contact: object
) -> None:
    zoho.answer = lambda _: Answer({"code": 0, "contact": contact})

    assert source.gone("contact_persons", [f"{HERE}/11"]) == frozenset()


@pytest.mark.parametrize(
    "changes",
    [
        {"contact_persons": [person(12), {"email": "who@example.com"}]},
        {"contact_id": "9"},
        {"contact_persons": ["odd"]},
    ],
    ids=["a person without an id", "another contact", "no person"],
)
def test_an_answer_that_tells_of_persons_in_part_makes_none_gone(
    zoho: HttpScript, source: FinanceSource, changes: dict[str, object]
) -> None:
    zoho.answer = DetailsOf(BookOf(rows(1)), {1: changes})

    assert source.gone("contact_persons", [f"{HERE}/11"]) == frozenset()
