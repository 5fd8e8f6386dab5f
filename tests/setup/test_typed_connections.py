"""Connections as people edit them, replace their credentials, and disable and associate them again."""

import pytest

from contactd.domain.clock import SECOND
from contactd.store import connections as stored
from contactd.store import notifications, tables
from setup.steps import set_workspace


@pytest.fixture
def confided(tmp_path):
    """Write a secret into a file, and give its path."""

    def write(secret):
        path = tmp_path / f"secret-{secret}"
        path.write_text(secret)
        return str(path)

    return write


@pytest.fixture
def main(typed, vendor, confided):
    """The connection `main`, enabled, with a list that is called `all`."""
    plain = ("--set", f"folder={vendor.folder}", "--set", "client_id=ours")
    secret = ("--secret-file", f"client_secret={confided('hush')}")
    typed("connections", "create", "main", "--kind", "vendor", *plain, *secret)
    typed("connections", "authorize", "main", "--code-file", confided("good"))
    typed("connections", "select", "main", "10")
    typed("lists", "create", "all")
    return "main"


@pytest.fixture
def sync(typed, main):
    """An active sync of it, whose first run waits."""
    typed("syncs", "create", "customers", "--connection", main, "--list", "all", "--daily", "06:30", "--zone", "UTC")
    typed("syncs", "initiate", "customers", "--yes")
    return "customers"


def sealed(parts):
    with parts.database.reading() as r:
        return stored.sealed(r, 1)


def state(parts, model):
    with parts.database.reading() as r:
        return [row.state for row in r.rows(tables.table(model).select())]


def told(parts):
    with parts.database.reading() as r:
        return [row.kind for row in reversed(notifications.page(r, 1, limit=10))]


def test_r4_each_step_says_the_next_one(typed, vendor, confided):
    plain = ("--set", f"folder={vendor.folder}", "--set", "client_id=ours")
    secret = ("--secret-file", f"client_secret={confided('hush')}")

    made = typed("connections", "create", "main", "--kind", "vendor", *plain, *secret)
    authorized = typed("connections", "authorize", "main", "--code-file", confided("good"))
    selected = typed("connections", "select", "main", "10")

    assert "next: contactctl connections authorize main" in made
    assert "then contactctl connections select main ORGANIZATION" in authorized
    assert "next: contactctl syncs create --connection main --list LIST" in selected


def test_a_connection_gets_another_title_and_precedence(parts, typed, main):
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


@pytest.mark.usefixtures("sync")
def test_r81_the_effects_of_disabling_are_told_and_nothing_is_done(parts, typed, main):
    seen = typed("connections", "effects", main)

    assert "The credential of 'main' is given back at the source and wiped here." in seen
    assert "The sync 'customers' is disconnected, and runs no more." in seen
    assert "1 schedules are cancelled." in seen
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
