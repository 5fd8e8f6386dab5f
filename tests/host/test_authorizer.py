"""Authorizers: five calls, each in a process of its own."""

import os
from datetime import UTC, datetime

import pytest

from contactd.host.authorizer import Authorizers
from contactd.host.errors import Cause, ChildFailed
from contactd_sdk import (
    Account,
    AuthFailed,
    Grant,
    Organization,
    Secret,
    SettingFault,
    SettingsInvalid,
    Throttled,
    Token,
)
from fakes.plugins import install, source

WHEN = datetime(2026, 1, 31, 12, tzinfo=UTC)
GRANT = Grant({"refresh_token": "my-grant"})
TOKEN = Token("my-token", WHEN, "https://api.example.com")
SETTINGS = {"url": "https://x", "token": "my-secret"}

CODE = """
class TestAuthorizer:
    def __init__(self, settings):
        self.settings = settings

    def complete(self, code):
        return Grant({"code": code.reveal(), "key": self.settings.token.reveal(), "pid": str(os.getpid())})

    def refresh(self, grant):
        if self.settings.url == "https://throttled":
            raise Throttled("ask later", datetime(2026, 1, 31, 12, tzinfo=UTC))
        if self.settings.url == "https://slow":
            time.sleep(1000)
        return Token(grant.secrets["refresh_token"] + "-token", datetime(2026, 1, 31, 12, tzinfo=UTC), "https://api")

    def revoke(self, grant):
        raise AuthFailed(f"{grant.secrets['refresh_token']} and {self.settings.token.reveal()} are unknown")

    def account(self, token):
        return Account(token.value + "@example.com")

    def organizations(self, token):
        return [Organization("7", "Seven", "Europe/Berlin", True), Organization(8, "Eight")][: 1 if token else 2]
"""


@pytest.fixture
def kind(folder, probed):
    install(folder, "test", CODE + source("test", more="authorizer=TestAuthorizer"))
    return probed()["test"].kinds[0]


@pytest.fixture
def authorizers(starter):
    return Authorizers(starter)


def test_a_code_becomes_a_grant_with_the_secret_settings_at_hand(authorizers, kind):
    grant = authorizers.complete(kind, SETTINGS, Secret("my-code"))

    assert (grant.secrets["code"], grant.secrets["key"]) == ("my-code", "my-secret")


def test_each_call_has_a_process_of_its_own_that_is_gone_afterwards(authorizers, kind):
    first = authorizers.complete(kind, SETTINGS, Secret("x")).secrets["pid"]

    second = authorizers.complete(kind, SETTINGS, Secret("x")).secrets["pid"]

    assert first != second
    for pid in (first, second):
        with pytest.raises(ProcessLookupError):
            os.kill(int(pid), 0)


def test_a_grant_brings_a_token(authorizers, kind):
    token = authorizers.refresh(kind, SETTINGS, GRANT)

    assert token == Token("my-grant-token", WHEN, "https://api")


def test_a_token_tells_the_account(authorizers, kind):
    assert authorizers.account(kind, SETTINGS, TOKEN) == Account("my-token@example.com")


def test_a_token_tells_the_organizations(authorizers, kind):
    organizations = authorizers.organizations(kind, SETTINGS, TOKEN)

    assert organizations == [Organization("7", "Seven", "Europe/Berlin", default=True)]


def test_what_an_authorizer_raises_is_raised_without_the_secrets_in_it(authorizers, kind):
    with pytest.raises(AuthFailed) as caught:
        authorizers.revoke(kind, SETTINGS, GRANT)

    assert str(caught.value) == "… and … are unknown"


def test_a_time_to_come_back_arrives(authorizers, kind):
    with pytest.raises(Throttled) as caught:
        authorizers.refresh(kind, {"url": "https://throttled"}, GRANT)

    assert caught.value.until == WHEN


def test_settings_that_cannot_be_used_are_told(authorizers, kind):
    with pytest.raises(SettingsInvalid) as caught:
        authorizers.refresh(kind, {"hue": "red"}, GRANT)

    assert caught.value.faults == (SettingFault("hue", "there is no setting 'hue'; the settings are url, token"),)


def test_a_call_that_takes_too_long_is_ended(starter, kind):
    authorizers = Authorizers(starter, limit=2.0)

    with pytest.raises(ChildFailed) as caught:
        authorizers.refresh(kind, {"url": "https://slow"}, GRANT)

    assert caught.value.cause == Cause.SILENT


def test_a_kind_without_an_authorizer_is_told(authorizers, folder, probed):
    install(folder, "bare", source("bare"))
    bare = probed()["bare"].kinds[0]

    with pytest.raises(ChildFailed, match="plugin 'bare' has no authorizer for the kind 'bare'; "):
        authorizers.account(bare, {}, TOKEN)
