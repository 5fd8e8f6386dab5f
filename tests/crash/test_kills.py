"""kill -9 of a daemon at any instant: every page is committed once, and what runs goes on."""

from pathlib import Path
from random import Random

from crash.fleet import Zygote
from crash.killing import kill_again_and_again, scene_on
from fakes.postgres import Schemas


def test_a_daemon_that_is_killed_twenty_times_commits_every_page_once(born: Zygote, tmp_path: Path) -> None:
    with scene_on(born, tmp_path, f"sqlite://{tmp_path}/contactd.db", daemons=1, seed=1) as scene:
        kills = kill_again_and_again(scene, Random(2), lambda kills: kills < 20)

    assert kills == 20


def test_daemons_that_share_a_store_take_over_from_one_that_is_killed_twenty_times(
    born: Zygote, tmp_path: Path, postgres: Schemas
) -> None:
    with scene_on(born, tmp_path, postgres.take(), daemons=2, seed=1) as scene:
        kills = kill_again_and_again(scene, Random(3), lambda kills: kills < 20)
        workers = scene.eye.rows("SELECT 1 FROM procrastinate_workers")

    assert kills == 20
    assert workers
