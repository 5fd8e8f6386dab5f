"""Clocks that jump, days on which they are changed, and a day of downtime: by a daemon whose clock is set."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from crash.clocks import Clock
from crash.fleet import Fleet, Zygote, until, zygote
from crash.planted import CODE, End
from crash.scene import Scene
from crash.situations import BY_THE_CLOCK
from crash.told import install_told

pytestmark = pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler to make a clock with")


@pytest.fixture(scope="module")
def clock(tmp_path_factory: pytest.TempPathFactory) -> Clock:
    return Clock(tmp_path_factory.mktemp("clock"))


@pytest.fixture(scope="module")
def born(clock: Clock) -> Iterator[Zygote]:
    """Give what daemons are forked of that go by the clock."""
    with zygote(clock.environ) as made:
        yield made


@pytest.fixture
def scene(born: Zygote, clock: Clock, tmp_path: Path) -> Iterator[Scene]:
    """Give three syncs that are not begun; it is the evening before the clocks of Brussels go forward."""
    clock.is_now("2027-03-27T20:00:00+00:00")
    plugins = install_told(tmp_path / "plugins")
    with Fleet(born, tmp_path, f"sqlite://{tmp_path}/contactd.db", plugins) as fleet:
        scene = Scene(fleet, Random(1), syncs=3, size=3, page_size=4, pause=0.0)
        with closing(scene.eye):
            scene.set_up()
            yield scene


def recurs(scene: Scene, sync: int, how: str) -> None:
    """Let a sync recur, and have run for the first time."""
    scene.ctl(f"syncs edit sync-{sync} --zone Europe/Brussels --no-sweep {how}")
    initiate(scene, sync)


def initiate(scene: Scene, sync: int) -> None:
    scene.ctl(f"syncs initiate sync-{sync} --yes")
    scene.wait_until_over()


def history(scene: Scene, sync: int) -> list[str]:
    """Tell why each run of a sync was made, and for when, in UTC."""
    found = scene.eye.rows(f"SELECT run_trigger, scheduled_for FROM run WHERE sync_id = {sync} ORDER BY id")
    return [f"{trigger} {datetime.fromtimestamp(at / 1_000_000, UTC):%Y-%m-%d %H:%M}" for trigger, at in found]


def let_it_look(scene: Scene) -> None:
    """Let the daemon look at the clock once more: sync 3, which never recurs, is run by the tick that does so."""
    scene.ctl("syncs run sync-3")
    scene.wait_until_over()


def at(scene: Scene, clock: Clock, *moments: str) -> None:
    """Let it be one moment after the other, and the daemon look at each."""
    for moment in moments:
        clock.is_now(f"{moment}+00:00")
        let_it_look(scene)


def test_a_daily_sync_runs_once_on_each_day_on_which_clocks_are_changed(scene: Scene, clock: Clock) -> None:
    initiate(scene, 3)
    recurs(scene, 1, "--daily 02:30")

    # 02:30 does not exist on 28 March, and comes twice on 31 October.
    at(scene, clock, "2027-03-28T01:00:01", "2027-03-28T01:30:01", "2027-03-29T00:30:01")
    at(scene, clock, "2027-10-30T12:00:00", "2027-10-31T00:30:01", "2027-10-31T01:30:01", "2027-11-01T01:30:01")

    assert history(scene, 1) == [
        "first 2027-03-27 20:00",
        "schedule 2027-03-28 01:00",
        "schedule 2027-03-29 00:30",
        "catch_up 2027-03-30 00:30",
        "schedule 2027-10-31 00:30",
        "schedule 2027-11-01 01:30",
    ]


def test_a_clock_that_jumps_an_hour_ahead_and_back_runs_a_sync_once(scene: Scene, clock: Clock) -> None:
    initiate(scene, 3)
    recurs(scene, 1, "--daily 21:30")

    at(scene, clock, "2027-03-27T21:00:00", "2027-03-27T20:00:30", "2027-03-27T20:30:01", "2027-03-28T19:30:01")

    assert history(scene, 1) == [
        "first 2027-03-27 20:00",
        "catch_up 2027-03-27 20:30",
        "schedule 2027-03-28 19:30",
    ]


def test_a_day_without_a_daemon_is_made_up_for_once_or_dropped_as_each_sync_says(scene: Scene, clock: Clock) -> None:
    initiate(scene, 3)
    recurs(scene, 1, "--cron '0 * * * *' --misfire run-once")
    recurs(scene, 2, "--cron '0 * * * *' --misfire skip")

    scene.daemons[0].stop()
    clock.is_now("2027-03-28T20:10:00+00:00")
    scene.daemons[0].start()
    let_it_look(scene)
    at(scene, clock, "2027-03-28T21:00:01")

    assert history(scene, 1) == [
        "first 2027-03-27 20:00",
        "catch_up 2027-03-27 21:00",
        "schedule 2027-03-28 21:00",
    ]
    assert history(scene, 2) == ["first 2027-03-27 20:00", "schedule 2027-03-28 21:00"]


def test_a_clock_that_goes_an_hour_back_keeps_no_run_waiting_though_the_daemon_ends_at_that(
    scene: Scene, clock: Clock
) -> None:
    initiate(scene, 1)
    (daemon,) = scene.daemons
    trouble = scene.syncs[0].place / "trouble"
    trouble.write_text("unavailable")
    daemon.kill()
    daemon.begin(End(BY_THE_CLOCK, committed=False))
    scene.ctl("syncs run sync-1 --full")
    for _ in until("a run that waits"):
        if scene.eye.rows("SELECT 1 FROM run WHERE waiting_reason = 'source_away'"):
            break

    clock.is_now("2027-03-27T19:00:00+00:00")
    trouble.unlink()
    ends = [daemon.ended()]
    daemon.begin(End(BY_THE_CLOCK, committed=True))
    ends.append(daemon.ended())
    daemon.start()
    scene.wait_until_over()

    assert ends == [CODE, CODE]
    scene.check()
