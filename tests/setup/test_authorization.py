"""The consent of an account: a grant code, and whose account it is."""

from dataclasses import replace

import pytest

from contactd.domain.refusals import Away, Conflict, Exhausted, Fault, Invalid
from contactd.domain.words import ConnectionState
from contactd.engine.accounts import connections, credentials
from contactd.store import connections as stored
from contactd_sdk import AuthFailed, Grant, Secret
from fakes.authorizing import AuthorizersHere, kinds_in
from setup.steps import BY, authorized, enabled, events, set_workspace
from setup.vendor import CODE


def test_a_grant_code_brings_consent_and_tells_the_account(parts, books):
    connection = authorized(parts, books)

    assert (connection.state, connection.account_email) == (ConnectionState.PENDING, "owner@example.com")
    assert (connection.credential_generation, connection.warnings) == (1, ())
    assert events(parts)[-1] == "connection_authorized"


def test_a_refused_code_is_told_at_its_field_and_changes_nothing(parts, books):
    with pytest.raises(Invalid) as caught:
        authorized(parts, books, code=Secret("bad"))

    assert caught.value.faults == (Fault("code", "the vendor refuses the grant code; make a new one"),)
    with parts.database.reading() as r:
        assert stored.by_id(r, books.id) == books


def test_a_missing_code_is_told_before_anybody_is_asked(parts, books, vendor):
    with pytest.raises(Invalid) as caught:
        authorized(parts, books, code=Secret(""))

    assert caught.value.faults[0].field == "code"
    assert vendor.calls == []


def test_a_kind_without_consent_takes_no_code(parts):
    plain = connections.create(parts, "default", kind="plain", settings={"key": "k"}, name="plain", by=BY)

    with pytest.raises(Conflict) as caught:
        authorized(parts, plain)

    assert caught.value.reason == "NO_AUTHORIZATION"


def test_a_setting_that_the_vendor_refuses_is_told_at_its_field(parts, books, vendor):
    vendor.trouble(complete="setting")

    with pytest.raises(Invalid) as caught:
        authorized(parts, books)

    assert caught.value.faults[0].field == "connection.settings[client_id]"


def test_a_throttled_vendor_is_told_with_the_time(parts, books, vendor):
    vendor.trouble(complete="throttled")

    with pytest.raises(Exhausted) as caught:
        authorized(parts, books)

    assert caught.value.message == "the vendor allows no more calls; try again after 2030-01-01T00:10:00Z"
    assert caught.value.facts["retry_after"] == "601"


def test_a_vendor_that_is_away_is_told_as_away(parts, books, vendor):
    vendor.trouble(complete="away")

    with pytest.raises(Away):
        authorized(parts, books)


def test_a_grant_is_kept_though_the_vendor_is_away_right_after(parts, books, vendor):
    vendor.trouble(refresh="away")
    with pytest.raises(Away):
        authorized(parts, books)
    vendor.trouble()

    seen = connections.organizations(parts, "default", books.name)

    assert [one.name for one in seen] == ["Chinook", "Northwind"]


def test_an_account_that_answers_from_a_foreign_host_is_refused(parts, books, vendor):
    vendor.change(endpoint="https://evil.example")

    with pytest.raises(Invalid) as caught:
        authorized(parts, books)

    assert "'evil.example', which is not a host of vendor" in caught.value.message


def test_a_code_that_does_not_cover_the_account_is_refused_and_forgotten(parts, books, vendor):
    vendor.trouble(account="auth")

    with pytest.raises(Invalid) as caught:
        authorized(parts, books)

    assert caught.value.faults[0].field == "code"
    with parts.database.reading() as r:
        assert stored.sealed(r, books.id).grant is None


def test_a_code_that_does_not_cover_the_account_leaves_the_grant_before_alone(parts, books, vendor):
    enabled(parts, books)
    vendor.trouble(account="auth")
    with pytest.raises(Invalid):
        authorized(parts, books, Secret("better"))
    vendor.trouble()

    seen = connections.organizations(parts, "default", books.name)

    assert len(seen) == 2


def test_a_grant_that_is_replaced_is_given_back(parts, books, vendor):
    enabled(parts, books)

    authorized(parts, books, Secret("better"))

    assert vendor.revoked == ["grant of good"]


def test_a_grant_of_the_wrong_account_is_given_back_and_the_one_before_stays(parts, books, vendor):
    enabled(parts, books)
    vendor.trouble(account="auth")

    with pytest.raises(Invalid):
        authorized(parts, books, Secret("better"))

    assert vendor.revoked == ["grant of better"]


def test_a_grant_that_cannot_be_given_back_is_told(parts, books, vendor):
    enabled(parts, books)
    vendor.trouble(revoke="away")

    connection = authorized(parts, books, Secret("better"))

    assert "was not given back: the vendor does not answer" in connection.warnings[0]


def test_what_somebody_brings_meanwhile_is_not_given_up(parts, books, vendor):
    class Meanwhile(AuthorizersHere):
        def identity(self, *_):
            authorized(parts, books, Secret("better"))
            raise AuthFailed("the first grant does not cover the account")

    with pytest.raises(Invalid):
        authorized(replace(parts, authorizers=Meanwhile(kinds_in(CODE))), books)

    with parts.database.reading() as r:
        kept = credentials.grant(parts.sealer, stored.sealed(r, books.id))
        assert stored.by_id(r, books.id).account_email == "owner@example.com"
    assert kept == Grant({"refresh_token": "grant of better"})
    assert set(vendor.revoked) == {"grant of good"}


def test_an_account_of_somebody_else_brings_a_warning(parts, books):
    set_workspace(parts, owner_emails='["ann@example.com"]')

    connection = authorized(parts, books)

    assert list(connection.warnings) == [
        (
            "the account is registered under 'owner@example.com', which is no address of an owner of workspace "
            "'default'; make sure that it is the account you mean"
        )
    ]


def test_an_owner_is_known_in_any_spelling(parts, books):
    set_workspace(parts, owner_emails='["Owner@EXAMPLE.com"]')

    assert authorized(parts, books).warnings == ()


def test_where_the_edition_asks_for_the_same_address_another_account_changes_nothing(parts, books, vendor):
    enabled(parts, books)
    set_workspace(parts, edition="campaigns", owner_emails='["owner@example.com"]')
    vendor.change(email="stranger@example.com")

    with pytest.raises(Conflict) as caught:
        authorized(parts, books, code=Secret("better"))

    assert caught.value.reason == "EMAIL_MISMATCH"
    assert "stranger@example.com" not in caught.value.message
    with parts.database.reading() as r:
        after = stored.by_id(r, books.id)
    assert (after.state, after.account_email) == (ConnectionState.ENABLED, "owner@example.com")
