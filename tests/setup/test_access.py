"""Tokens: one for all, refreshed by one at a time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from contactd.domain.clock import SECOND, micros
from contactd.domain.refusals import Exhausted
from contactd.domain.words import ConnectionState
from contactd.engine.accounts import changing, credentials
from contactd.engine.accounts.access import LEASE, ConnectionAccess
from contactd.store import connections as stored
from contactd.store import tables
from contactd_sdk import AuthFailed, Grant, Misconfigured, Secret, Throttled, Token, Unavailable
from setup.steps import enabled

HOUR = 3600


@pytest.fixture
def books(parts, books):
    """An enabled connection whose first token ends in an hour."""
    return enabled(parts, books)


def refreshes(vendor):
    return vendor.calls.count("refresh")


def state(parts, books):
    with parts.database.reading() as r:
        return stored.by_id(r, books.id).state


def lease(parts, books):
    with parts.database.reading() as r:
        return stored.sealed(r, books.id).lease_until


def test_a_token_is_shared_as_long_as_it_lives(parts, books, vendor):
    first = ConnectionAccess(parts, books.id).token

    second = ConnectionAccess(parts, books.id).token

    assert first == second
    assert first.value == "token 1 for grant of good"
    assert refreshes(vendor) == 1


def test_a_token_that_ends_within_two_minutes_is_replaced(parts, books, vendor, clock):
    clock.pass_seconds(HOUR - 120)
    vendor.change(expires="2030-01-01T02:00:00+00:00")

    token = ConnectionAccess(parts, books.id).token

    assert token.value == "token 2 for grant of good"
    assert lease(parts, books) == 0


def test_the_organization_is_told(parts, books):
    assert ConnectionAccess(parts, books.id).organization == "10"


def test_renewing_gives_another_token(parts, books):
    access = ConnectionAccess(parts, books.id)
    refused = access.token

    renewed = access.renew()

    assert renewed != refused
    assert access.token == renewed


def test_a_token_that_somebody_else_renewed_meanwhile_is_taken(parts, books, vendor):
    one, other = ConnectionAccess(parts, books.id), ConnectionAccess(parts, books.id)
    assert one.token == other.token
    renewed = one.renew()

    taken = other.renew()

    assert taken == renewed
    assert refreshes(vendor) == 2


def test_many_threads_bring_about_one_refresh(parts, books, vendor, clock):
    clock.pass_seconds(HOUR)
    vendor.change(expires="2030-01-01T02:00:00+00:00")
    vendor.hold()

    with ThreadPoolExecutor(max_workers=6) as threads:
        asked = [threads.submit(lambda: ConnectionAccess(parts, books.id).token) for _ in range(6)]
        vendor.let_go()
        tokens = {one.result().value for one in asked}

    assert tokens == {"token 2 for grant of good"}
    assert refreshes(vendor) == 2


def test_another_daemons_refresh_is_waited_for(parts, books, vendor, clock):
    clock.pass_seconds(HOUR)
    theirs = Token("theirs", datetime(2030, 1, 1, 3, tzinfo=UTC), "https://eu.api.vendor.example")
    until = clock.now + LEASE
    with parts.database.transaction() as tx:
        assert stored.claim_refresh(tx, books.id, until=until)

    def other_daemon(_seconds):
        sealed = credentials.seal_token(parts.sealer, books.id, theirs)
        with parts.database.transaction() as tx:
            stored.store_token(tx, books.id, lease=until, token=sealed, expires=clock.now + HOUR * SECOND)

    token = ConnectionAccess(parts, books.id, pause=other_daemon).token

    assert token == theirs
    assert refreshes(vendor) == 1


def test_the_lease_of_a_dead_daemon_runs_out(parts, books, vendor, clock):
    clock.pass_seconds(HOUR)
    vendor.change(expires="2030-01-01T02:00:00+00:00")
    with parts.database.transaction() as tx:
        stored.claim_refresh(tx, books.id, until=clock.now + LEASE)

    token = ConnectionAccess(parts, books.id, pause=lambda _: clock.pass_seconds(30)).token

    assert token.value == "token 2 for grant of good"


def test_the_lease_of_a_dead_daemon_does_not_outlast_the_clock_that_it_was_taken_by(parts, books, vendor, clock):
    vendor.change(expires="2030-01-01T02:00:00+00:00")
    with parts.database.transaction() as tx:
        stored.claim_refresh(tx, books.id, until=clock.now + LEASE)
        stored.change(tx, books.id, token_expires=0)

    clock.pass_seconds(-5 * HOUR)
    token = ConnectionAccess(parts, books.id, pause=lambda _: clock.pass_seconds(30)).token

    assert token.value == "token 2 for grant of good"
    assert clock.now < lease_end(-4)


def lease_end(hours):
    return micros(datetime(2030, 1, 1, tzinfo=UTC) + timedelta(hours=hours))


def test_a_refresh_that_never_ends_is_told(parts, books, clock):
    clock.pass_seconds(HOUR)
    with parts.database.transaction() as tx:
        stored.claim_refresh(tx, books.id, until=clock.now + LEASE)

    with pytest.raises(Unavailable) as caught:
        _ = ConnectionAccess(parts, books.id, pause=lambda _: None).token

    assert str(caught.value) == "another refresh of the token of connection 'books' does not come to an end"


def test_a_refused_refresh_makes_the_credential_invalid(parts, books, vendor, clock):
    clock.pass_seconds(HOUR)
    vendor.trouble(refresh="auth")

    with pytest.raises(AuthFailed):
        _ = ConnectionAccess(parts, books.id).token

    assert state(parts, books) is ConnectionState.CREDENTIAL_INVALID
    assert lease(parts, books) == 0
    with parts.database.reading() as r:
        last = r.rows(tables.table(tables.Event).select().order_by("revision"))[-1]
    assert (last.kind, last.actor, last.subject) == (
        "connection_credential_refused",
        "contactd",
        "workspaces/default/connections/books",
    )


def test_an_invalid_credential_is_not_tried_again(parts, books, vendor, clock):
    clock.pass_seconds(HOUR)
    vendor.trouble(refresh="auth")
    with pytest.raises(AuthFailed):
        _ = ConnectionAccess(parts, books.id).token

    with pytest.raises(AuthFailed) as caught:
        _ = ConnectionAccess(parts, books.id).token

    assert "contactctl connections authorize books" in str(caught.value)
    assert refreshes(vendor) == 2


def test_a_vendor_that_is_away_leaves_the_credential_alone(parts, books, vendor, clock):
    clock.pass_seconds(HOUR)
    vendor.trouble(refresh="away")

    with pytest.raises(Unavailable):
        _ = ConnectionAccess(parts, books.id).token

    assert state(parts, books) is ConnectionState.ENABLED
    assert lease(parts, books) == 0


def test_a_token_for_a_foreign_host_is_not_kept(parts, books, vendor, clock):
    clock.pass_seconds(HOUR)
    vendor.change(endpoint="https://evil.example")

    with pytest.raises(Misconfigured):
        _ = ConnectionAccess(parts, books.id).token

    with parts.database.reading() as r:
        token = credentials.token(parts.sealer, stored.sealed(r, books.id))
    assert token is not None
    assert token.endpoint != "https://evil.example"


def test_a_token_of_a_grant_that_was_replaced_meanwhile_does_not_count(parts, books, vendor, clock):
    clock.pass_seconds(HOUR)
    vendor.change(expires="2030-01-01T02:00:00+00:00")
    vendor.hold()

    with ThreadPoolExecutor(max_workers=1) as threads:
        asked = threads.submit(lambda: ConnectionAccess(parts, books.id).token)
        while lease(parts, books) == 0:
            assert not asked.done()
        with parts.database.transaction() as tx:
            grant = credentials.seal_grant(parts.sealer, books.id, Grant({"refresh_token": "newer grant"}))
            stored.store_grant(tx, books.id, grant)
        vendor.let_go()
        token = asked.result()

    assert token.value.endswith("for newer grant")


def test_a_vendor_that_has_enough_of_refreshes_is_left_alone_until_it_says(parts, books, vendor, clock):
    clock.pass_seconds(HOUR)
    vendor.change(expires="2030-01-01T03:00:00+00:00", trouble={"refresh": ["hurried"]})
    before = refreshes(vendor)

    told = [refusal(parts, books) for _ in range(3)]
    clock.pass_seconds(600)
    vendor.change(trouble={})
    token = ConnectionAccess(parts, books.id).token

    assert {(str(one), one.until) for one in told} == {
        ("the vendor gives no more tokens", datetime(2030, 1, 1, 1, 10, tzinfo=UTC))
    }
    assert refreshes(vendor) == before + 2
    assert token.expires == datetime(2030, 1, 1, 3, tzinfo=UTC)


def test_a_rest_does_not_outlast_the_clock_that_it_was_told_by(parts, books, vendor, clock):
    clock.pass_seconds(HOUR)
    vendor.change(expires="2030-01-01T03:00:00+00:00", trouble={"refresh": ["hurried"]})
    refusal(parts, books)
    vendor.change(trouble={})

    clock.pass_seconds(-2 * HOUR)
    with parts.database.transaction() as tx:
        stored.change(tx, books.id, token_expires=0)

    assert ConnectionAccess(parts, books.id).token.value == "token 3 for grant of good"


def refusal(parts, books):
    with pytest.raises(Throttled) as caught:
        _ = ConnectionAccess(parts, books.id).token
    return caught.value


def test_settings_are_not_tried_while_a_vendor_has_enough_of_refreshes(parts, books, vendor, clock):
    clock.pass_seconds(HOUR)
    vendor.change(expires="2030-01-01T03:00:00+00:00", trouble={"refresh": ["hurried"]})
    before = refreshes(vendor)

    tried = [refused_trial(parts) for _ in range(2)]
    asked = refusal(parts, books)

    assert {one.message for one in tried} == {"the vendor gives no more tokens; try again after 2030-01-01T01:10:00Z"}
    assert asked.until == datetime(2030, 1, 1, 1, 10, tzinfo=UTC)
    assert refreshes(vendor) == before + 1


def refused_trial(parts):
    with pytest.raises(Exhausted) as caught:
        changing.rotate(parts, "default", "books", code=Secret(""), settings={"client_secret": "newer"}, by="ann")
    return caught.value
