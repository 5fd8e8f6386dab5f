"""Consent that the vendor tells of so slowly that something happens meanwhile."""

from dataclasses import replace

import pytest

from contactd.domain.nouns import Connection
from contactd.domain.refusals import Conflict, Exhausted
from contactd.engine.accounts import authorization, consents, disabling
from contactd.engine.accounts.consents import Flow
from contactd.host.authorizer import Authorizers
from contactd.store import connections as stored
from contactd_sdk import Secret
from setup.steps import BY


class Slow(Authorizers):
    """Authorizers that hear that a person consented only after *meanwhile*."""

    def __init__(self, starter, meanwhile):
        super().__init__(starter)
        self._meanwhile = meanwhile

    def complete(self, kind, settings, code):
        grant = super().complete(kind, settings, code)
        self._meanwhile()
        return grant

    def poll(self, kind, settings, device):
        answer = super().poll(kind, settings, device)
        self._meanwhile()
        return answer


@pytest.fixture
def consent(parts, books, vendor, clock):
    """A consent that its owner gives, to be asked after in the last seconds of its code."""
    begun = consents.begin(parts, "default", books.name, flow=Flow.DEVICE, by=BY)
    clock.pass_seconds(3599)
    vendor.change(consented=True)
    return begun


def test_a_consent_that_is_given_as_its_code_ends_is_kept(parts, plugins, books, vendor, clock, consent):
    slow = replace(parts, authorizers=Slow(plugins[0], lambda: clock.pass_seconds(2)))

    connection = consents.poll(slow, "default", books.name, state=consent.state, by=BY)

    assert isinstance(connection, Connection)
    assert connection.account_email == "owner@example.com"
    assert vendor.revoked == []


def test_a_vendor_that_has_enough_of_questions_is_asked_no_more(parts, books, vendor, clock, consent):
    vendor.trouble(poll="hurried")
    clock.pass_seconds(-3594)

    with pytest.raises(Exhausted):
        consents.poll(parts, "default", books.name, state=consent.state, by=BY)
    clock.pass_seconds(60)
    wait = consents.poll(parts, "default", books.name, state=consent.state, by=BY)

    # Its time is later than the code is good for.
    assert wait == 3600 - 5 - 60
    assert vendor.calls.count("poll") == 1


def test_a_consent_that_is_given_up_as_it_is_given_goes_back(parts, plugins, books, vendor, consent):
    def give_up():
        consents.cancel(parts, "default", books.name, state=consent.state, by=BY)

    slow = replace(parts, authorizers=Slow(plugins[0], give_up))

    with pytest.raises(Conflict, match="was given up before it was given"):
        consents.poll(slow, "default", books.name, state=consent.state, by=BY)

    with parts.database.reading() as r:
        assert stored.sealed(r, books.id).grant is None
    assert vendor.revoked == ["grant of good"]


def test_a_grant_for_a_connection_that_is_disabled_as_it_is_given_goes_back(parts, plugins, books, vendor):
    def disable():
        confirmed = disabling.effects(parts, "default", books.name).id
        disabling.disable(parts, "default", books.name, effects_id=confirmed, by=BY)

    slow = replace(parts, authorizers=Slow(plugins[0], disable))

    with pytest.raises(Conflict, match="is disabled"):
        authorization.complete(slow, "default", books.name, code=Secret("good"), by=BY)

    assert vendor.revoked == ["grant of good"]
