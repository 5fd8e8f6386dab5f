"""Consent that is begun here and given elsewhere: in a browser, and on another device."""

import hashlib
import json
from base64 import urlsafe_b64encode
from urllib.parse import parse_qsl, urlsplit

import pytest

from contactd.domain.refusals import Away, Conflict, Invalid, Stale
from contactd.domain.words import ConnectionState, SyncState
from contactd.engine.accounts import connections, consents
from contactd.engine.accounts.consents import Flow
from contactd.store import connections as stored
from contactd.store import syncs, workspaces
from setup.steps import BY, events, set_workspace

REDIRECT = "http://127.0.0.1:8765/callback"


def begun(parts, connection, flow=Flow.BROWSER, **more):
    more = {"redirect": REDIRECT, **more} if flow is Flow.BROWSER else more
    return consents.begin(parts, "default", connection.name, flow=flow, by=BY, **more)


def finished(parts, connection, **callback):
    return consents.finish(parts, "default", connection.name, callback=callback, by=BY)


def polled(parts, connection, state):
    return consents.poll(parts, "default", connection.name, state=state, by=BY)


def sealed(parts, connection):
    with parts.database.reading() as r:
        return stored.sealed(r, connection.id)


class TestInABrowser:
    def test_what_a_browser_brings_back_becomes_a_grant(self, parts, books, vendor):
        consent = begun(parts, books)
        asked = dict(parse_qsl(urlsplit(consent.address).query))

        connection = finished(parts, books, code="good", state=consent.state, location="eu")

        told = json.loads((vendor.folder / "consented").read_text())
        challenge = urlsafe_b64encode(hashlib.sha256(told["verifier"].encode()).digest()).decode().rstrip("=")
        assert (connection.state, connection.account_email) == (ConnectionState.PENDING, "owner@example.com")
        assert asked == {"redirect": REDIRECT, "state": consent.state, "challenge": challenge}
        assert (told["redirect"], told["parameters"]) == (REDIRECT, {"location": "eu"})
        assert sealed(parts, books).consent is None

    def test_it_is_good_once(self, parts, books):
        consent = begun(parts, books)
        finished(parts, books, code="good", state=consent.state)

        with pytest.raises(Conflict) as caught:
            finished(parts, books, code="better", state=consent.state)

        assert caught.value.reason == "NO_CONSENT_BEGUN"
        assert "contactctl connections authorize books" in caught.value.message

    def test_the_state_of_another_one_changes_nothing(self, parts, books, vendor):
        consent = begun(parts, books)

        with pytest.raises(Invalid) as caught:
            finished(parts, books, code="good", state="forged")

        assert caught.value.faults[0].field == "callback[state]"
        assert vendor.calls == []
        assert finished(parts, books, code="good", state=consent.state).account_email == "owner@example.com"

    def test_a_newer_one_ends_the_older(self, parts, books):
        older = begun(parts, books)
        begun(parts, books)

        with pytest.raises(Invalid):
            finished(parts, books, code="good", state=older.state)

    def test_it_does_not_wait_for_ever(self, parts, books, clock):
        consent = begun(parts, books)
        clock.pass_seconds(600)

        with pytest.raises(Conflict) as caught:
            finished(parts, books, code="good", state=consent.state)

        assert caught.value.reason == "CONSENT_EXPIRED"
        assert sealed(parts, books).consent is None

    @pytest.mark.parametrize(("error", "said"), [("access_denied", " (access_denied);"), ("<b>no</b>", "consent;")])
    def test_an_owner_who_refuses_is_told_and_it_is_over(self, parts, books, vendor, error, said):
        consent = begun(parts, books)

        with pytest.raises(Invalid) as caught:
            finished(parts, books, error=error, state=consent.state)

        assert caught.value.reason == "CONSENT_REFUSED"
        assert said in caught.value.message
        assert (sealed(parts, books).consent, vendor.calls) == (None, [])

    @pytest.mark.parametrize(
        "forged",
        [
            "https://evil.example",
            "http://accounts.vendor.example",
            "HTTPS://x@evil",
            " https://evil.example",
            "ht\ttps://evil.example",
        ],
    )
    def test_a_forged_server_gets_no_secret(self, parts, books, vendor, forged):
        consent = begun(parts, books)

        with pytest.raises(Invalid) as caught:
            finished(parts, books, code="good", state=consent.state, **{"accounts-server": forged})

        assert caught.value.faults[0].field == "callback[accounts-server]"
        assert vendor.calls == []

    def test_a_callback_without_a_code_is_told(self, parts, books):
        consent = begun(parts, books)

        with pytest.raises(Invalid) as caught:
            finished(parts, books, state=consent.state)

        assert caught.value.faults[0].field == "callback[code]"

    @pytest.mark.parametrize(
        "redirect", ["", "https://evil.example/callback", "http://127.0.0.1.evil.example/", "http://127.0.0.1@evil/"]
    )
    def test_a_browser_brings_codes_to_this_machine_only(self, parts, books, redirect):
        with pytest.raises(Invalid) as caught:
            begun(parts, books, redirect=redirect)

        assert caught.value.faults[0].field == "redirect_uri"

    def test_settings_that_are_given_with_it_count_once_it_is_given(self, parts, books, vendor):
        consent = begun(parts, books, settings={"client_secret": "another"})
        before = sealed(parts, books).connection.settings

        finished(parts, books, code="good", state=consent.state)

        assert before == sealed(parts, books).connection.settings
        assert json.loads((vendor.folder / "consented").read_text())["secret"] == "another"

    def test_nothing_of_it_can_be_read_in_the_store(self, parts, books):
        consent = begun(parts, books, settings={"client_secret": "another"})

        kept = sealed(parts, books)

        assert kept.consent
        assert not [text for text in (consent.state, "another", REDIRECT) if text.encode() in kept.consent]
        assert "'…'" not in repr(kept)

    def test_it_replaces_a_credential_with_all_that_follows(self, parts, main, sync, vendor):
        set_workspace(parts, edition="classic")
        with parts.database.reading() as r:
            home = workspaces.get(r, "default")
            connection = stored.get(r, home.id, main)
        consent = begun(parts, connection)

        finished(parts, connection, code="better", state=consent.state)

        with parts.database.reading() as r:
            after, made = stored.by_id(r, connection.id), syncs.get(r, home.id, sync)
        assert after.credential_generation == connection.credential_generation + 1
        assert (after.state, made.state) == (ConnectionState.ENABLED, SyncState.INACTIVE)
        assert vendor.revoked == ["grant of good"]


class TestOnAnotherDevice:
    def test_a_person_types_a_code_and_is_asked_after(self, parts, books, vendor, clock):
        consent = begun(parts, books, Flow.DEVICE)
        clock.pass_seconds(5)
        vendor.change(consented=True)

        connection = polled(parts, books, consent.state)

        assert (consent.user_code, consent.address, consent.interval) == ("ABCD", "https://vendor.example/go", 5)
        assert connection.account_email == "owner@example.com"
        assert sealed(parts, books).consent is None

    def test_the_source_is_asked_no_sooner_than_it_allows(self, parts, books, vendor, clock):
        consent = begun(parts, books, Flow.DEVICE)

        waits = [polled(parts, books, consent.state)]
        clock.pass_seconds(5)
        waits.append(polled(parts, books, consent.state))
        clock.pass_seconds(29)
        waits.append(polled(parts, books, consent.state))

        assert waits == [5, 30, 1]
        assert vendor.calls == ["begin_device", "poll"]

    def test_a_person_who_refuses_ends_it(self, parts, books, vendor, clock):
        consent = begun(parts, books, Flow.DEVICE)
        clock.pass_seconds(5)
        vendor.trouble(poll="auth")

        with pytest.raises(Invalid) as caught:
            polled(parts, books, consent.state)

        assert caught.value.faults[0].field == "state"
        assert sealed(parts, books).consent is None

    def test_a_vendor_that_is_away_is_asked_again(self, parts, books, vendor, clock):
        consent = begun(parts, books, Flow.DEVICE)
        clock.pass_seconds(5)
        vendor.trouble(poll="away")
        with pytest.raises(Away):
            polled(parts, books, consent.state)
        vendor.trouble()
        vendor.change(consented=True)
        clock.pass_seconds(5)

        assert polled(parts, books, consent.state).account_email == "owner@example.com"

    def test_a_consent_whose_account_cannot_be_asked_at_once_is_kept(self, parts, books, vendor, clock):
        consent = begun(parts, books, Flow.DEVICE)
        clock.pass_seconds(5)
        vendor.change(consented=True)
        vendor.trouble(account="away")

        connection = polled(parts, books, consent.state)

        assert "the consent is kept" in connection.warnings[0]
        assert sealed(parts, books).grant is not None

    def test_a_place_that_is_not_allowed_gets_no_secret(self, parts, books, vendor, clock):
        vendor.change(endpoint="https://evil.example")
        consent = begun(parts, books, Flow.DEVICE)
        clock.pass_seconds(5)

        with pytest.raises(Invalid, match="which is not a host of vendor"):
            polled(parts, books, consent.state)

        assert vendor.calls == ["begin_device"]

    def test_who_gives_it_up_leaves_nothing_behind(self, parts, books):
        consent = begun(parts, books, Flow.DEVICE)

        for state in ("another", consent.state, consent.state):
            consents.cancel(parts, "default", books.name, state=state, by=BY)

        assert sealed(parts, books).consent is None
        assert events(parts)[-2:] == ["connection_consent_begun", "connection_consent_ended"]


def test_a_kind_without_such_consent_says_what_it_takes(parts):
    plain = connections.create(parts, "default", kind="plain", settings={"key": "k"}, name="plain", by=BY)

    with pytest.raises(Conflict) as caught:
        begun(parts, plain)

    assert caught.value.reason == "NO_AUTHORIZATION"


def test_somebody_elses_change_is_not_overwritten(parts, books):
    with pytest.raises(Stale):
        begun(parts, books, etag="W/0")
