"""Daemons that are killed at instants, and end amid histories, that nobody has tried before."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random
from time import monotonic

from crash.fleet import zygote
from crash.gauntlet import gauntlet_on
from crash.killing import kill_again_and_again, scene_on
from crash.situations import AMONG_DAEMONS, SITUATIONS, go_through
from fakes.postgres import schemas

#: Where thousands of commits need not wait for a disk.
_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None


def kill_daemons(kills: int, minutes: float, seed: int) -> Iterator[str]:
    """Kill daemons *kills* times on either kind of store, for half of *minutes* at most; tell of each how often."""
    with zygote(hasty=True) as born, schemas() as stores, tempfile.TemporaryDirectory(dir=_MEMORY) as made:
        for kind, daemons in (("a file", 1), ("a server", 3)):
            folder = Path(made) / kind.rpartition(" ")[2]
            folder.mkdir()
            store = f"sqlite://{folder}/contactd.db" if daemons == 1 else stores.take()
            ends = monotonic() + 30 * minutes
            with scene_on(born, folder, store, daemons=daemons, seed=seed) as scene:
                met = kill_again_and_again(scene, Random(seed), lambda done: done < kills and monotonic() < ends)  # noqa: B023  asked before the next round
            yield f"{met} kills of {daemons} on {kind}, and every page was committed once"


def end_daemons(seed: int) -> Iterator[str]:
    """End daemons at every commit point in turn, on either kind of store."""
    with zygote(hasty=True) as born, schemas() as stores, tempfile.TemporaryDirectory(dir=_MEMORY) as made:
        for kind, store, situations in (
            ("a file", "", SITUATIONS),
            ("a server", stores.take(), (*AMONG_DAEMONS, *SITUATIONS)),
        ):
            folder = Path(made) / kind.rpartition(" ")[2]
            folder.mkdir()
            with gauntlet_on(born, folder, store, seed=seed) as gauntlet:
                for situation in situations:
                    go_through(gauntlet, situation)
            yield f"{len(situations)} situations on {kind}, with an end at each of their commits, and the model agrees"
