"""When a sync runs, as a person says it and sees it."""

import pytest

from contactd.engine import wishes
from setup.running import Typing
from syncs.house import HOME, House
from syncs.test_typed_setup import CREATE, DAILY


@pytest.fixture
def store_url(either_store: str) -> str:
    """Try all of it on both kinds of store."""
    return either_store


def test_what_becomes_of_missed_times_is_said_and_said_otherwise(typed: Typing) -> None:
    made = typed.told(*CREATE, *DAILY)
    assert (made["misfire"], made["misfire_grace"]) == ("MISFIRE_RUN_ONCE", "60s")

    edited = typed.told("syncs", "edit", "main", "--misfire", "skip", "--misfire-grace", "15m")
    shown = typed("syncs", "show", "main")

    assert (edited["misfire"], edited["misfire_grace"]) == ("MISFIRE_SKIP", "900s")
    assert "are dropped; one is missed after 15 minutes" in shown
    assert edited["schedule"] == made["schedule"]


def test_a_grace_of_more_than_a_day_is_refused(typed: Typing) -> None:
    code, told = typed.refused(*CREATE, *DAILY, "--misfire-grace", "25h")

    assert code == 1
    assert "sync.misfire_grace" in told
    assert "the grace for missed times is 90000 seconds; give at most a day" in told


def test_times_that_were_missed_while_paused_are_dropped_where_that_is_wanted(house: House, typed: Typing) -> None:
    typed(*CREATE, *DAILY, "--misfire", "skip")
    typed("syncs", "initiate", "main")
    run = wishes.cancel(house.parts, HOME, "-", 1, by="ann")
    typed("syncs", "pause", "main")
    house.clock.pass_hours(48)

    typed("syncs", "resume", "main")

    shown = typed.told("syncs", "show", "main")
    assert [one["name"].rpartition("/")[2] for one in shown["runs"]] == [str(run.id)]
    assert shown["dropped_slots"] == "1"
    assert shown["next_run_time"] == "2026-03-12T05:30:00Z"
