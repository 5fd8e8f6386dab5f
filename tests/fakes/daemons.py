"""Daemons as they write themselves down, and as a control plane tells of them."""

from dataclasses import replace

from contactd.domain.nouns import Daemon
from contactd.role import DaemonRole

_ONE = Daemon(
    instance="0" * 32,
    machine="alpha",
    role=DaemonRole.ALL,
    version="1.2.3",
    owner="",
    kinds=frozenset({"memory"}),
    started_at=7,
)


def daemon(number: int, role: str = "all", *kinds: str, machine: str = "alpha", there: bool = True) -> Daemon:
    """Give a daemon that differs from those of all other numbers."""
    mark = f"{number:08x}"
    return replace(
        _ONE,
        instance=mark * 4,
        role=DaemonRole(role),
        owner=f"{machine}:{number}:{mark}",
        kinds=frozenset(kinds),
        machine=machine,
        there=there,
    )
