"""kill -9 at instants that a seed chooses, again and again, while several syncs read."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random

from crash.fleet import Fleet, Zygote, until
from crash.scene import Orphan, Scene
from crash.told import install_told


@contextmanager
def scene_on(born: Zygote, folder: Path, store: str, *, daemons: int, seed: int) -> Iterator[Scene]:
    """Give a scene of three syncs that are not begun, and of *daemons* that serve the store."""
    plugins = install_told(folder / "plugins")
    with Fleet(born, folder, store, plugins, size=daemons) as fleet:
        scene = Scene(fleet, Random(seed), syncs=3, size=60, page_size=4, pause=0.004)
        with closing(scene.eye):
            scene.set_up()
            yield scene


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
