"""Why a run waits, as it is now, and how long it waits after a fault."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from contactd.domain.clock import SECOND
from contactd.domain.waiting import Waits, goes_on, nobody_for, patience, told
from contactd.domain.words import SyncState, Trigger, Waiting
from fakes.daemons import daemon

RETRY = Waits("retry", "The source did not answer.", 9)


@pytest.mark.parametrize("trigger", Trigger)
@pytest.mark.parametrize("sync", SyncState)
def test_a_run_goes_on_where_its_sync_does_or_a_person_asked_for_it(sync: SyncState, trigger: Trigger) -> None:
    asked = trigger is Trigger.MANUAL and sync is SyncState.COMPLETED

    assert goes_on(sync, trigger) is (sync is SyncState.ACTIVE or trigger is Trigger.UNDO or asked)


@pytest.mark.parametrize(
    ("stored", "sync", "why"),
    [
        (RETRY, SyncState.ACTIVE, RETRY),
        (RETRY._replace(until=8), SyncState.ACTIVE, Waits(Waiting.SLOT, "", 0)),
        (RETRY._replace(until=7), SyncState.ACTIVE, Waits(Waiting.SLOT, "", 0)),
        (RETRY._replace(until=0), SyncState.ACTIVE, RETRY._replace(until=0)),
        (RETRY._replace(until=1), SyncState.ACTIVE, Waits(Waiting.SLOT, "", 0)),
        (RETRY, SyncState.PAUSED, Waits(Waiting.PAUSED, "", 0)),
    ],
)
def test_a_run_waits_for_what_is_still_to_come(stored: Waits, sync: SyncState, why: Waits) -> None:
    assert told(stored, now=8, sync=sync, trigger=Trigger.SCHEDULE) == why


def test_a_run_that_no_daemon_can_carry_waits_for_one_unless_it_waits_for_people() -> None:
    active = told(RETRY, now=8, sync=SyncState.ACTIVE, trigger=Trigger.SCHEDULE, nobody="Nobody has it.")
    paused = told(RETRY, now=8, sync=SyncState.PAUSED, trigger=Trigger.SCHEDULE, nobody="Nobody has it.")

    assert active == Waits(Waiting.DAEMON_AWAY, "Nobody has it.", 0)
    assert paused == Waits(Waiting.PAUSED, "", 0)


@pytest.mark.parametrize("role", ["all", "worker"])
def test_a_run_can_be_carried_by_whoever_is_there_and_has_its_kind(role: str) -> None:
    assert nobody_for("told", [daemon(1, "control"), daemon(2, role, "acme", "told")]) == ""


def test_it_is_said_what_is_missing_of_daemons() -> None:
    away = daemon(9, "worker", "told", there=False)

    without = nobody_for("told", [daemon(1, "control", "told"), daemon(2, "worker", "acme"), away])
    none = nobody_for("told", [daemon(1, "control", "told"), away])
    unknown = nobody_for("told", [away])

    assert without.startswith("no daemon that carries runs has the plugin for 'told'; install it beside one")
    assert none.startswith("no daemon that carries runs is there; start one")
    assert unknown == ""


@settings(derandomize=True, database=None, deadline=None)
@given(some.integers(1, 10_000), some.floats(0, 1))
def test_waits_grow_up_to_an_hour_and_are_spread_over_half_of_that(failures: int, luck: float) -> None:
    longest, shortest = patience(failures, 1), patience(failures, 0)

    assert shortest <= patience(failures, luck) <= longest <= 3600 * SECOND
    assert shortest * 2 == longest
    assert longest == min(5 * SECOND * 2 ** (failures - 1), 3600 * SECOND)
