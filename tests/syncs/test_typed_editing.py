"""Living with a sync: edited, initiated again, deleted and brought back, as a person types it."""

import pytest

from contactd.engine.accounts import deactivation
from contactd.engine.syncs import syncs
from setup.running import Typing
from syncs.house import HOME, House
from syncs.test_typed_setup import CREATE, DAILY, counts, newest


@pytest.fixture
def store_url(either_store: str) -> str:
    """Try all of it on both kinds of store."""
    return either_store


def begun(house: House, typed: Typing, *options: str) -> None:
    """Set a sync up, and carry its first run to its end."""
    typed(*CREATE, *options)
    typed("syncs", "initiate", "main", "--yes")
    house.carry(newest(typed))


def test_the_detail_view_has_configuration_mapping_and_history(house: House, typed: Typing) -> None:
    """R47, R48, R56: Configuration, Field Mapping and Sync History of one sync; R8: the list of active ones."""
    begun(house, typed, *DAILY, "--inactive", "skip", "--sweep-weekly", "sun", "03:00")

    shown = typed("syncs", "show", "main")

    for part in ("Configuration", "Field Mapping", "Sync History", "all records", "inactive skip", "weekly on sunday"):
        assert part in shown
    assert "main" in typed("syncs", "list")


def test_an_edited_sync_reads_all_records_again_when_it_is_initiated(house: House, typed: Typing) -> None:
    """R53: edit the configuration, Next edits the mapping, Initiate starts again."""
    begun(house, typed, *DAILY)
    typed("lists", "create", "news")

    told = typed("syncs", "edit", "main", "--list", "news", "--leave")
    again = typed.told("syncs", "initiate", "main")
    counted = counts(house, typed)

    assert "contactctl syncs initiate main" in told
    assert (again["run"]["trigger"], again["run"]["mode"]) == ("TRIGGER_EDIT", "RUN_MODE_FULL")
    assert counted == {"updated": 3}
    assert len(typed.told("contacts", "list", "--list", "news")) == 3
    assert typed.told("syncs", "show", "main")["edited"] is False


def test_whoever_gives_a_sync_another_list_says_what_becomes_of_those_on_the_former_one(
    house: House, typed: Typing
) -> None:
    begun(house, typed, *DAILY)
    typed("lists", "create", "news")

    code, told = typed.refused("syncs", "edit", "main", "--list", "news")
    typed("syncs", "edit", "main", "--list", "news", "--move")

    assert code == 1
    assert "put 3 contacts on the list 'customers'" in told
    assert "--move" in told
    assert (len(typed.told("contacts", "list", "--list", "news")), on_list(typed, "customers")) == (3, 0)
    assert "sync_members_moved" in [kind for kind, _, _ in house.events()]


def test_whoever_said_no_to_the_former_list_is_not_on_the_new_one(house: House, typed: Typing) -> None:
    begun(house, typed, *DAILY)
    typed("lists", "create", "news")
    one, two, _ = typed.told("contacts", "list", "--list", "customers")
    typed("contacts", "unsubscribe", one["email"], "--list", "customers", "--by-self")
    typed("contacts", "edit", two["email"], "--list", "-customers")
    typed("suppressions", "add", "stranger@example.com", "--list", "customers")

    typed("syncs", "edit", "main", "--list", "news", "--move")
    typed("syncs", "initiate", "main")
    house.carry(newest(typed))

    assert on_list(typed, "news") == 1
    noes = typed.told("suppressions", "list", "--email", "stranger@example.com")
    assert sorted(one["list"].rpartition("/")[2] for one in noes) == ["customers", "news"]


def test_nobody_is_moved_while_a_run_still_fills_the_former_list(house: House, typed: Typing) -> None:
    begun(house, typed, *DAILY)
    typed("lists", "create", "news")
    typed("syncs", "run", "main")

    code, told = typed.refused("syncs", "edit", "main", "--list", "news", "--move")

    assert code == 4
    assert "contactctl runs cancel" in told


def on_list(typed: Typing, name: str) -> int:
    """Count who is subscribed to a list."""
    return sum(
        member["state"] == "STATE_SUBSCRIBED"
        for contact in typed.told("contacts", "list")
        for member in contact.get("memberships", ())
        if member["of"].endswith(f"/{name}")
    )


def test_a_sync_that_was_not_edited_is_not_initiated_again(house: House, typed: Typing) -> None:
    begun(house, typed, *DAILY)

    code, told = typed.refused("syncs", "initiate", "main")

    assert code == 4
    assert "contactctl syncs run main" in told


def test_the_mapping_alone_is_edited(house: House, typed: Typing) -> None:
    """R54: edit the mapping alone; R30: map more fields. The old records get the new column."""
    begun(house, typed)

    typed("syncs", "mapping", "main", "--set", "email=email", "--new-field", "country")
    typed("syncs", "initiate", "main")
    counted = counts(house, typed)

    assert counted == {"updated": 3}


def test_interval_and_data_to_retrieve_are_edited(house: House, typed: Typing) -> None:
    """R55: interval, data to retrieve, contact configuration."""
    begun(house, typed, *DAILY)

    typed("syncs", "edit", "main", "--weekly", "mon", "06:30", "--zone", "UTC", "--after", "2026-01-31Z")
    edited = typed.told("syncs", "edit", "main", "--update-empty", "--type", "non-marketing", "--roles", "allow")

    assert edited["next_run_time"] == "2026-03-16T06:30:00Z"
    assert edited["retrieve_after"] == "2026-01-31T00:00:00Z"
    assert edited["update_empty_values"] is True
    assert edited["subscription_type"] == "SUBSCRIPTION_TYPE_NON_MARKETING"
    assert edited["policies"]["role_address"] == "ROLE_ADDRESS_ALLOW"
    assert edited["edited"] is True


def test_an_edit_of_the_times_reads_nothing_again(house: House, typed: Typing) -> None:
    begun(house, typed, *DAILY)

    edited = typed.told("syncs", "edit", "main", "--daily", "07:30", "--zone", "UTC", "--description", "Daily")

    assert (edited["edited"], edited["mapping_version"]) == (False, 1)


def test_one_policy_is_edited_and_the_others_stay(typed: Typing) -> None:
    typed(*CREATE, "--inactive", "remove", "--strict")

    edited = typed.told("syncs", "edit", "main", "--on-leave", "detach", "--no-strict")

    said = {name: value for name, value in edited["policies"].items() if not name.endswith("exceptions")}
    assert said["inactive"] == "INACTIVE_REMOVE"
    assert said["on_leave"] == "ON_LEAVE_DETACH"
    assert said["strict"] is False


def test_policies_are_forgotten_and_those_of_the_workspace_count(typed: Typing) -> None:
    typed(*CREATE, "--inactive", "remove", "--role-exception", "info@example.com")

    edited = typed.told("syncs", "edit", "main", "--no-policies", "--roles", "allow")

    assert edited["policies"]["role_address"] == "ROLE_ADDRESS_ALLOW"
    assert edited["policies"]["role_exceptions"] == []
    assert edited["policies"]["inactive"] == "INACTIVE_UNSPECIFIED"


def test_what_was_wrong_before_stands_in_no_edits_way(typed: Typing) -> None:
    typed(*CREATE)
    typed("workspaces", "edit", "default", "--gdpr")

    edited = typed.told("syncs", "edit", "main", "--description", "Customers")

    assert edited["attention"] == ["lawful_basis_missing"]
    assert typed.told("syncs", "edit", "main", "--basis", "contract")["attention"] == []


def test_an_edit_of_another_version_is_refused(typed: Typing) -> None:
    etag = typed.told(*CREATE)["etag"]
    typed("syncs", "edit", "main", "--description", "One")

    code, told = typed.refused("syncs", "edit", "main", "--description", "Two", "--etag", etag)

    assert code == 4
    assert "was changed since it was read" in told


def test_a_completed_sync_that_is_to_recur_is_initiated_again(house: House, typed: Typing) -> None:
    begun(house, typed, "--once")
    assert typed.told("syncs", "show", "main")["state"] == "STATE_COMPLETED"

    typed("syncs", "edit", "main", *DAILY)
    again = typed.told("syncs", "initiate", "main")

    assert again["sync"]["state"] == "STATE_ACTIVE"
    assert again["sync"]["next_run_time"] == "2026-03-10T05:30:00Z"


def test_an_active_sync_that_is_to_run_once_and_has_is_completed(house: House, typed: Typing) -> None:
    begun(house, typed, *DAILY)

    edited = typed.told("syncs", "edit", "main", "--once")

    assert edited["state"] == "STATE_COMPLETED"
    assert edited.get("next_run_time") is None


def test_syncs_are_activated_by_hand_after_their_credential_was_replaced(house: House, typed: Typing) -> None:
    """R76, R77, R79: a replaced key deactivates; each is activated by hand, and only once the key works."""
    begun(house, typed, *DAILY)
    sync = syncs.get(house.parts, HOME, "main").sync
    with house.parts.database.transaction() as tx:
        deactivation.deactivate(house.parts, tx, sync.connection_id, "its key was replaced", by="ann")

    shown = typed("syncs", "show", "main")
    code, told = typed.refused("syncs", "run", "main")
    activated = typed("syncs", "activate", "main")

    assert "its key was replaced" in shown
    assert code == 4
    assert "contactctl syncs activate main" in told
    assert activated.startswith("main is active")


def test_a_deleted_sync_comes_back_paused(house: House, typed: Typing) -> None:
    begun(house, typed, *DAILY)

    deleted = typed("syncs", "delete", "main")
    listed = typed.told("syncs", "list")
    back = typed("syncs", "undelete", "main")

    assert "contactctl syncs undelete main" in deleted
    assert listed == []
    assert back.startswith("main is paused")
    assert len(typed.told("contacts", "list", "--list", "customers")) == 3


@pytest.mark.parametrize("verb", ["pause", "resume"])
def test_a_draft_is_not_steered(typed: Typing, verb: str) -> None:
    """R51, R52: pause and resume are for what runs."""
    typed(*CREATE)

    assert typed.refused("syncs", verb, "main")[0] == 4
