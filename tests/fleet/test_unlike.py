"""Daemons that are not alike: one has another key, or not every plugin."""

from pathlib import Path

import pytest

from fleet.conftest import Sets


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
