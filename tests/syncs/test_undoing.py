"""Asking for a run to be taken back: what it begins, what it pauses, and what is refused."""

import uuid

import pytest

from contactd.domain.nouns import Schedule
from contactd.domain.refusals import Conflict, NotFound
from contactd.domain.words import Recurrence, RunState, SyncState, Trigger
from contactd.engine.syncs import wishes
from contactd.store import due
from contactd_proto.v1 import run_pb2
from syncs.desk import NAME, Desk
from syncs.house import HOME, House
from syncs.memory import row

DAILY = Schedule(recurrence=Recurrence.DAILY, time="06:30", time_zone="UTC")


def undo(house: House, number: int, *, keep_running: bool = False) -> int:
    return wishes.undo(house.parts, HOME, "main", number, keep_running=keep_running, by="ann").id


def state(house: House) -> str:
    with house.parts.database.reading() as r:
        return str(r.fast("SELECT state FROM sync")[0][0])


def test_an_undo_is_a_run_of_its_own_and_pauses_the_sync(house: House) -> None:
    house.memory.hold(row(1), row(2))
    house.ran(schedule=DAILY)

    undone = house.carry(undo(house, 1))

    assert (undone.trigger, undone.undoes, undone.state) == (Trigger.UNDO, 1, RunState.SUCCEEDED)
    assert undone.counts.total == undone.expected_total == 2
    assert state(house) == SyncState.PAUSED
    assert ("run_created", "workspaces/default/syncs/main/runs/2", "ann") in house.events()


def test_an_undo_leaves_the_sync_running_when_asked_to(house: House) -> None:
    house.memory.hold(row(1))
    house.ran(schedule=DAILY)

    undo(house, 1, keep_running=True)

    assert state(house) == SyncState.ACTIVE


def test_an_undo_is_carried_although_its_sync_is_paused(house: House) -> None:
    house.memory.hold(row(1))
    house.ran(schedule=DAILY)
    number = undo(house, 1)

    with house.parts.database.transaction() as tx:
        following = due.first_of(tx, workspace=1, full=())

    assert following is not None
    assert following.run == number


def test_a_notification_says_how_much_was_taken_back_and_kept(house: House) -> None:
    house.memory.hold(row(1), row(2))
    house.ran(schedule=DAILY)
    house.change("UPDATE contact SET touched_run = NULL WHERE email = 'person1@example.com'")

    house.carry(undo(house, 1))

    with house.parts.database.reading() as r:
        message = r.fast("SELECT message FROM notification ORDER BY id DESC LIMIT 1")[0][0]
    assert message == (
        "The run 1 of 'main' is undone: 1 of its changes were taken back, 1 kept; `contactctl runs diff 2` shows them."
    )


def test_a_run_that_is_not_over_is_not_undone(house: House) -> None:
    house.active()

    with pytest.raises(Conflict, match="the run 1 is not over yet") as refused:
        undo(house, 1)

    assert refused.value.reason == "RUN_LIVE"


def test_a_run_that_never_began_is_not_undone(house: House) -> None:
    house.active()
    wishes.cancel(house.parts, HOME, "main", 1, by="ann")

    with pytest.raises(Conflict, match="the run 1 never began, so there is nothing to undo"):
        undo(house, 1)


def test_an_undo_is_not_undone(house: House) -> None:
    house.memory.hold(row(1))
    house.ran(schedule=DAILY)
    house.carry(undo(house, 1))

    with pytest.raises(Conflict, match=r"the run 2 is an undo itself; .* `contactctl syncs run main --full`"):
        undo(house, 2)


def test_a_run_is_undone_once(house: House) -> None:
    house.memory.hold(row(1))
    house.ran(schedule=DAILY)
    house.carry(undo(house, 1))

    with pytest.raises(Conflict, match="the run 1 was undone already, by the run 2"):
        undo(house, 1)


def test_a_run_whose_ledger_was_pruned_is_not_undone(house: House) -> None:
    house.memory.hold(row(1))
    house.ran(schedule=DAILY)
    house.change("UPDATE run SET pruned_at = 1")

    with pytest.raises(Conflict, match=r"what the run 1 did to whom is not kept any more, .*\[retention\]"):
        undo(house, 1)


def test_a_run_of_another_sync_is_not_found(house: House) -> None:
    house.memory.hold(row(1))
    house.ran(schedule=DAILY)

    with pytest.raises(NotFound, match="the sync 'other' has no run 1"):
        wishes.undo(house.parts, HOME, "other", 1, by="ann")


def test_a_request_to_undo_that_is_repeated_begins_one_run(house: House, desk: Desk) -> None:
    house.memory.hold(row(1))
    house.ran(schedule=DAILY)
    request = run_pb2.UndoRunRequest(name=f"{NAME}/runs/1", request_id=str(uuid.uuid4()))

    first = desk.ask(lambda: desk.runs.UndoRun(request, None))
    second = desk.ask(lambda: desk.runs.UndoRun(request, None))

    assert first == second
    assert (first.undoes, first.trigger) == (f"{NAME}/runs/1", run_pb2.Run.TRIGGER_UNDO)


def test_after_an_undo_the_next_increment_reads_with_the_mapping_that_was_read_with_before(house: House) -> None:
    house.memory.hold(row(1))
    house.ran(schedule=DAILY)
    house.carry(undo(house, 1, keep_running=True))

    with house.parts.database.reading() as r:
        versions = r.fast("SELECT mapping_version, window_since FROM run ORDER BY id")

    assert versions[1][0] == versions[0][0]
