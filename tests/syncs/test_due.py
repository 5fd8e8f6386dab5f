"""What the clock makes of syncs that are due: runs, sweeps and dropped times."""

from functools import partial

import pytest

from contactd.domain.nouns import Run, Schedule, Sync
from contactd.domain.words import Mode, Recurrence, SyncState, Trigger
from contactd.engine.schedule.scheduler import make_due
from contactd.engine.syncs import syncs, wishes
from contactd.host.catalog import Catalog
from syncs.house import HOME, House
from syncs.memory import row

DAILY = Schedule(recurrence=Recurrence.DAILY, time="06:30", time_zone="UTC")
WEEKLY = Schedule(recurrence=Recurrence.WEEKLY, time="03:00", time_zone="UTC", weekday=2)


def tick(house: House, catalog: Catalog | None = None) -> tuple[Sync, Run]:
    """Let the clock look once; give the sync `main` and its newest run then."""
    make_due(house.parts.database, partial(syncs.attention, catalog or house.parts.catalog))
    sync, last = syncs.get(house.parts, HOME, "main")
    assert last is not None
    return sync, last


def test_a_due_sync_gets_an_incremental_run_and_its_next_time(house: House) -> None:
    house.memory.hold(row(1))
    first, _ = house.ran(schedule=DAILY)
    assert first.next_run_at is not None
    house.clock.now = first.next_run_at

    sync, last = tick(house)

    assert (last.trigger, last.mode) == (Trigger.SCHEDULE, Mode.INCREMENTAL)
    assert sync.next_run_at == first.next_run_at + 24 * 3600 * 1_000_000


def test_a_sync_is_swept_when_its_sweep_is_due(house: House) -> None:
    house.memory.hold(row(1))
    first, _ = house.ran(schedule=DAILY, sweep_schedule=WEEKLY)
    assert first.next_run_at == first.next_sweep_at
    house.clock.now = first.next_run_at or 0

    sync, last = tick(house)

    assert (last.trigger, last.mode) == (Trigger.SCHEDULE, Mode.SWEEP)
    assert sync.next_sweep_at is not None
    assert sync.next_run_at is not None
    assert sync.next_run_at < sync.next_sweep_at


def test_a_slot_that_comes_while_a_run_is_live_is_dropped_and_noted(house: House) -> None:
    first, run = house.active(schedule=DAILY)
    house.clock.now = first.next_run_at or 0

    sync, last = tick(house)

    assert last.id == run.id
    assert sync.dropped_slots == 1
    assert ("slot_dropped", "workspaces/default/syncs/main", "scheduler") in house.events()


@pytest.mark.parametrize("cause", ["list_deleted", "lawful_basis_missing"])
def test_a_sync_that_wants_attention_is_not_started(house: House, cause: str) -> None:
    house.memory.hold(row(1))
    first, run = house.ran(schedule=DAILY)
    if cause == "list_deleted":
        house.change("UPDATE mailing_list SET deleted_at = 1")
    else:
        house.change("UPDATE workspace SET gdpr_enabled = 1")
    house.clock.now = first.next_run_at or 0

    sync, last = tick(house)

    assert last.id == run.id
    assert sync.attention == (cause,)
    assert sync.dropped_slots == 1
    assert sync.next_run_at is not None
    assert sync.next_run_at > house.clock.now


def test_a_sync_whose_plugin_is_quarantined_is_not_started(house: House) -> None:
    house.memory.hold(row(1))
    first, run = house.ran(schedule=DAILY)
    house.clock.now = first.next_run_at or 0

    _, last = tick(house, Catalog([]))

    assert last.id == run.id


def test_a_sync_that_cannot_be_started_keeps_no_other_waiting(house: House) -> None:
    house.memory.hold(row(1))
    house.ran(schedule=DAILY, name="broken")
    first, _ = house.ran(schedule=DAILY)
    house.change("UPDATE sync SET schedule = replace(schedule, 'UTC', 'Europe/Atlantis') WHERE name = 'broken'")
    house.clock.now = first.next_run_at or 0

    _, last = tick(house)

    assert last.trigger is Trigger.SCHEDULE
    broken, _ = syncs.get(house.parts, HOME, "broken")
    assert broken.next_run_at is not None
    assert broken.next_run_at > house.clock.now


def test_a_resumed_sync_that_wants_attention_does_not_catch_up(house: House) -> None:
    house.memory.hold(row(1))
    _, run = house.ran(schedule=DAILY)
    wishes.pause(house.parts, HOME, "main", by="ann")
    house.clock.pass_hours(48)
    house.change("UPDATE mailing_list SET deleted_at = 1")

    resumed, last = wishes.resume(house.parts, HOME, "main", by="ann")

    assert resumed.state is SyncState.ACTIVE
    assert last is not None
    assert last.id == run.id


def test_a_sync_whose_topic_was_deleted_wants_attention(house: House) -> None:
    house.change("INSERT INTO topic (id, workspace_id, name, title, created_at) VALUES (1, 1, 'news', 'News', 0)")
    house.change("INSERT INTO topic (id, workspace_id, name, title, created_at) VALUES (2, 1, 'offers', 'Offers', 0)")
    house.draft(topics=("news",))

    house.change("UPDATE topic SET deleted_at = 1 WHERE name = 'news'")

    assert syncs.get(house.parts, HOME, "main").sync.attention == ("topic_deleted",)


def test_the_clock_leaves_syncs_alone_that_are_not_due(house: House) -> None:
    house.memory.hold(row(1))
    _, run = house.ran(schedule=DAILY)

    _, last = tick(house)

    assert last.id == run.id
