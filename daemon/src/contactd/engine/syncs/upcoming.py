"""When syncs run by themselves next: what the clock will do, unless somebody wants it otherwise until then.

Rule: it is worked out by what the clock itself goes by, the time that is stored
of each sync and then its rules, so the two cannot disagree.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import islice

from contactd.domain.due import Coming, coming
from contactd.domain.nouns import Sync
from contactd.domain.words import SyncState
from contactd.engine.parts import Parts
from contactd.engine.syncs import wishes
from contactd.engine.syncs.syncs import attention
from contactd.store import syncs, workspaces
from contactd.store.database import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Upcoming:
    """A time at which *sync* is due; what it wants *attention* for would have it dropped."""

    sync: Sync
    coming: Coming
    attention: tuple[str, ...]


def upcoming(parts: Parts, workspace: str, name: str, limit: int) -> list[Upcoming]:
    """Give the next *limit* times of the sync *name*, or of all syncs of a workspace: the earliest first.

    Raises:
        NotFound: there is no such sync.
    """
    with parts.database.reading() as r:
        found = _found(r, workspaces.get(r, workspace).id, name, limit)
        times = merge(*(_times(sync, r.now) for sync in found), key=lambda time: (time[0].at, time[1].name))
        return [
            Upcoming(sync=sync, coming=comes, attention=attention(parts.catalog, r, sync))
            for comes, sync in islice(times, limit)
        ]


def _found(r: Reading, workspace_id: int, name: str, limit: int) -> Sequence[Sync]:
    """Give the syncs that can have one of the next *limit* times: those that are due first, as many."""
    if name == wishes.ANY:
        return syncs.due_first(r, workspace_id, limit)
    sync = syncs.get(r, workspace_id, name)
    return [sync] if sync.state is SyncState.ACTIVE else []


def _times(sync: Sync, now: int) -> Iterator[tuple[Coming, Sync]]:
    return ((comes, sync) for comes in coming(sync, now))
