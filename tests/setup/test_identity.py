"""Whose account it is, asked again once a day: its primary address may be another one (R78)."""

import dataclasses
import json

import pytest
from msgspec.structs import replace

from contactd.domain.clock import SECOND, moment
from contactd.domain.refusals import Away
from contactd.engine.accounts.access import ConnectionAccess
from contactd.engine.accounts.budgets import ConnectionRights
from contactd.host.catalog import Catalog
from contactd.store import connections as stored
from contactd.store import notifications, syncs, workspaces
from contactd_sdk import Secret
from setup.steps import authorized, set_workspace

DAY = 86_400
LATER = "2030-01-02T01:00:00+00:00"


@pytest.fixture
def refreshed(parts, main, sync, vendor, clock):
    """Let the token of `main`, whose sync is active, be renewed after so many seconds; tell what became of both."""

    def call(seconds=DAY):
        clock.pass_seconds(seconds)
        vendor.change(expires="2030-01-09T00:00:00+00:00" if seconds >= DAY else LATER)
        with parts.database.reading() as r:
            home = workspaces.get(r, "default")
            connection = stored.get(r, home.id, main)
        assert ConnectionAccess(parts, connection.id).token.value
        with parts.database.reading() as r:
            return stored.by_id(r, connection.id).account_email, syncs.get(r, home.id, sync).state

    return call


def told(parts):
    with parts.database.reading() as r:
        return [one.kind for one in notifications.page(r, workspaces.get(r, "default").id, limit=10)]


@pytest.mark.parametrize(
    ("edition", "owners", "state"),
    [
        ("open", [], "active"),
        ("classic", [], "active"),
        ("marketinghub", [], "inactive"),
        ("campaigns", ["moved@example.com"], "active"),
        ("campaigns", ["owner@example.com"], "inactive"),
    ],
)
def test_another_address_is_noticed_and_does_what_the_edition_says(parts, refreshed, vendor, edition, owners, state):
    set_workspace(parts, edition=edition, owner_emails=json.dumps(owners))
    vendor.change(email="moved@example.com")

    assert refreshed() == ("moved@example.com", state)
    assert "account_changed" in told(parts)


def test_the_same_address_in_another_spelling_is_no_other(parts, refreshed, vendor):
    vendor.change(email="Owner@EXAMPLE.com")

    assert refreshed() == ("Owner@EXAMPLE.com", "active")
    assert "account_changed" not in told(parts)


def test_an_account_is_asked_once_a_day_however_often_its_token_is_renewed(refreshed, vendor):
    asked = [vendor.calls.count("account")]

    for seconds in (3_600, DAY, 8 * DAY - 3_600):
        refreshed(seconds)
        asked.append(vendor.calls.count("account"))

    assert asked == [1, 1, 2, 3]


def test_an_account_that_was_asked_by_a_clock_that_was_years_ahead_is_asked_again(parts, refreshed, vendor):
    with parts.database.transaction() as tx:
        tx.fast("UPDATE connection SET account_checked_at = ?", (tx.now + 5 * 365 * DAY * SECOND,))
    vendor.change(email="moved@example.com")

    assert refreshed(3_600)[0] == "moved@example.com"


@pytest.mark.parametrize("trouble", ["auth", "away"])
def test_an_account_that_cannot_tell_stands_in_nobodys_way(refreshed, vendor, trouble):
    vendor.trouble(account=trouble)

    assert refreshed() == ("owner@example.com", "active")


def test_an_account_that_could_not_be_asked_at_once_is_asked_with_its_next_token(parts, main, vendor, clock):
    with parts.database.reading() as r:
        connection = stored.get(r, workspaces.get(r, "default").id, main)
    vendor.trouble(account="away")
    with pytest.raises(Away):
        authorized(parts, connection, Secret("better"))
    vendor.trouble()
    vendor.change(email="moved@example.com", expires=LATER)
    clock.pass_seconds(3_600)

    assert ConnectionAccess(parts, connection.id).token.value.endswith("grant of better")
    with parts.database.reading() as r:
        assert stored.by_id(r, connection.id).account_email == "moved@example.com"


def test_an_account_is_not_asked_while_its_vendor_blocks_any_organization(parts, main, vendor, clock):
    """Which of an account's organizations is asked for the address is the vendor's business."""
    plugin = next(one for one in parts.catalog.plugins if one.kinds)
    kinds = tuple(replace(kind, vendor="vendor", counted=True) for kind in plugin.kinds)
    parts = dataclasses.replace(parts, catalog=Catalog([dataclasses.replace(plugin, kinds=kinds)]))
    with parts.database.reading() as r:
        connection = stored.get(r, workspaces.get(r, "default").id, main)
    asked = [vendor.calls.count("account")]
    vendor.change(expires="2030-01-09T00:00:00+00:00")
    clock.pass_seconds(DAY)
    other = ConnectionRights(parts.database, kinds[0], dataclasses.replace(connection, organization_id="77"))
    other.block(moment(clock.now + 1800 * SECOND), "Too many.")

    access = ConnectionAccess(parts, connection.id)
    assert access.token.value
    asked.append(vendor.calls.count("account"))
    clock.pass_seconds(1800)
    assert access.renew().value
    asked.append(vendor.calls.count("account"))

    assert asked == [1, 1, 2]
