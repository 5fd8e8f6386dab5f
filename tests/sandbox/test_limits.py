"""Limits and lives, with the clock in the hand of the test."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from contactd_zoho_sandbox.accounts.tokens import TokenRefused
from contactd_zoho_sandbox.clock import Clock
from contactd_zoho_sandbox.finance.answers import Refused
from contactd_zoho_sandbox.finance.products import BOOKS, INVOICE
from contactd_zoho_sandbox.seeds.plan import Plan, sow
from contactd_zoho_sandbox.zoho import Zoho

NEW_YORK = ZoneInfo("America/New_York")


class Hands:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.second = datetime(2026, 3, 7, 12, tzinfo=NEW_YORK).timestamp()

    def __call__(self) -> float:
        return self.second


@pytest.fixture
def hands():
    return Hands()


@pytest.fixture
def zoho(tmp_path, hands):
    opened = Zoho(tmp_path / "sandbox.db", Clock(hands))
    sow(opened, Plan(chinook=True))
    yield opened
    opened.close()


@pytest.fixture
def organization(zoho):
    return next(iter(zoho.books.values())).organization


def test_a_block_lasts_half_an_hour_and_a_call_does_not_prolong_it(zoho, organization, hands):
    zoho.meter.limits.per_minute = 100
    for _ in range(100):
        zoho.meter.take(organization, BOOKS)

    with pytest.raises(Refused) as first:
        zoho.meter.take(organization, BOOKS)
    hands.second += 1799
    with pytest.raises(Refused) as last:
        zoho.meter.take(organization, BOOKS)
    hands.second += 1

    zoho.meter.take(organization, BOOKS)
    assert first.value.headers == {"Retry-After": "1800"}
    assert last.value.headers == {"Retry-After": "1"}


def test_calls_count_for_a_minute(zoho, organization, hands):
    zoho.meter.limits.per_minute = 2

    for _ in range(10):
        zoho.meter.take(organization, BOOKS)
        hands.second += 30

    assert zoho.meter.headers(organization, BOOKS)["X-Rate-Limit-Remaining"] == "999990"


def test_the_day_ends_at_midnight_where_the_organization_is(zoho, organization, hands):
    zoho.meter.take(organization, BOOKS)
    before = dict(zoho.meter.headers(organization, BOOKS))
    # The next day, clocks go forward in New York: it has 23 hours.
    hands.second += 12 * 3600
    after = dict(zoho.meter.headers(organization, BOOKS))

    assert before["X-Rate-Limit-Reset"] == str(12 * 3600)
    assert before["X-Rate-Limit-Remaining"] == "999999"
    assert after["X-Rate-Limit-Reset"] == str(23 * 3600)
    assert after["X-Rate-Limit-Remaining"] == "1000000"


def test_a_call_in_a_block_may_make_it_begin_anew(zoho, organization, hands):
    zoho.meter.limits.per_minute = 1
    zoho.switches.block_grows = True
    zoho.meter.take(organization, BOOKS)
    with pytest.raises(Refused):
        zoho.meter.take(organization, BOOKS)

    hands.second += 1799
    with pytest.raises(Refused) as told:
        zoho.meter.take(organization, BOOKS)

    assert told.value.headers == {"Retry-After": "1800"}


@pytest.mark.parametrize(("shared", "left"), [(True, 8), (False, 9)])
def test_books_and_invoice_may_share_the_quota_of_their_organization(zoho, organization, shared, left):
    zoho.meter.limits.per_day = 10
    zoho.switches.quota_shared = shared

    zoho.meter.take(organization, BOOKS)
    zoho.meter.take(organization, INVOICE)

    assert zoho.meter.headers(organization, INVOICE)["X-Rate-Limit-Remaining"] == str(left)


def test_what_other_tools_use_is_missing_from_the_day(zoho, organization):
    zoho.meter.limits.per_day = 10
    zoho.meter.use(organization, "books", 9)

    zoho.meter.take(organization, BOOKS)
    with pytest.raises(Refused) as told:
        zoho.meter.take(organization, BOOKS)

    assert told.value.code == 45
    assert zoho.meter.headers(organization, BOOKS)["X-Rate-Limit-Remaining"] == "0"


def test_no_more_calls_are_in_process_than_may_be(zoho, organization):
    zoho.meter.limits.at_once = 1

    with zoho.meter.processing(organization, BOOKS):
        zoho.meter.take(organization, BOOKS)
        with zoho.meter.processing(organization, INVOICE), pytest.raises(Refused) as told:
            zoho.meter.take(organization, INVOICE)
        zoho.meter.take(organization, BOOKS)

    assert (told.value.status, told.value.code) == (429, 1070)


def test_calls_about_no_organization_block_their_user_for_an_hour(zoho, organization):
    zoho.meter.limits.user_per_minute = 1

    zoho.meter.take_of_user()
    with pytest.raises(Refused) as told:
        zoho.meter.take_of_user()

    zoho.meter.take(organization, BOOKS)
    assert (told.value.code, told.value.headers) == (43, {"Retry-After": "3600"})


def test_a_grant_code_lives_for_60_seconds(zoho, hands):
    quick, slow = zoho.accounts.grant("ZohoBooks.contacts.READ"), zoho.accounts.grant("ZohoBooks.contacts.READ")

    hands.second += 59
    access = zoho.accounts.exchange(quick.code)
    hands.second += 1

    assert access.scope == "ZohoBooks.contacts.READ"
    with pytest.raises(TokenRefused, match="invalid_code"):
        zoho.accounts.exchange(slow.code)


def test_an_access_token_lives_for_an_hour(zoho, hands):
    access = zoho.accounts.consent("ZohoBooks.contacts.READ")

    hands.second += 3599
    assert zoho.accounts.bearer(access.token) == access

    hands.second += 1
    assert zoho.accounts.bearer(access.token) is None
