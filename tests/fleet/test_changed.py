"""Daemons whose store is changed under them end, each in good order, and go on from there once it is what it was."""

from pathlib import Path

from crash.fleet import Fleet, Zygote
from crash.told import install_told
from fleet.conftest import Sets


def test_daemons_of_every_role_end_when_their_store_is_changed_under_them(several: Sets) -> None:
    scene = several("control", "worker", "all")
    scene.begin()
    scene.wait_for_runs(1)
    scene.alter("ALTER TABLE sync RENAME TO sunk")

    codes = [daemon.ended() for daemon in scene.daemons]

    assert codes == [78, 78, 78]
    for daemon in scene.daemons:
        (said,) = scene.said(daemon, "store_changed")
        assert "it has no table 'sync' any more" in said["because"]
        assert daemon.last_words().splitlines()[-1].startswith("contactd: the store 'postgresql://")
        assert [line for line in daemon.lines() if '"error"' in line and "store_changed" not in line] == []
    scene.alter("ALTER TABLE sunk RENAME TO sync")
    for daemon in scene.daemons[:2]:
        daemon.start()
    scene.wait_until_over()
    scene.check_over()


def test_a_daemon_whose_file_is_taken_away_ends(born: Zygote, tmp_path: Path) -> None:
    file = tmp_path / "contactd.db"
    with Fleet(born, tmp_path, f"sqlite://{file}", install_told(tmp_path / "plugins"), size=0) as fleet:
        alone = fleet.add()
        alone.start()

        file.rename(tmp_path / "away.db")

        assert alone.ended() == 78
        assert "its file was taken away" in alone.last_words()
