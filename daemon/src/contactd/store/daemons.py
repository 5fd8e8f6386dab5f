"""The daemons that share the store: written down at their start, and no more at their stop.

Rule: nobody gives signs of life here. On a server a daemon is there for as long
as its session to write is, which holds a lock of its own: the server lets go of
that when the daemon is gone, however it went. A file has one daemon, so whoever
looks is there.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from contactd.domain.clock import SECOND
from contactd.domain.nouns import Daemon
from contactd.role import DaemonRole
from contactd.store import connections, tables
from contactd.store.database import Database, Reading, Transaction
from contactd.store.sql import Dialect, insertion
from contactd.store.tables import table

#: For how long one that went without a word is told of.
KEPT = 24 * 3600 * SECOND

#: Hexadecimal digits of an instance that make a lock, which has 63 bits.
_DIGITS = 15

_LOCKS = (
    "SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
_THERE: Mapping[Dialect, str] = {"sqlite": "1 = 1", "postgresql": f"lock IN ({_LOCKS})"}

_COLUMNS = ("instance", "machine", "role", "version", "owner", "kinds", "lock", "started_at")
_ENTER = f"{insertion(table(tables.Daemon), _COLUMNS)} ON CONFLICT (instance) DO NOTHING"
_CLEAR = "DELETE FROM daemon"
_LEAVE = "DELETE FROM daemon WHERE instance = ?"
_FORGET = "DELETE FROM daemon WHERE away_since < ?"
_CARRIED = (
    "SELECT run.owner, workspace.name, sync.name, run.id FROM run JOIN sync ON sync.id = run.sync_id"
    " JOIN workspace ON workspace.id = run.workspace_id WHERE run.state IN ('admitted', 'running') ORDER BY run.id"
)


def enter(database: Database, tx: Transaction, me: Daemon) -> None:
    """Write down that this daemon is there, and stay; who has a file knows that all others are gone.

    So does whoever is alone just now on a server, but for one whose session was lost for a moment. Nobody refreshes a
    token then, so nobody need wait until that is over.
    """
    database.stay(tx, _lock(me))
    if database.conninfo is None:
        tx.fast(_CLEAR)
    if database.alone(tx):
        connections.forget_leases(tx)
    _write(tx, me)


def look_after(tx: Transaction, me: Daemon) -> None:
    """Note who is away, forget who has been for long, and be there again where others have forgotten this daemon."""
    there = _THERE[tx.dialect]
    tx.fast(f"UPDATE daemon SET away_since = ? WHERE away_since IS NULL AND NOT ({there})", (tx.now,))
    tx.fast(f"UPDATE daemon SET away_since = NULL WHERE away_since IS NOT NULL AND {there}")
    tx.fast(_FORGET, (tx.now - KEPT,))
    _write(tx, me)


def leave(tx: Transaction, me: Daemon) -> None:
    """Write down that this daemon has stopped, as it was told to."""
    tx.fast(_LEAVE, (me.instance,))


def everyone(r: Reading) -> list[Daemon]:
    """Give the daemons by machine, and on each by their starts."""
    rows = r.fast(
        "SELECT instance, machine, role, version, owner, kinds, started_at, away_since,"
        f" CASE WHEN {_THERE[r.dialect]} THEN 1 ELSE 0 END FROM daemon ORDER BY machine, started_at, instance"
    )
    return [_daemon(row) for row in rows]


def with_runs(r: Reading) -> list[Daemon]:
    """Give the same with the runs that each of them carries."""
    runs: dict[str, list[tuple[str, str, int]]] = {}
    for owner, *run in r.fast(_CARRIED):
        runs.setdefault(owner, []).append((run[0], run[1], run[2]))
    return [replace(daemon, runs=tuple(runs.get(daemon.owner, ()))) for daemon in everyone(r)]


def _write(tx: Transaction, me: Daemon) -> None:
    kinds = json.dumps(sorted(me.kinds))
    row = (me.instance, me.machine, me.role.value, me.version, me.owner, kinds, _lock(me), me.started_at)
    tx.fast(_ENTER, row)


def _daemon(row: tuple[Any, ...]) -> Daemon:
    instance, machine, role, version, owner, kinds, started_at, away_since, there = row
    return Daemon(
        instance=instance,
        machine=machine,
        role=DaemonRole(role),
        version=version,
        owner=owner,
        kinds=frozenset(json.loads(kinds)),
        started_at=started_at,
        there=bool(there),
        away_since=0 if there else away_since or 0,
    )


def _lock(me: Daemon) -> int:
    return int(me.instance[:_DIGITS], 16)
