"""Daemons that are killed at instants that nobody has tried before, one on a file and three on a server."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random
from time import monotonic

from crash.fleet import zygote
from crash.killing import kill_again_and_again, scene_on
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
