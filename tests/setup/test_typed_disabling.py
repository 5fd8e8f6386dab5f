"""Connections as people disable them, and associate them again."""

import pytest

from contactd.engine.accounts.shelves import ConnectionShelf
from contactd.store import connections, tables
from contactd_sdk import Shelved
from setup.seen import sealed, state, told
from setup.steps import set_workspace
from setup.vendor import NOON


@pytest.mark.usefixtures("sync")
def test_r81_the_effects_of_disabling_are_told_and_nothing_is_done(parts, typed, main):
    seen = typed("connections", "effects", main)

    assert "The credential of 'main' is given back at the source and wiped here." in seen
    assert "The sync 'customers' is disconnected, and runs no more." in seen
    assert "1 schedule is cancelled." in seen
    assert "The run 1 of 'customers' is cancelled; what it has taken stays." in seen
    assert "0 contacts stay, with all history and every suppression." in seen
    assert "The organization 'Chinook' can be connected again." in seen
    assert (state(parts, tables.Connection), state(parts, tables.Sync)) == (["enabled"], ["active"])


@pytest.mark.usefixtures("sync")
def test_r80_a_connection_is_disabled_with_the_effects_that_were_confirmed(parts, typed, main, vendor):
    effects = typed.told("connections", "effects", main)

    disabled = typed.told("connections", "disable", main, "--confirm", effects["effects_id"])

    assert (disabled["state"], disabled["warnings"]) == ("STATE_DISABLED", [])
    assert state(parts, tables.Sync) == ["disconnected"]
    assert state(parts, tables.Run) == ["cancelled"]
    left = sealed(parts)
    assert (left.secrets, left.grant, left.token) == (None, None, None)
    assert vendor.calls[-1] == "revoke"
    assert "connection_disabled" in told(parts)


def test_what_its_source_kept_goes_with_a_connection_that_is_disabled(parts, typed, main):
    with parts.database.reading() as r:
        connection = connections.get(r, 1, main)
    shelf = ConnectionShelf(parts, connection)
    shelf.keep("contacts", [Shelved("1", NOON, ["jo@example.com"], b"Jo")])
    kept = shelf.find("contacts", {"1": NOON})

    typed("connections", "disable", main, "--yes")

    assert kept == {"1": b"Jo"}
    assert shelf.find("contacts", {"1": NOON}) == {}


def test_r81_nothing_is_disabled_unconfirmed_or_with_other_effects(parts, typed, main, sync):
    effects = typed.told("connections", "effects", main)

    unasked = typed.refused("connections", "disable", main)
    typed("syncs", "pause", sync)
    changed = typed.refused("connections", "disable", main, "--confirm", effects["effects_id"])

    assert unasked[0] == 1
    assert f"--confirm {effects['effects_id']} confirms exactly these" in unasked[1]
    assert changed[0] == 4
    assert "are not those that were confirmed" in changed[1]
    assert state(parts, tables.Connection) == ["enabled"]


def test_a_source_that_was_not_told_is_told_of(parts, typed, main, vendor):
    vendor.trouble(revoke="away")

    seen = typed("connections", "disable", main, "--yes")

    assert "the grant is wiped here but was not given back: the vendor does not answer" in seen
    assert sealed(parts).grant is None


def test_a_disabled_connection_is_disabled_once(typed, main):
    typed("connections", "disable", main, "--yes")

    code, said = typed.refused("connections", "disable", main, "--yes")

    assert code == 4
    assert "associate its account again with `contactctl connections authorize main`" in said


def test_r6_disabling_frees_the_place_of_the_organization(parts, typed, main, vendor, confided):
    set_workspace(parts, edition="campaigns")
    plain = ("--set", f"folder={vendor.folder}", "--set", "client_id=ours")
    secret = ("--secret-file", f"client_secret={confided('hush')}")
    typed("connections", "create", "more", "--kind", "vendor", *plain, *secret)
    typed("connections", "authorize", "more", "--code-file", confided("better"))
    before = typed.refused("connections", "select", "more", "20")

    typed("connections", "disable", main, "--yes")

    assert before[0] == 4
    assert typed.told("connections", "select", "more", "20")["state"] == "STATE_ENABLED"


def test_a_disabled_connection_is_associated_again_and_its_sync_activated(parts, typed, main, sync, confided):
    typed("connections", "disable", main, "--yes")
    missing = typed.refused("connections", "authorize", main, "--code-file", confided("better"))
    typed("connections", "edit", main, "--secret-file", f"client_secret={confided('hush')}")
    typed("connections", "authorize", main, "--code-file", confided("better"))
    other = typed.refused("connections", "select", main, "20")

    typed("connections", "select", main, "10")
    typed("syncs", "activate", sync)

    assert "connection.settings[client_secret]" in missing[1]
    assert "reads organization 'Chinook' already" in other[1]
    assert (state(parts, tables.Connection), state(parts, tables.Sync)) == (["enabled"], ["active"])


def test_a_kind_without_consent_is_associated_again_by_its_key(parts, typed, confided):
    typed("connections", "create", "plain", "--kind", "plain", "--secret-file", f"key={confided('old')}")
    typed("connections", "disable", "plain", "--yes")

    typed("connections", "rotate", "plain", "--secret-file", f"key={confided('new')}")

    assert state(parts, tables.Connection) == ["enabled"]
