"""Connections as people associate and edit them, and replace their credentials."""

import pytest

from contactd.domain.clock import SECOND
from contactd.engine.accounts.sources import Sources
from contactd.engine.runs.run import Runs
from contactd.engine.runs.stop import Stop
from contactd.store import connections as stored
from contactd.store import due, notifications, tables
from setup.seen import created, sealed, state, told
from setup.steps import set_workspace


def test_r4_each_step_says_the_next_one(typed, vendor, confided):
    plain = ("--set", f"folder={vendor.folder}", "--set", "client_id=ours")
    secret = ("--secret-file", f"client_secret={confided('hush')}")

    made = typed("connections", "create", "main", "--kind", "vendor", *plain, *secret)
    authorized = typed("connections", "authorize", "main", "--code-file", confided("good"))
    selected = typed("connections", "select", "main", "10")

    assert "next: contactctl connections authorize main" in made
    assert "then contactctl connections select main ORGANIZATION" in authorized
    assert "next: contactctl syncs create SYNC --connection main --list LIST" in selected


def test_a_connection_gets_another_title_and_priority(parts, typed, main):
    changed = typed.told("connections", "edit", main, "--title", "The books", "--priority", "7")

    assert (changed["title"], changed["priority"]) == ("The books", 7)
    with parts.database.reading() as r:
        assert r.first(tables.table(tables.Workspace).select()).policy_version == 2


def test_r75_a_stored_key_is_replaced_once_the_source_takes_it(parts, typed, main, vendor, confided):
    calls = len(vendor.calls)

    changed = typed.told("connections", "edit", main, "--secret-file", f"client_secret={confided('new')}")

    assert changed["credential_generation"] == 2
    assert vendor.calls[calls:] == ["refresh", "account"]
    assert "new" not in str(changed["settings"])
    assert sealed(parts).lease_until == 0


def test_settings_that_the_source_refuses_are_not_kept(parts, typed, main, vendor, confided):
    before = sealed(parts)
    vendor.trouble(refresh="auth")

    code, said = typed.refused("connections", "edit", main, "--secret-file", f"client_secret={confided('bad')}")

    assert code == 1
    assert "the vendor refuses the grant" in said
    assert sealed(parts) == before


def test_a_bad_setting_is_told_at_its_place(typed, main):
    code, said = typed.refused("connections", "edit", main, "--set", "page=many", "--set", "hue=red")

    assert code == 1
    assert "connection.settings[page]" in said
    assert "connection.settings[hue]" in said


def test_a_secret_does_not_stand_on_the_command_line(typed, main):
    code, said = typed.refused("connections", "edit", main, "--set", "client_secret=hush")

    assert code == 2
    assert "give it with --secret-file client_secret=PATH" in said


def test_an_old_etag_changes_no_connection(typed, main):
    code, said = typed.refused("connections", "edit", main, "--title", "x", "--etag", "1")

    assert code == 4
    assert "was changed since it was read" in said


@pytest.mark.parametrize(
    ("edition", "expected"),
    [("open", "active"), ("campaigns", "active"), ("classic", "inactive"), ("marketinghub", "inactive")],
)
@pytest.mark.usefixtures("sync")
def test_r76_a_rotated_credential_deactivates_syncs_where_the_edition_says_so(
    parts, typed, main, confided, edition, expected
):
    set_workspace(parts, edition=edition)

    typed("connections", "rotate", main, "--code-file", confided("better"))

    assert state(parts, tables.Sync) == [expected]
    assert told(parts).count("sync_deactivated") == (expected == "inactive")


def test_r77_and_r79_each_sync_is_activated_by_hand(parts, typed, main, sync, vendor, clock, confided):
    set_workspace(parts, edition="classic")
    typed("connections", "rotate", main, "--secret-file", f"client_secret={confided('new')}")
    clock.now += 3600 * SECOND
    vendor.trouble(refresh="away")
    away = typed.refused("syncs", "activate", sync)[0]
    vendor.trouble()
    vendor.change(expires="2030-01-01T09:00:00+00:00")

    typed("syncs", "activate", sync)

    assert away == 6
    assert state(parts, tables.Sync) == ["active"]


@pytest.mark.parametrize(("edition", "expected"), [("open", "active"), ("marketinghub", "inactive")])
@pytest.mark.usefixtures("sync")
def test_r78_another_primary_address_deactivates_where_the_edition_says_so(
    parts, typed, main, vendor, confided, edition, expected
):
    set_workspace(parts, edition=edition)
    vendor.change(email="other@example.com")

    typed("connections", "authorize", main, "--code-file", confided("better"))

    assert state(parts, tables.Sync) == [expected]
    assert "account_changed" in told(parts)
    with parts.database.reading() as r:
        assert not any("example.com" in row.message for row in notifications.page(r, 1, limit=10))


def test_a_rotation_wants_something_new(typed, main, confided):
    assert typed.refused("connections", "rotate", main)[0] == 2
    assert typed.refused("connections", "rotate", main, "--set", "client_id=other")[0] == 2
    said = typed.refused("connections", "rotate", main, "--code-file", confided("bad"))[1]
    assert "the vendor refuses the grant code" in said


def test_a_key_of_a_kind_without_consent_is_tried_by_reading(typed, confided):
    typed("connections", "create", "plain", "--kind", "plain", "--secret-file", f"key={confided('old')}")

    rotated = typed.told("connections", "rotate", "plain", "--secret-file", f"key={confided('new')}")

    assert (rotated["credential_generation"], rotated["state"]) == (1, "STATE_ENABLED")


def carried(parts, number):
    """Carry a run that waits to its end."""
    with parts.database.transaction() as tx:
        due.admit(tx, number)
    Runs(parts.database, Sources(parts), owner="test", wake=parts.wake).carry(number, Stop())


@pytest.mark.usefixtures("sync")
def test_r49_r50_a_run_that_ended_is_told_and_its_notification_opens_the_sync(parts, typed):
    carried(parts, 1)

    listed = typed("notifications", "list", "--unread")
    opened = typed("notifications", "open", "1")

    assert "'customers' is in step: 1 record was looked at." in listed
    assert "customers" in opened
    assert "History" in opened
    assert typed.told("notifications", "list", "--unread") == []


def test_r2_r3_an_account_is_associated_and_one_of_its_organizations_chosen(parts, typed, main):
    seen = typed("connections", "organizations", main)
    shown = typed("connections", "show", main)

    assert "Chinook" in seen
    assert "Northwind" in seen
    assert "owner@example.com" in shown
    with parts.database.reading() as r:
        assert stored.by_id(r, 1).organization_id == "10"


def test_r5_both_accounts_have_one_address_where_the_edition_says_so(parts, typed, vendor, confided):
    typed("workspaces", "edit", "--edition", "campaigns", "--owner", "ann@example.com")
    created(typed, vendor, confided, "main")

    code, said = typed.refused("connections", "authorize", "main", "--code-file", confided("good"))

    assert code == 1
    assert "the account is registered under an address that no owner of workspace 'default' has" in said
    assert sealed(parts).grant is None


def test_r5_another_address_is_a_warning_in_the_open_edition(typed, vendor, confided):
    typed("workspaces", "edit", "--owner", "ann@example.com")
    created(typed, vendor, confided, "main")

    seen = typed("connections", "authorize", "main", "--code-file", confided("good"))

    assert "warning: the account is registered under 'owner@example.com'" in seen


def test_r7_one_organization_is_chosen_among_several_for_each_connection(typed, main, vendor, confided):
    created(typed, vendor, confided, "more")
    typed("connections", "authorize", "more", "--code-file", confided("better"))

    typed("connections", "select", "more", "20")

    told_of = typed.told("connections", "list")
    assert [each["organization"]["title"] for each in told_of] == ["Chinook", "Northwind"]
    assert main in typed("connections", "list")
