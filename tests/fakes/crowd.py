"""Many syncs and many runs that wait, of many workspaces, written past all verbs: what a clock has to look through."""

from collections.abc import Iterable, Mapping

from contactd.store.database import Transaction

#: The syncs and runs of a workspace have numbers from its own on, times this.
SPAN = 1_000_000

_MANY_CONNECTIONS = 10


def recurring(tx: Transaction, numbers: Iterable[int]) -> None:
    """Make active syncs of the workspace 1 that run daily, each due a second after the one before."""
    rule = '{"recurrence": "daily", "time": "06:30", "time_zone": "Europe/Brussels"}'
    tx.many(
        "INSERT INTO sync (id, workspace_id, connection_id, name, module, list_id, subscription_type, schedule,"
        " next_run_at, state, created_at) VALUES (?, 1, 10, ?, 'contacts', 1, 'marketing', ?, ?, 'active', 0)",
        [(number, f"s{number}", rule, tx.now + number * 1_000_000) for number in numbers],
    )


def crowd(tx: Transaction, waiting: Mapping[int, int], *, connections: int = 1, not_before: int = 0) -> None:
    """Let each workspace of *waiting* have so many runs waiting, on as many *connections* of its own."""
    for workspace, many in waiting.items():
        _people(tx, workspace, connections)
        rows = [
            (workspace * SPAN + number, workspace, workspace * _MANY_CONNECTIONS + number % connections)
            for number in range(many)
        ]
        tx.many(
            "INSERT INTO sync (id, workspace_id, connection_id, name, module, list_id, subscription_type, state,"
            " created_at) VALUES (?, ?, ?, ?, 'contacts', 1, 'marketing', 'active', 0)",
            [(*row, f"w{row[0]}") for row in rows],
        )
        tx.many(
            "INSERT INTO run (id, sync_id, workspace_id, connection_id, scheduled_for, run_trigger, mode, state,"
            " not_before, created_at) VALUES (?, ?, ?, ?, 0, 'schedule', 'incremental', 'waiting', ?, 0)",
            [(row[0], *row, not_before) for row in rows],
        )


def workspace_of(run: int) -> int:
    """Tell whose run it is that has the number *run*."""
    return run // SPAN


def _people(tx: Transaction, workspace: int, connections: int) -> None:
    name = f"w{workspace}"
    tx.fast(
        "INSERT INTO workspace (id, name, title, edition, created_at) VALUES (?, ?, ?, 'open', 0)"
        " ON CONFLICT (id) DO NOTHING",
        (workspace, name, name),
    )
    for number in range(connections):
        identity = workspace * _MANY_CONNECTIONS + number
        tx.fast(
            "INSERT INTO connection (id, workspace_id, name, title, kind, state, created_at)"
            " VALUES (?, ?, ?, 'C', 'memory', 'enabled', 0)",
            (identity, workspace, f"c{identity}"),
        )
