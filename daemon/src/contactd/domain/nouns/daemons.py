"""Who does the work."""

from dataclasses import dataclass

from contactd.role import DaemonRole


@dataclass(frozen=True, slots=True, kw_only=True)
class Daemon:
    """A daemon that shares the store, or did so and went without a word."""

    #: Made anew at each start.
    instance: str
    machine: str
    role: DaemonRole
    version: str
    #: What its runs are marked with.
    owner: str
    #: The kinds of sources that it has.
    kinds: frozenset[str]
    started_at: int
    there: bool = True
    #: About when it was first missed; 0 where it is not.
    away_since: int = 0
    #: The runs that it carries: (workspace, sync, number).
    runs: tuple[tuple[str, str, int], ...] = ()
