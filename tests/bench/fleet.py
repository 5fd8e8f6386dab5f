"""What it costs and takes to carry runs: by the one daemon of a file, and by those that share a server."""

import os
import signal
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random

from bench.cost import cpu_of_house
from crash.fleet import Born, Fleet, Zygote, until, zygote
from crash.scene import Scene
from crash.told import install_told
from fakes.postgres import Schemas, Server

#: How often each of these is taken; the median is told.
_TIMES = 5
#: Seconds that a daemon with nothing to do is watched for.
_REST = 5.0
#: Syncs that are read at once where pages are counted, the pages of each, and the seconds that a source takes for one.
_SYNCS, _PAGES, _PAUSE = 16, 25, 0.1
#: Customers of a page.
_PAGE = 20

_BEGAN = "SELECT (started_at - created_at) / 1000.0 FROM run ORDER BY id DESC LIMIT 1"
_NEWEST_PAGE = "SELECT coalesce(max(created_at), 0) FROM event WHERE kind = 'page_taken'"


def fleet() -> Iterator[str]:
    """Measure with daemons of their own; give the lines that tell of it."""
    with ExitStack() as stack:
        born = stack.enter_context(zygote())
        stores = Schemas(stack.enter_context(Server()).url())
        yield f"{'carrying runs':<52}{'SQLite':>12}{'PostgreSQL':>14}"
        found = [_one(born, None), _one(born, stores.make())]
        for what, unit in (
            ("a daemon at rest, of one processor", "%"),
            ("from the wish for a run to its begin", "ms"),
            ("from kill -9 to the next page (a file: restarted)", "s"),
            ("from SIGTERM amid pages to the end of the daemon", "s"),
            ("from SIGTERM to the next page, elsewhere", "s"),
        ):
            cells = [one.get(what) for one in found]
            yield f"  {what:<50}" + "".join(_cell(cell, unit).rjust(13) for cell in cells)
        rates = {daemons: _rate(born, stores.make(), daemons) for daemons in (1, 2, 4)}
        told = ", ".join(f"{daemons}: {rate:.0f} ({rate / rates[1]:.1f}x)" for daemons, rate in rates.items())
        yield f"  pages/s of {_SYNCS} syncs, {_PAUSE:g} s each at the source, by daemons of 4 slots   {told}"


def _one(born: Zygote, store: str | None) -> dict[str, float]:
    with _scene(born, store, daemons=1 if store is None else 2, syncs=1, pages=60, pause=0.05) as scene:
        daemons = scene.fleet.daemons
        took = {"a daemon at rest, of one processor": _at_rest(daemons[0])}
        begins, deaths, stops, moves = [], [], [], []
        scene.begin()
        for _ in range(_TIMES):
            scene.wait_until_over()
            begins.append(float(scene.eye.rows(_BEGAN)[0][0]))
            scene.ctl("syncs run sync-1 --full")
            deaths.append(_killed(scene))
            scene.wait_until_over()
            scene.ctl("syncs run sync-1 --full")
            stop, move = _stopped(scene)
            stops.append(stop)
            moves.append(move)
        took["from the wish for a run to its begin"] = statistics.median(begins)
        took["from kill -9 to the next page (a file: restarted)"] = statistics.median(deaths)
        took["from SIGTERM amid pages to the end of the daemon"] = statistics.median(stops)
        if store is not None:
            took["from SIGTERM to the next page, elsewhere"] = statistics.median(moves)
        return took


def _at_rest(daemon: Born) -> float:
    # What is looked at once after the start is no part of it.
    time.sleep(2)
    before = cpu_of_house(daemon.pid)
    time.sleep(_REST)
    return (cpu_of_house(daemon.pid) - before) / _REST * 100


def _killed(scene: Scene) -> float:
    """Kill the daemon that carries the run; tell how long it is until somebody has taken another page, seconds."""
    victim = _carrier(scene)
    victim.kill()
    began = time.time()
    if len(scene.fleet.daemons) == 1:
        victim.start()
    taken = _page_after(scene, began) - began
    if len(scene.fleet.daemons) > 1:
        victim.start()
    return taken


def _stopped(scene: Scene) -> tuple[float, float]:
    """Stop the daemon that carries the run; tell how long it takes, and how long until another page is taken."""
    daemon = _carrier(scene)
    began = time.time()
    os.kill(daemon.pid, signal.SIGTERM)
    daemon.ended()
    ended = time.time()
    if len(scene.fleet.daemons) == 1:
        daemon.start()
        return ended - began, 0.0
    moved = _page_after(scene, ended) - began
    daemon.start()
    return ended - began, moved


def _carrier(scene: Scene) -> Born:
    """Wait until some pages of the run are taken; give the daemon that carries it."""
    for _ in until("a run that is carried"):
        rows = scene.eye.rows("SELECT owner FROM run WHERE state = 'running' AND pages >= 3")
        if rows:
            break
    process = int(rows[0][0].split(":")[1])
    return next(daemon for daemon in scene.fleet.daemons if daemon.pid == process)


def _page_after(scene: Scene, moment: float) -> float:
    for _ in until("another page"):
        newest = float(scene.eye.rows(_NEWEST_PAGE)[0][0]) / 1e6
        if newest > moment:
            return newest
    raise AssertionError


def _rate(born: Zygote, store: str, daemons: int) -> float:
    """Tell how many pages a second so many *daemons* take together."""
    with _scene(born, store, daemons=daemons, syncs=_SYNCS, pages=_PAGES, pause=_PAUSE) as scene:
        began = time.time()
        scene.begin()
        scene.wait_until_over()
        ((pages, ended),) = scene.eye.rows("SELECT sum(pages), max(finished_at) FROM run")
        return float(pages) / (float(ended) / 1e6 - began)


@contextmanager
def _scene(born: Zygote, store: str | None, *, daemons: int, syncs: int, pages: int, pause: float) -> Iterator[Scene]:
    with tempfile.TemporaryDirectory(prefix="contactd-bench-") as made:
        folder = Path(made)
        plugins = install_told(folder / "plugins")
        url = store or f"sqlite://{folder}/contactd.db"
        with Fleet(born, folder, url, plugins, size=daemons, more="[engine]\nslots = 4\n") as fleet:
            scene = Scene(fleet, Random(1), syncs=syncs, size=pages * _PAGE, page_size=_PAGE, pause=pause)
            scene.set_up()
            yield scene


def _cell(value: float | None, unit: str) -> str:
    return "" if value is None else f"{value:,.2f} {unit}"
