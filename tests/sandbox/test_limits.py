"""Limits and lives, with the clock in the hand of the test."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from contactd_zoho_sandbox.accounts.tokens import TokenRefused
from contactd_zoho_sandbox.clock import Clock
from contactd_zoho_sandbox.finance.answers import Refused
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
        zoho.meter.take(organization)

    with pytest.raises(Refused) as first:
        zoho.meter.take(organization)
    hands.second += 1799
    with pytest.raises(Refused) as last:
        zoho.meter.take(organization)
    hands.second += 1

    zoho.meter.take(organization)
    assert first.value.headers == {"Retry-After": "1800"}
    assert last.value.headers == {"Retry-After": "1"}


def test_calls_count_for_a_minute(zoho, organization, hands):
    zoho.meter.limits.per_minute = 2

    for _ in range(10):
        zoho.meter.take(organization)
        hands.second += 30

    assert zoho.meter.headers(organization)["X-Rate-Limit-Remaining"] == "999990"


def test_the_day_ends_at_midnight_where_the_organization_is(zoho, organization, hands):
    zoho.meter.take(organization)
    before = dict(zoho.meter.headers(organization))
    # The next day, clocks go forward in New York: it has 23 hours.
    hands.second += 12 * 3600
    after = dict(zoho.meter.headers(organization))

    assert before["X-Rate-Limit-Reset"] == str(12 * 3600)
    assert before["X-Rate-Limit-Remaining"] == "999999"
    assert after["X-Rate-Limit-Reset"] == str(23 * 3600)
    assert after["X-Rate-Limit-Remaining"] == "1000000"


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
