"""kill -9 of the daemon at any instant: every page is committed once, and what runs goes on."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from crash.fleet import Fleet, Zygote
from crash.killing import kill_again_and_again
from crash.scene import Scene
from crash.told import install_told


@pytest.fixture
def scene(born: Zygote, tmp_path: Path) -> Iterator[Scene]:
    plugins = install_told(tmp_path / "plugins")
    with Fleet(born, tmp_path, f"sqlite://{tmp_path}/contactd.db", plugins) as fleet:
        scene = Scene(fleet, Random(1), syncs=3, size=60, page_size=4, pause=0.004)
        scene.daemon.start()
        scene.set_up()
        yield scene


def test_a_daemon_that_is_killed_twenty_times_commits_every_page_once(scene: Scene) -> None:
    kills = kill_again_and_again(scene, Random(2), lambda kills: kills < 20)

    assert kills == 20
