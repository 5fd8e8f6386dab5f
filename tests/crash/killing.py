"""kill -9 at instants that a seed chooses, again and again, while several syncs read."""

from collections.abc import Callable
from random import Random

from crash.fleet import until
from crash.scene import Orphan, Scene

#: A daemon is ended when so much more has happened, at most: about what the pages of three runs make.
_FURTHEST = 40


def kill_again_and_again(scene: Scene, rng: Random, more: Callable[[int], bool]) -> int:
    """End one of the daemons of *scene* for as long as there are *more* times; tell how often one was ended.

    After each end the store is looked at, and whenever all runs are over what came of them, and whether those that
    lost their daemon went on from where they were.
    """
    kills = 0
    orphans: list[Orphan] = []
    scene.begin()
    while more(kills):
        _go_on(scene, scene.revision + rng.randint(0, _FURTHEST))
        if scene.busy:
            daemon = rng.choice(scene.daemons)
            orphans += scene.kill(daemon)
            kills += 1
            scene.check()
            daemon.start()
        else:
            _check_over(scene, orphans)
            scene.begin_again()
    scene.wait_until_over()
    _check_over(scene, orphans)
    return kills


def _check_over(scene: Scene, orphans: list[Orphan]) -> None:
    scene.check_over()
    for orphan in orphans:
        scene.check_gone_on(orphan)
    orphans.clear()


def _go_on(scene: Scene, revision: int) -> None:
    """Wait until so much has happened, or nothing more is to."""
    for _ in until("a page"):
        if scene.revision >= revision or not scene.busy:
            return
