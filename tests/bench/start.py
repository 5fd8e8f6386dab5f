"""What is measured of the programs themselves: how soon they are there, and what they take while nothing happens."""

import os
import statistics
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from bench.cost import cpu_of_house, memory
from bench.house import HouseSide, TimedDaemon
from bench.scenarios import LONGEST
from demo.stage import BIN

#: Seconds for which a daemon is watched at rest, after as many to come to it.
_AT_REST = 3.0

#: How often it is watched: on a busy machine the end of its start may still be in the first.
_LOOKS = 3

#: How often a command is timed.
_TIMES = 5


@dataclass(frozen=True, slots=True)
class Presence:
    """How soon the programs are there: seconds, and bytes."""

    ready_empty: float
    ready_full: float
    rest_memory: int
    #: Share of one processor.
    rest_cpu: float
    help: float
    get: float
    daemon_peak: int
    child_peak: int


def presence(house: HouseSide) -> Presence:
    """Start the daemon of *house* again on what it has, and look."""
    daemon = house.daemon
    ready_empty = daemon.ready
    daemon_peak, child_peak = house.peaks()
    daemon.stop()
    daemon.start()
    time.sleep(_AT_REST)
    rest_memory, rest_cpu = memory(daemon.pid), _share(daemon)
    return Presence(
        ready_empty=ready_empty,
        ready_full=daemon.ready,
        rest_memory=rest_memory,
        rest_cpu=rest_cpu,
        help=_timed(daemon, ["--help"]),
        get=_timed(daemon, ["syncs", "show", "everyone", "--json"]),
        daemon_peak=daemon_peak,
        child_peak=child_peak,
    )


def _share(daemon: TimedDaemon) -> float:
    """Give what it takes of a processor, by the median of some looks."""
    readings = [cpu_of_house(daemon.pid)]
    for _ in range(_LOOKS):
        time.sleep(_AT_REST)
        readings.append(cpu_of_house(daemon.pid))
    return statistics.median(after - before for before, after in pairwise(readings)) / _AT_REST


def _timed(daemon: TimedDaemon, arguments: Sequence[str]) -> float:
    """Give the median time of a command of the command line, from its start to its end."""
    environ = {**os.environ, "CONTACTCTL_ADDRESS": daemon.address}
    times = []
    for _ in range(_TIMES):
        begun = time.perf_counter()
        subprocess.run([BIN / "contactctl", *arguments], capture_output=True, env=environ, timeout=LONGEST, check=True)
        times.append(time.perf_counter() - begun)
    return statistics.median(times)
