"""A look into a store past all code of the daemon, and what must be true of it at every instant.

Rule: nothing of contactd is asked. What stands here is read from
daemon/REQUIREMENTS.md 1.3, 1.4 and the shape of the tables, and holds between
any two transactions: in the middle of a run, and of a crash.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

Row = tuple[Any, ...]

#: A run that is not over.
LIVE = "('waiting', 'admitted', 'running', 'held')"

#: What is asked, and what is wrong where there is an answer.
_NEVER = {
    "a sync with two live runs": f"SELECT sync_id FROM run WHERE state IN {LIVE} GROUP BY sync_id HAVING count(*) > 1",
    "a run that is carried by nobody": "SELECT id FROM run WHERE state = 'running' AND owner = ''",
    "a run that waits or is over, and is carried": (
        "SELECT id FROM run WHERE state NOT IN ('admitted', 'running') AND owner <> ''"
    ),
    "an attempt without a fence of its own": "SELECT id FROM run WHERE fence < attempt",
    "two live contacts of one address (I2)": (
        "SELECT email_key FROM contact WHERE status = 'live' GROUP BY workspace_id, email_key HAVING count(*) > 1"
    ),
    "two owners of one address (I3)": (
        "SELECT email_key FROM link WHERE state = 'owner' GROUP BY sync_id, email_key HAVING count(*) > 1"
    ),
    "an owner without a live contact": (
        "SELECT l.source_id FROM link l LEFT JOIN contact c ON c.id = l.contact_id AND c.status = 'live'"
        " WHERE l.state = 'owner' AND c.id IS NULL"
    ),
    "a record with two outcomes (I1)": ("SELECT source_id FROM outcome GROUP BY run_id, source_id HAVING count(*) > 1"),
    "something parked for a run that is over": (
        f"SELECT run_id FROM parked WHERE run_id NOT IN (SELECT id FROM run WHERE state IN {LIVE})"
    ),
    "a run that removed before it settled (I12)": (
        "SELECT c.run_id FROM run_count c JOIN run r ON r.id = c.run_id"
        " WHERE c.outcome = 'removed' AND c.records <> 0 AND r.phase <> 'settle' AND r.run_trigger <> 'undo'"
    ),
    "a run that succeeded and is not at its end": (
        "SELECT id FROM run WHERE state = 'succeeded' AND run_trigger <> 'undo'"
        " AND (cursor IS NOT NULL OR phase <> 'settle' OR finished_at IS NULL OR undecided <> 0)"
    ),
    "a number that was given before": (
        "SELECT max(revision) FROM event HAVING max(revision) > (SELECT value FROM counter WHERE name = 'revision')"
    ),
    "a run whose end people were told of twice": (
        "SELECT run_id FROM notification WHERE kind IN ('run_succeeded', 'run_failed')"
        " GROUP BY run_id HAVING count(*) > 1"
    ),
    "a membership of nobody": "SELECT contact_id FROM list_member WHERE contact_id NOT IN (SELECT id FROM contact)",
}

#: How a run is told to be over.
_TOLD = {"succeeded": "run_succeeded", "failed": "run_failed", "cancelled": "run_cancelled"}


class Eye:
    """Looks into the store at *store*, which daemons may be writing meanwhile."""

    def __init__(self, store: str) -> None:
        self._store = store
        self._on_file = store.startswith("sqlite://")
        self._session: Any = None

    def rows(self, sql: str) -> list[Row]:
        """Ask the store."""
        if self._session is None:
            self._session = _opened(self._store)
        found: list[Row] = self._session.execute(sql).fetchall()
        return found

    @contextmanager
    def still(self) -> Iterator[None]:
        """See the store as it is at one instant, for as long as the block lasts."""
        self.rows("SELECT 1")
        self._session.execute("BEGIN" if self._on_file else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            yield
        finally:
            self._session.execute("COMMIT")

    def close(self) -> None:
        """Look no more."""
        if self._session is not None:
            self._session.close()


def _opened(store: str) -> Any:
    if store.startswith("sqlite://"):
        return sqlite3.connect(f"file:{store.removeprefix('sqlite://')}?mode=ro", uri=True, isolation_level=None)
    return psycopg.connect(store, autocommit=True)


def faults(eye: Eye) -> list[str]:
    """Tell everything that is wrong with a store, whatever is or was going on in it."""
    with eye.still():
        found = [f"{what}: {wrong[:5]}" for what, sql in _NEVER.items() if (wrong := eye.rows(sql))]
        return [*found, *_pages(eye), *_sums(eye), *_ends(eye)]


def _pages(eye: Eye) -> list[str]:
    """Every page committed once: as many events as pages, and what they tell adds up to the counts."""
    told: dict[int, Counter[str]] = {}
    events: Counter[int] = Counter()
    for subject, detail in eye.rows("SELECT subject, detail FROM event WHERE kind = 'page_taken'"):
        run = int(subject.rpartition("/")[2])
        events[run] += 1
        told.setdefault(run, Counter()).update(json.loads(detail))
    runs = eye.rows("SELECT id, pages, phase FROM run WHERE run_trigger <> 'undo'")
    wrong = [
        f"run {run} has {pages} pages, and {events[run]} were told" for run, pages, _ in runs if pages != events[run]
    ]
    reading = {run for run, _, phase in runs if phase == "pages"}
    counted = _counted(eye)
    return wrong + [
        f"run {run} told {dict(told[run])} of its pages and counts {dict(counted.get(run, Counter()))}"
        for run in reading & told.keys()
        if _nonzero(told[run]) != _nonzero(counted.get(run, Counter()))
    ]


def _sums(eye: Eye) -> list[str]:
    """Counts add up: each record that the newest run of a sync has decided is counted once."""
    newest = "SELECT id FROM run WHERE id IN (SELECT max(id) FROM run GROUP BY sync_id) AND run_trigger <> 'undo'"
    decided: dict[int, int] = dict(
        eye.rows(f"SELECT seen_run, count(*) FROM link WHERE seen_run IN ({newest}) GROUP BY seen_run")
    )
    counted = _counted(eye)
    return [
        f"run {run} has decided {decided.get(run, 0)} records and counts {counted[run].total()}"
        for (run,) in eye.rows(newest)
        if run in counted and counted[run].total() != decided.get(run, 0)
    ]


def _nonzero(counted: Counter[str]) -> dict[str, int]:
    return {name: number for name, number in counted.items() if number}


def _counted(eye: Eye) -> dict[int, Counter[str]]:
    counted: dict[int, Counter[str]] = {}
    for run, outcome, reason, records in eye.rows("SELECT run_id, outcome, reason, records FROM run_count"):
        counted.setdefault(run, Counter())[":".join(filter(None, (outcome, reason)))] += records
    return counted


def _ends(eye: Eye) -> list[str]:
    """Every run that is over was told to be over, once."""
    kinds = ", ".join(f"'{kind}'" for kind in _TOLD.values())
    told = Counter(
        (int(subject.rpartition("/")[2]), kind)
        for subject, kind in eye.rows(f"SELECT subject, kind FROM event WHERE kind IN ({kinds})")
    )
    over = {
        (run, _TOLD[state]): 1 for run, state in eye.rows("SELECT id, state FROM run WHERE finished_at IS NOT NULL")
    }
    return [] if told == Counter(over) else [f"told to be over: {dict(told)}, over: {sorted(over)}"]
