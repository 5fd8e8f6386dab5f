"""Daemons that are not alike: one has another key, not every plugin, or another time of day."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crash.clocks import Clock
from crash.fleet import Fleet, Zygote, zygote
from fleet.conftest import Sets

#: The server's clock, as the store keeps it.
NOW = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"


def test_a_daemon_with_another_key_is_refused_and_harms_nobody(several: Sets) -> None:
    scene = several("all")
    other = scene.fleet.add()
    key = other.folder / "store.key"
    key.write_bytes(bytes([1] * 32))
    key.chmod(0o400)
    other.config.write_text(other.config.read_text().replace(str(scene.fleet.folder / "store.key"), str(key)))

    with pytest.raises(SystemExit, match="this store was made with another key; start contactd with that one"):
        other.start()

    assert other.ended() == 78
    scene.begin()
    scene.wait_until_over()
    scene.check_over()


@pytest.mark.parametrize("role", ["control", "worker"])
def test_a_daemon_alone_on_a_file_does_all_of_the_work_or_is_refused(born: Zygote, tmp_path: Path, role: str) -> None:
    with Fleet(born, tmp_path, f"sqlite://{tmp_path}/contactd.db", tmp_path, size=0) as fleet:
        alone = fleet.add(role)

        with pytest.raises(
            SystemExit, match=f"--role: '{role}' is for a daemon that shares its store .* leave --role out"
        ):
            alone.start()

        assert alone.ended() == 78


def test_a_daemon_without_the_plugin_leaves_its_runs_and_their_times_to_one_that_has_it(
    several: Sets, tmp_path: Path
) -> None:
    scene = several("control")
    (tmp_path / "none").mkdir()
    without, having = scene.fleet.add("worker", plugins=tmp_path / "none"), scene.fleet.add("worker")
    without.start()
    scene.ctl("syncs edit sync-1 --daily 03:00 --zone UTC")
    scene.begin()
    having.start()
    scene.wait_until_over()
    scene.daemons[0].stop()
    scene.alter("UPDATE sync SET next_run_at = 1")
    scene.wait(lambda: len(scene.eye.rows("SELECT 1 FROM run WHERE state = 'succeeded'")) == 2, "the run of the clock")

    assert scene.eye.rows("SELECT skipped_slots FROM sync") == [(0,)]
    assert scene.said(without, "run_begun") == []
    scene.check()


@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler to make a clock with")
def test_a_daemon_whose_machine_is_an_hour_ahead_goes_by_the_clock_of_the_server(several: Sets, tmp_path: Path) -> None:
    scene = several("control")
    clock = Clock(tmp_path)
    clock.is_now(f"{datetime.now(UTC) + timedelta(hours=1)}")
    scene.ctl("syncs edit sync-1 --daily 03:00 --zone UTC")
    with zygote(clock.environ, hasty=True) as born:
        ahead = scene.fleet.add("worker")
        ahead.zygote = born
        ahead.start()
        scene.begin()
        # Due in half an hour: by the time of that machine, it would be late already.
        scene.alter(f"UPDATE sync SET next_run_at = {NOW} + 1800000000 WHERE next_run_at IS NOT NULL")
        scene.wait_until_over()
        ahead.stop()

    (begun,) = scene.said(ahead, "run_begun")
    assert datetime.fromisoformat(begun["time"]) > datetime.now(UTC) + timedelta(minutes=30)
    assert scene.eye.rows(f"SELECT count(*) FROM run WHERE started_at <= finished_at AND finished_at <= {NOW}") == [
        (1,)
    ]
    assert scene.eye.rows("SELECT count(*) FROM run") == [(1,)]
    scene.check_over()
