"""When a sync runs, as a person says it and sees it."""

from datetime import UTC, datetime

import pytest

from contactd.domain.clock import micros
from contactd.engine.syncs import wishes
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


def test_the_next_times_are_shown_on_the_clocks_of_the_zone(house: House, typed: Typing) -> None:
    """The clocks skip 02:30 on 29 March, and what is due then is due at 03:00."""
    house.clock.now = micros(datetime(2026, 3, 27, 12, tzinfo=UTC))
    typed(*CREATE, "--daily", "02:30", "--sweep-weekly", "mon", "02:30", "--zone", "Europe/Brussels")
    typed("syncs", "initiate", "main")

    told = typed.told("syncs", "upcoming", "main", "--limit", "3")
    shown = typed("syncs", "upcoming")

    assert [(one["time"], one["local_time"], one["mode"]) for one in told] == [
        ("2026-03-28T01:30:00Z", "2026-03-28T02:30:00+01:00", "RUN_MODE_INCREMENTAL"),
        ("2026-03-29T01:00:00Z", "2026-03-29T03:00:00+02:00", "RUN_MODE_INCREMENTAL"),
        ("2026-03-30T00:30:00Z", "2026-03-30T02:30:00+02:00", "RUN_MODE_SWEEP"),
    ]
    assert "Sun 2026-03-29 03:00 +02:00" in shown
    assert shown.count("Europe/Brussels") == 10


def test_the_next_times_of_a_workspace_are_those_of_all_its_syncs(typed: Typing) -> None:
    for name, line, zone in (("main", "0 */8 * * *", "UTC"), ("far", "0 4 * * *", "Asia/Kathmandu")):
        typed("syncs", "create", name, *CREATE[3:], "--cron", line, "--zone", zone)
        typed("syncs", "initiate", name)

    told = typed.told("syncs", "upcoming", "--limit", "4")

    assert [(one["sync"].rpartition("/")[2], one["time"], one["time_zone"]) for one in told] == [
        ("main", "2026-03-09T16:00:00Z", "UTC"),
        ("far", "2026-03-09T22:15:00Z", "Asia/Kathmandu"),
        ("main", "2026-03-10T00:00:00Z", "UTC"),
        ("main", "2026-03-10T08:00:00Z", "UTC"),
    ]


def test_times_go_along_with_what_people_want(house: House, typed: Typing) -> None:
    """Edited, paused and resumed while it runs: each time it is due anew, by the rules that count then."""
    typed(*CREATE, *DAILY)
    typed("syncs", "initiate", "main")

    def next_time() -> list[str]:
        return [one["time"] for one in typed.told("syncs", "upcoming", "main", "--limit", "1")]

    begun = next_time()
    typed("syncs", "edit", "main", "--weekly", "thu", "06:30", "--zone", "America/New_York")
    edited = next_time()
    typed("syncs", "pause", "main")
    paused, said = next_time(), typed("syncs", "upcoming", "main")
    house.clock.pass_hours(7 * 24)
    typed("syncs", "resume", "main")
    resumed = next_time()

    assert begun == ["2026-03-10T05:30:00Z"]
    assert edited == ["2026-03-12T10:30:00Z"]
    assert paused == []
    assert "nothing is due: a sync runs by itself when it is active and recurs" in said
    assert resumed == ["2026-03-19T10:30:00Z"]


def test_what_wants_attention_stands_beside_the_times(typed: Typing) -> None:
    typed(*CREATE, *DAILY)
    typed("syncs", "initiate", "main")
    typed("lists", "delete", "customers")

    (told,) = typed.told("syncs", "upcoming", "main", "--limit", "1")

    assert told["attention"] == ["list_deleted"]


def test_a_sync_whose_source_cannot_tell_deletions_is_swept_weekly_where_nobody_says(typed: Typing) -> None:
    made = typed.told(*CREATE, *DAILY)

    edited = typed.told("syncs", "edit", "main", "--daily", "07:30", "--zone", "UTC")
    once = typed.told("syncs", "edit", "main", "--once")

    swept = {one: made["sweep_schedule"][one] for one in ("recurrence", "weekday")}
    assert swept == {"recurrence": "RECURRENCE_WEEKLY", "weekday": 7}
    assert made["sweep_schedule"]["time"] == made["schedule"]["time"]
    assert edited["sweep_schedule"]["time"] == "07:30"
    assert once["sweep_schedule"]["recurrence"] == "RECURRENCE_ONCE"


def test_a_sync_that_begins_to_recur_is_swept_weekly_where_nobody_says(typed: Typing) -> None:
    typed(*CREATE)
    described = typed.told("syncs", "edit", "main", "--description", "Once")

    recurring = typed.told("syncs", "edit", "main", *DAILY)
    typed("syncs", "edit", "main", "--once")
    let_be = typed.told("syncs", "edit", "main", *DAILY, "--no-sweep")

    made = [sync["sweep_schedule"]["recurrence"] for sync in (described, recurring, let_be)]
    assert made == ["RECURRENCE_ONCE", "RECURRENCE_WEEKLY", "RECURRENCE_ONCE"]


def test_nobody_needs_to_be_swept(typed: Typing) -> None:
    made = typed.told(*CREATE, *DAILY, "--no-sweep")
    edited = typed.told("syncs", "edit", "main", "--daily", "07:30", "--zone", "UTC")
    code, told = typed.refused(*CREATE, *DAILY, "--no-sweep", "--sweep-daily", "03:00")

    assert made["sweep_schedule"]["recurrence"] == edited["sweep_schedule"]["recurrence"] == "RECURRENCE_ONCE"
    assert (code, "--no-sweep and --sweep-daily" in told) == (2, True)
