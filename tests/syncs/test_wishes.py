"""What people want of syncs and runs, and who is told of it once it is true."""

from uuid import uuid4

import pytest

from contactd.domain.nouns import Schedule
from contactd.domain.refusals import Conflict, Invalid, NotFound, Stale
from contactd.domain.words import Mode, Recurrence, RunState, SyncState, Trigger
from contactd.engine.requests import Asking
from contactd.engine.syncs import readiness, syncs, wishes
from contactd.engine.syncs.syncs import attention
from contactd.host.catalog import Catalog
from contactd.store import sync_facts
from syncs.house import HOME, House
from syncs.memory import row

DAILY = Schedule(recurrence=Recurrence.DAILY, time="06:30", time_zone="UTC")


def state_of(house: House) -> SyncState:
    return syncs.get(house.parts, HOME, "main").sync.state


def test_initiating_starts_the_first_run_at_once(house: House) -> None:
    house.draft(schedule=DAILY)

    sync, run = wishes.initiate(house.parts, HOME, "main", by="ann")

    assert sync.state is SyncState.ACTIVE
    assert sync.next_run_at == house.clock.now + 66_600_000_000
    assert run is not None
    assert (run.trigger, run.mode, run.state) == (Trigger.FIRST, Mode.FULL, RunState.WAITING)
    assert house.told.woken == 1
    assert house.events()[-2:] == [
        ("sync_state_changed", "workspaces/default/syncs/main", "ann"),
        ("run_created", f"workspaces/default/syncs/main/runs/{run.id}", "ann"),
    ]


def test_initiating_once_means_never_by_itself_again(house: House) -> None:
    sync, _ = house.active()

    assert sync.next_run_at is None


def test_initiating_twice_is_refused(house: House) -> None:
    house.active()

    with pytest.raises(Conflict, match="not edited since; run it with `contactctl syncs run main`"):
        wishes.initiate(house.parts, HOME, "main", by="ann")


def test_the_same_request_to_initiate_gets_the_same_run(house: House) -> None:
    house.draft()
    asking = Asking(str(uuid4()), b"body")

    first = wishes.initiate(house.parts, HOME, "main", by="ann", asking=asking)
    again = wishes.initiate(house.parts, HOME, "main", by="ann", asking=asking)

    assert again == first


def test_a_limit_must_be_acknowledged(house: House) -> None:
    house.draft()
    house.change("UPDATE workspace SET contact_limit = 100")

    with pytest.raises(Invalid) as refused:
        wishes.initiate(house.parts, HOME, "main", by="ann")
    wishes.initiate(house.parts, HOME, "main", acknowledged=["contact_limit"], by="ann")

    assert [fault.field for fault in refused.value.faults] == ["acknowledged_warnings"]
    assert "this workspace may have 100 contacts" in refused.value.message
    assert state_of(house) is SyncState.ACTIVE


def test_a_warning_that_is_none_now_is_refused(house: House) -> None:
    house.draft()

    with pytest.raises(Invalid, match="there is no warning 'contact_limit' now"):
        wishes.initiate(house.parts, HOME, "main", acknowledged=["contact_limit"], by="ann")

    assert state_of(house) is SyncState.DRAFT


def test_all_that_keeps_a_sync_from_beginning_is_told_at_once(house: House) -> None:
    house.draft()
    house.change("UPDATE connection SET state = 'credential_invalid'")
    house.change("UPDATE mailing_list SET deleted_at = 1")

    checked = readiness.validate(house.parts, HOME, "main")

    assert [fault.field for fault in checked.faults] == ["sync.connection", "sync.list"]
    with pytest.raises(Invalid):
        wishes.initiate(house.parts, HOME, "main", by="ann")


def test_pausing_tells_the_run_to_look_at_its_wishes(house: House) -> None:
    _, run = house.active()

    paused, last = wishes.pause(house.parts, HOME, "main", by="ann")

    assert paused.state is SyncState.PAUSED
    assert last is not None
    assert last.state is RunState.WAITING
    assert house.told.stopped == [run.id]


def test_a_refused_wish_tells_nobody(house: House) -> None:
    house.active()

    with pytest.raises(Stale, match="the sync 'main' was changed since it was read; read it again and repeat"):
        wishes.pause(house.parts, HOME, "main", etag="1", by="ann")

    assert house.told.stopped == []
    assert state_of(house) is SyncState.ACTIVE


def test_a_resumed_sync_goes_on_with_its_waiting_run(house: House) -> None:
    _, run = house.active(schedule=DAILY)
    wishes.pause(house.parts, HOME, "main", by="ann")
    house.clock.pass_hours(48)

    resumed, last = wishes.resume(house.parts, HOME, "main", by="ann")

    assert resumed.state is SyncState.ACTIVE
    assert last is not None
    assert (last.id, last.waiting_reason) == (run.id, "slot")


def test_times_that_were_missed_while_paused_are_made_up_for_once(house: House) -> None:
    house.ran(schedule=DAILY)
    wishes.pause(house.parts, HOME, "main", by="ann")
    house.clock.pass_hours(72)

    resumed, last = wishes.resume(house.parts, HOME, "main", by="ann")

    assert last is not None
    assert (last.trigger, last.mode, last.state) == (Trigger.CATCH_UP, Mode.INCREMENTAL, RunState.WAITING)
    assert resumed.next_run_at is not None
    assert resumed.next_run_at > house.clock.now


def test_without_missed_times_nothing_is_made_up_for(house: House) -> None:
    _, run = house.ran(schedule=DAILY)
    wishes.pause(house.parts, HOME, "main", by="ann")

    _, last = wishes.resume(house.parts, HOME, "main", by="ann")

    assert last is not None
    assert last.id == run.id


def test_a_run_is_started_by_hand(house: House) -> None:
    house.ran(schedule=DAILY)

    run = wishes.run(house.parts, HOME, "main", Mode.SWEEP, by="ann")

    assert (run.trigger, run.mode, run.state) == (Trigger.MANUAL, Mode.SWEEP, RunState.WAITING)


def test_a_second_run_is_refused_while_one_is_live(house: House) -> None:
    _, run = house.active()

    with pytest.raises(Conflict, match=rf"has a run \({run.id}\) that is not over; watch it or cancel it"):
        wishes.run(house.parts, HOME, "main", Mode.FULL, by="ann")


def test_a_draft_is_not_run(house: House) -> None:
    house.draft()

    with pytest.raises(Conflict, match="is a draft; initiate it first with `contactctl syncs initiate main`"):
        wishes.run(house.parts, HOME, "main", Mode.FULL, by="ann")


def test_cancelling_a_waiting_run_ends_it(house: House) -> None:
    _, run = house.active()

    cancelled = wishes.cancel(house.parts, HOME, "main", run.id, by="ann")

    assert cancelled.state is RunState.CANCELLED
    assert [kind for kind, *_ in house.events()[-2:]] == ["run_cancelled", "run_cancel_asked"]
    with pytest.raises(Conflict, match="has ended already"):
        wishes.cancel(house.parts, HOME, "main", run.id, by="ann")


def test_a_run_that_is_carried_is_told_of_its_cancelling(house: House) -> None:
    _, run = house.active()
    house.change("UPDATE run SET state = 'running'")

    wishes.cancel(house.parts, HOME, "main", run.id, by="ann")

    assert house.told.stopped == [run.id]


def test_a_held_run_is_confirmed_or_rejected(house: House) -> None:
    _, run = house.active()
    house.change("UPDATE run SET state = 'held'")

    confirmed = wishes.confirm(house.parts, HOME, "-", run.id, by="ann")

    assert confirmed.state is RunState.WAITING
    with pytest.raises(Conflict, match="not held"):
        wishes.reject(house.parts, HOME, "-", run.id, by="ann")


def test_a_run_is_found_only_below_its_own_sync(house: House) -> None:
    _, run = house.active()

    with pytest.raises(NotFound, match=f"the sync 'other' has no run {run.id}"):
        wishes.cancel(house.parts, HOME, "other", run.id, by="ann")


@pytest.mark.parametrize(
    ("cause", "mark"),
    [
        ("UPDATE run SET state = 'held'", "held"),
        ("UPDATE mailing_list SET deleted_at = 1", "list_deleted"),
    ],
)
def test_what_wants_attention_is_computed_and_keeps_runs_back(house: House, cause: str, mark: str) -> None:
    house.ran()

    house.change(cause)

    assert syncs.get(house.parts, HOME, "main").sync.attention == (mark,)
    with pytest.raises(Conflict, match="the sync 'main' wants attention first"):
        wishes.run(house.parts, HOME, "main", Mode.FULL, by="ann")


def test_the_limit_wants_attention_as_long_as_it_is_met(house: House) -> None:
    house.memory.hold(row(1), row(2))
    house.ran()
    house.change("UPDATE sync SET limit_reached = 1")
    seen = []

    for limit in (2, 3, 0):
        house.change("UPDATE workspace SET contact_limit = ?", limit)
        seen.append(syncs.get(house.parts, HOME, "main").sync.attention)

    assert seen == [("limit",), (), ()]


def test_a_plugin_that_cannot_be_used_wants_attention(house: House) -> None:
    sync = house.draft()

    with house.parts.database.reading() as r:
        assert attention(Catalog([]), r, sync) == ("plugin_quarantined",)


def test_everything_that_wants_attention_has_a_remedy() -> None:
    assert set(readiness.ATTENTION) == {"plugin_quarantined", *sync_facts.ATTENTION}
