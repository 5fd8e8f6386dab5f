"""What processes have cost so far, as the kernel tells it: processor time and memory (proc(5), clock_getres(2)).

The processor time of a process comes from its clock, which counts nanoseconds
and every thread, ended ones too. Only what children used that have ended, and
that their parent has waited for, is told in ticks, of 10 ms as a rule.
"""

import os
import time
from contextlib import suppress
from pathlib import Path

_TICK = 1 / os.sysconf("SC_CLK_TCK")

#: Marks the number of a clock as that of the time of a process (CPUCLOCK_SCHED in the kernel).
_SCHEDULED = 2


def cpu_of_house(pid: int) -> float:
    """Tell the seconds of processor time that *pid* and all below it have used, those that ended included."""
    return _own(pid) + _ended_children(pid) + sum(map(cpu_of_house, children(pid)))


def children(pid: int) -> list[int]:
    """Tell the processes that *pid* has started and that are there."""
    found: list[int] = []
    with suppress(FileNotFoundError, ProcessLookupError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            # A child belongs to the thread that started it.
            with suppress(FileNotFoundError, ProcessLookupError):
                found.extend(map(int, (task / "children").read_text().split()))
    return found


def memory(pid: int) -> int:
    """Tell how many bytes of memory *pid* holds now."""
    return _status(pid, "VmRSS")


def peak_memory(pid: int) -> int:
    """Tell how many bytes of memory *pid* ever held at once."""
    return _status(pid, "VmHWM")


def _own(pid: int) -> float:
    try:
        return time.clock_gettime((~pid << 3) | _SCHEDULED)
    except OSError:
        # It ended a moment ago: its parent has the sum.
        return 0.0


def _ended_children(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    # cutime and cstime, the 16th and 17th; the name, which may hold blanks, was the second.
    return (int(fields[13]) + int(fields[14])) * _TICK


def _status(pid: int, name: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    return 0
