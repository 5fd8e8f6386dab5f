"""kill -9 of a daemon at any instant: every page is committed once, and what runs goes on."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from random import Random

import pytest

from crash.fleet import Fleet, Zygote
from crash.killing import kill_again_and_again
from crash.scene import Scene
from crash.told import install_told
from fakes.postgres import Schemas


@pytest.fixture
def scene(born: Zygote, tmp_path: Path) -> Iterator[Callable[..., Scene]]:
    """Give what makes a scene of three syncs on a store, whose daemons serve."""
    with ExitStack() as opened:

        def made(store: str, daemons: int) -> Scene:
            plugins = install_told(tmp_path / "plugins")
            fleet = opened.enter_context(Fleet(born, tmp_path, store, plugins, size=daemons))
            scene = Scene(fleet, Random(1), syncs=3, size=60, page_size=4, pause=0.004)
            opened.enter_context(closing(scene.eye))
            scene.set_up()
            return scene

        yield made


def test_a_daemon_that_is_killed_twenty_times_commits_every_page_once(
    scene: Callable[..., Scene], tmp_path: Path
) -> None:
    alone = scene(f"sqlite://{tmp_path}/contactd.db", 1)

    kills = kill_again_and_again(alone, Random(2), lambda kills: kills < 20)

    assert kills == 20


def test_daemons_that_share_a_store_take_over_from_one_that_is_killed(
    scene: Callable[..., Scene], postgres: Schemas
) -> None:
    store = postgres.take()
    shared = scene(store, 2)

    kills = kill_again_and_again(shared, Random(3), lambda kills: kills < 8)

    assert kills == 8
    assert shared.eye.rows("SELECT 1 FROM procrastinate_workers")
