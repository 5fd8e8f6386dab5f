"""Why a run waits and until when, as people see it."""

from itertools import product

import pytest

from contactd.domain.clock import SECOND
from contactd.domain.waiting import goes_on
from contactd.domain.words import SyncState, Trigger
from contactd.store import due
from setup.running import Typing
from syncs.house import House
from syncs.test_typed_setup import CREATE, DAILY

ASKED_TO_WAIT = "the source asked us to come back later"


def throttled(house: House, hours: int) -> None:
    """Let the run wait as one does whose source said when to come back."""
    house.change(
        "UPDATE run SET waiting_reason = 'throttled', waiting_message = ?, not_before = ?",
        ASKED_TO_WAIT,
        house.clock.now + hours * 3600 * SECOND,
    )


def waits(typed: Typing) -> tuple[str, str, str | None]:
    (run,) = typed.told("runs", "list", "main")
    return run["waiting_reason"], run["waiting_message"], run.get("waiting_until")


def test_a_run_tells_what_it_waits_for_now(house: House, typed: Typing) -> None:
    typed(*CREATE, *DAILY)
    typed("syncs", "initiate", "main")
    began = waits(typed)

    throttled(house, 2)
    asked = waits(typed)
    typed("syncs", "pause", "main")
    paused = waits(typed)
    typed("syncs", "resume", "main")
    resumed = waits(typed)
    house.clock.pass_hours(2)
    over = waits(typed)

    assert began == ("slot", "", None)
    assert asked == ("throttled", ASKED_TO_WAIT, "2026-03-09T14:00:00Z")
    assert paused == ("paused", "", None)
    assert resumed == asked
    assert over == ("slot", "", None)


def test_lists_and_pages_say_it_in_words(house: House, typed: Typing) -> None:
    typed(*CREATE, *DAILY)
    typed("syncs", "initiate", "main")
    turn = typed("runs", "list")
    throttled(house, 2)

    listed, shown, sync = typed("runs", "list"), typed("runs", "show", "1"), typed("syncs", "show", "main")

    assert "waiting: for its turn" in " ".join(turn.split())
    assert "waiting: the source allows no more calls now, until 2026-03-09" in " ".join(listed.split())
    assert "waiting: the source allows no more calls now, until 2026-03-09" in " ".join(sync.split())
    assert f"{ASKED_TO_WAIT}, until 2026-03-09" in shown


def test_a_run_of_a_sync_that_is_paused_waits_for_people_at_once(house: House, typed: Typing) -> None:
    typed(*CREATE, *DAILY)
    typed("syncs", "initiate", "main")

    typed("syncs", "pause", "main")

    with house.parts.database.reading() as r:
        assert due.anything(r) == (False, False)
    assert waits(typed) == ("paused", "", None)


def test_what_people_are_told_is_what_the_clock_goes_by(house: House) -> None:
    house.active()
    every = list(product(SyncState, Trigger))
    told = [goes_on(state, trigger) for state, trigger in every]

    carried = []
    for state, trigger in every:
        house.change("UPDATE sync SET state = ?", state)
        house.change("UPDATE run SET run_trigger = ?, waiting_reason = 'slot'", trigger)
        with house.parts.database.transaction() as tx:
            carried.append(not due.park(tx, 1))

    assert carried == told


@pytest.mark.parametrize("state", [SyncState.PAUSED, SyncState.INACTIVE])
def test_an_undo_is_told_to_go_on_whatever_its_sync_waits_for(state: SyncState) -> None:
    assert goes_on(state, Trigger.UNDO)
    assert not goes_on(state, Trigger.SCHEDULE)
