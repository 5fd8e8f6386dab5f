"""kill -9 at instants that a seed chooses, again and again, while several syncs read."""

from collections.abc import Callable
from random import Random

from crash.fleet import until
from crash.scene import Scene

#: A daemon is ended when so much more has happened, at most: about what the pages of three runs make.
_FURTHEST = 40


def kill_again_and_again(scene: Scene, rng: Random, more: Callable[[int], bool]) -> int:
    """End the daemon that serves *scene* for as long as there are *more*; tell how often it was ended.

    After each end the store is looked at, whether what ran went on from where it was, and whenever all runs are over
    what came of them.
    """
    kills = 0
    left: dict[int, str | None] = {}
    scene.begin()
    while more(kills):
        _go_on(scene, scene.revision + rng.randint(0, _FURTHEST))
        if scene.busy:
            scene.daemon.kill()
            kills += 1
            scene.check()
            begun = scene.begun(-1)
            assert {run: begun.get(run, cursor) for run, cursor in left.items()} == left
            left = scene.cursors()
            scene.daemon.start()
        else:
            scene.check_over()
            scene.begin_again()
    scene.wait_until_over()
    scene.check_over()
    return kills


def _go_on(scene: Scene, revision: int) -> None:
    """Wait until so much has happened, or nothing more is to."""
    for _ in until("a page"):
        if scene.revision >= revision or not scene.busy:
            return
