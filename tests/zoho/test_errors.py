"""Every refusal of plugins/zoho/FACTS.md "3.2" and "3.3", and what it means for a run."""

import json
from datetime import timedelta

import pytest

from contactd_sdk import AuthFailed, Misconfigured, Throttled, Unavailable
from contactd_sdk.rest import Reply
from contactd_zoho.errors import CODES, Refusal, refusal
from contactd_zoho.product import Product
from fakes.books import NOW, clock

BOOKS = Product("Zoho Books", "/books/v3", ("ZohoBooks.contacts.READ", "ZohoBooks.settings.READ"))


def refused(status: int, code: object = None, message: str = "", **headers: str) -> Refusal:
    body = b"<html>sorry</html>" if code is None else json.dumps({"code": code, "message": message}).encode()
    named = {name.lower().replace("_", "-"): value for name, value in headers.items()}
    return refusal(Reply(status, named, body), BOOKS, clock)


def wait(answer: Refusal) -> float:
    assert isinstance(answer.error, Throttled)
    return (answer.error.until - NOW).total_seconds()


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (400, 2, Misconfigured),
        (400, 4, Misconfigured),
        (400, 6, Misconfigured),
        (400, 1038, Misconfigured),
        (400, 9999, Misconfigured),
        (400, 44, Throttled),
        (400, 45, Throttled),
        (400, 57, AuthFailed),
        (400, 6041, Misconfigured),
        (401, 6041, Misconfigured),
        (400, 6018, Misconfigured),
        (401, 6018, Misconfigured),
        (401, 14, AuthFailed),
        (401, 57, AuthFailed),
        (401, None, AuthFailed),
        (403, 9999, AuthFailed),
        (403, None, Unavailable),
        (404, 5, Misconfigured),
        (404, 1002, Misconfigured),
        (400, 1002, Misconfigured),
        (404, 9999, Misconfigured),
        (404, None, Unavailable),
        (405, 37, Misconfigured),
        (406, 9999, Misconfigured),
        (429, 43, Throttled),
        (429, 44, Throttled),
        (429, 45, Throttled),
        (429, 1070, Throttled),
        (429, 9999, Throttled),
        (429, None, Throttled),
        (500, 1000, Unavailable),
        (500, 2, Unavailable),
        (500, None, Unavailable),
        (502, None, Unavailable),
        (503, None, Unavailable),
        (504, None, Unavailable),
        (302, None, Unavailable),
        (200, None, Unavailable),
        (200, 9999, Unavailable),
        (200, 1000, Unavailable),
        (200, 44, Throttled),
    ],
)
def test_a_refusal_is_named_for_what_must_be_done(status: int, code: int | None, error: type[Exception]) -> None:
    answer = refused(status, code)

    assert type(answer.error) is error
    assert str(answer.error).endswith(".")


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_has_a_sentence_with_nothing_left_open(code: int) -> None:
    sentence = str(refused(400, code, "their words").error)

    assert sentence[0].isupper() or sentence.startswith("Zoho")
    assert "{" not in sentence
    assert sentence.endswith('(Zoho says: "their words").')


@pytest.mark.parametrize(("code", "renew"), [(14, True), (57, True), (6041, False), (44, False), (2, False)])
def test_only_a_refused_token_is_worth_a_new_one(code: int, renew: bool) -> None:  # noqa: FBT001  a row of a table
    assert refused(401, code).renew == renew


def test_a_refused_organization_is_named_as_the_one_to_change() -> None:
    error = refused(400, 6041, "This user is not associated with the CompanyID/CompanyName: 77.").error

    assert isinstance(error, Misconfigured)
    assert error.setting == "organization"
    assert "Choose an organization that the account belongs to" in str(error)


def test_a_missing_scope_is_told_with_the_scopes_that_are_needed() -> None:
    assert "lacks a scope" in str(refused(401, 57).error)
    assert "ZohoBooks.contacts.READ,ZohoBooks.settings.READ" in str(refused(401, 57).error)


@pytest.mark.parametrize(("code", "seconds"), [(43, 3600), (44, 1800), (45, 3600), (1070, 15), (9999, 300)])
def test_a_throttle_without_a_time_waits_as_long_as_it_usually_lasts(code: int, seconds: int) -> None:
    assert wait(refused(429, code)) == seconds


def test_a_block_lasts_as_long_as_the_answer_says() -> None:
    assert wait(refused(429, 44, Retry_After="1234", X_Rate_Limit_Reset="50000")) == 1234


def test_the_daily_quota_begins_anew_when_the_header_says() -> None:
    assert wait(refused(429, 45, X_Rate_Limit_Reset="31000")) == 31000
    assert wait(refused(429, 45, Retry_After="60", X_Rate_Limit_Reset="31000")) == 31000


def test_a_time_to_retry_may_be_a_date() -> None:
    assert wait(refused(429, 44, Retry_After="Wed, 01 Jul 2026 12:02:00 GMT")) == 120


@pytest.mark.parametrize("text", ["", "soon", "-5", "1.5", "Wed, 01 Jul 2026 12:02:00", "Wed, 99 Jul 2026"])
def test_a_time_to_retry_that_is_none_is_passed_over(text: str) -> None:
    # A date without a zone may be read as one in UTC.
    assert wait(refused(429, 44, Retry_After=text)) in {1800, 120}


def test_no_time_to_retry_is_believed_beyond_a_day() -> None:
    assert wait(refused(429, 44, Retry_After="99999999999999999999")) == timedelta(hours=25).total_seconds()


@pytest.mark.parametrize("text", ["0", "Wed, 01 Jul 2026 11:59:00 GMT"])
def test_a_block_that_is_said_to_be_over_already_is_waited_for_as_long_as_it_usually_lasts(text: str) -> None:
    assert wait(refused(429, 44, Retry_After=text)) == 1800


def test_a_block_of_the_account_or_the_machine_is_told_from_one_of_the_organization() -> None:
    errors = [refused(429, code).error for code in (43, 44, 45, 1070)]

    assert [isinstance(error, Throttled) and error.everywhere for error in errors] == [True, False, False, False]


def test_their_words_are_cut_and_cleaned() -> None:
    words = "Dear ann@example.com,\nyour token 1000.0123456789abcdef0123456789abcdef failed. " + "x" * 500

    sentence = str(refused(400, 2, words).error)

    assert "ann@" not in sentence
    assert "0123456789abcdef" not in sentence
    assert "\n" not in sentence
    assert len(sentence) < 280


def test_a_code_that_is_text_is_understood() -> None:
    assert type(refused(401, "6041").error) is Misconfigured
