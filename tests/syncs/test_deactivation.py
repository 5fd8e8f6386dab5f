"""Syncs that wait until a person activates each, and deleted ones that come back."""

import pytest

from contactd.domain.nouns import Schedule
from contactd.domain.refusals import Conflict
from contactd.domain.words import Mode, Recurrence, RunState, SyncState, Trigger
from contactd.engine.accounts import deactivation
from contactd.engine.syncs import activation, deletion, syncs, wishes
from contactd.store import notifications, workspaces
from syncs.house import HOME, House
from syncs.memory import row

DAILY = Schedule(recurrence=Recurrence.DAILY, time="06:30", time_zone="UTC")
REPLACED = "the credential of its connection was replaced"


def deactivate(house: House) -> tuple[str, ...]:
    sync = syncs.get(house.parts, HOME, "main").sync
    with house.parts.database.transaction() as tx:
        return deactivation.deactivate(house.parts, tx, sync.connection_id, REPLACED, by="bob")


def disconnect(house: House) -> tuple[str, ...]:
    sync = syncs.get(house.parts, HOME, "main").sync
    with house.parts.database.transaction() as tx:
        return deactivation.disconnect(house.parts, tx, sync.connection_id, by="bob")


def test_a_replaced_credential_makes_active_syncs_inactive_and_tells_people(house: House) -> None:
    house.ran(schedule=DAILY)

    moved = deactivate(house)

    sync, _ = syncs.get(house.parts, HOME, "main")
    assert (moved, sync.state, sync.inactive_reason) == (("main",), SyncState.INACTIVE, REPLACED)
    assert ("sync_state_changed", "workspaces/default/syncs/main", "bob") in house.events()
    with house.parts.database.reading() as r:
        newest = notifications.page(r, workspaces.get(r, HOME).id, limit=1)[0]
    assert newest.kind == "sync_deactivated"
    assert "contactctl syncs activate main" in newest.message


def test_a_paused_sync_stays_paused_when_its_credential_is_replaced(house: House) -> None:
    house.ran(schedule=DAILY)
    wishes.pause(house.parts, HOME, "main", by="ann")

    moved = deactivate(house)

    assert moved == ()
    assert syncs.get(house.parts, HOME, "main").sync.state is SyncState.PAUSED


def test_an_inactive_sync_runs_again_only_once_a_person_activates_it(house: House) -> None:
    house.ran(schedule=DAILY)
    deactivate(house)

    with pytest.raises(Conflict, match="contactctl syncs activate main"):
        wishes.run(house.parts, HOME, "main", Mode.FULL, by="ann")
    activated, _ = activation.activate(house.parts, HOME, "main", by="ann")

    assert (activated.state, activated.inactive_reason) == (SyncState.ACTIVE, "")
    assert activated.next_run_at is not None


def test_a_sync_is_activated_only_once_its_connection_can_be_read(house: House) -> None:
    house.ran()
    deactivate(house)
    house.change("UPDATE sync SET state = 'inactive'")
    house.change("UPDATE connection SET state = 'credential_invalid'")

    with pytest.raises(Conflict, match="authorize it again first"):
        activation.activate(house.parts, HOME, "main", by="ann")

    assert syncs.get(house.parts, HOME, "main").sync.state is SyncState.INACTIVE


def test_an_activated_sync_catches_up_with_what_it_missed(house: House) -> None:
    house.ran(schedule=DAILY)
    deactivate(house)
    house.clock.pass_hours(48)

    _, last = activation.activate(house.parts, HOME, "main", by="ann")

    assert last is not None
    assert (last.trigger, last.state) == (Trigger.CATCH_UP, RunState.WAITING)


def test_a_run_of_a_deactivated_sync_waits_and_goes_on_when_it_is_activated(house: House) -> None:
    house.memory.hold(row(1), row(2))
    _, run = house.active(schedule=DAILY)
    deactivate(house)

    _, last = activation.activate(house.parts, HOME, "main", by="ann")

    assert last is not None
    assert house.carry(run.id).state is RunState.SUCCEEDED


def test_a_disabled_integration_disconnects_its_syncs_and_cancels_their_runs(house: House) -> None:
    _, run = house.active(schedule=DAILY)

    moved = disconnect(house)

    assert moved == ("main",)
    assert syncs.get(house.parts, HOME, "main").sync.state is SyncState.DISCONNECTED
    assert house.run(run.id).state is RunState.CANCELLED


def test_a_sync_that_was_to_run_once_and_has_is_completed_when_it_is_activated(house: House) -> None:
    house.memory.hold(row(1))
    house.ran()
    disconnect(house)

    activated, last = activation.activate(house.parts, HOME, "main", by="ann")

    assert activated.state is SyncState.COMPLETED
    assert last is not None
    assert last.trigger is Trigger.FIRST


def test_a_deleted_sync_runs_no_more_and_comes_back_paused(house: House) -> None:
    _, run = house.active(schedule=DAILY)

    deleted, _ = deletion.delete(house.parts, HOME, "main", by="ann")
    back, _ = deletion.undelete(house.parts, HOME, "main", by="ann")

    assert (deleted.state, deleted.deleted_at) == (SyncState.DELETED, house.clock.now)
    assert house.run(run.id).state is RunState.CANCELLED
    assert (back.state, back.deleted_at) == (SyncState.PAUSED, None)


def test_a_deleted_draft_comes_back_as_a_draft(house: House) -> None:
    house.draft()
    deletion.delete(house.parts, HOME, "main", by="ann")

    back, _ = deletion.undelete(house.parts, HOME, "main", by="ann")

    assert back.state is SyncState.DRAFT


def test_a_sync_that_was_deleted_long_ago_does_not_come_back(house: House) -> None:
    house.draft()
    deletion.delete(house.parts, HOME, "main", by="ann")
    house.clock.pass_hours(30 * 24)

    with pytest.raises(Conflict, match="more than 30 days ago; make a new one"):
        deletion.undelete(house.parts, HOME, "main", by="ann")


def test_a_deleted_sync_is_in_no_list(house: House) -> None:
    sync = house.draft()
    deletion.delete(house.parts, HOME, "main", by="ann")

    with house.parts.database.reading() as r:
        listed = syncs.page(house.parts, r, sync.workspace_id, after="", limit=10)

    assert listed == []
