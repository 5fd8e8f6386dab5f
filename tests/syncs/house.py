"""A workspace with a source, a list and what a test does with their syncs."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from contactd.domain.clock import SECOND, micros
from contactd.domain.nouns import MappingLine, Run, Sync
from contactd.engine.accounts.sources import Sources
from contactd.engine.parts import Parts
from contactd.engine.runs.run import Runs
from contactd.engine.runs.stop import Stop
from contactd.engine.syncs import syncs, wishes
from contactd.engine.syncs.syncs import Draft
from contactd.store import due, runs
from syncs.memory import Memory

HOME = "default"
NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that a test moves."""

    now: int = micros(NOON)

    def __call__(self) -> int:
        return self.now

    def pass_hours(self, hours: int) -> None:
        self.now += hours * 3600 * SECOND


@dataclass
class Told:
    """What was told to the parts that carry wishes out."""

    woken: int = 0
    stopped: list[int] = field(default_factory=list)

    def wake(self) -> None:
        self.woken += 1


@dataclass
class House:
    """A workspace with a connection `memory` and a list `customers`."""

    parts: Parts
    clock: Clock
    told: Told
    memory: Memory

    def draft(self, **wanted: Any) -> Sync:
        """Set up a sync that has not begun."""
        draft = replace(Draft(name="main", connection="memory", list="customers"), **wanted)
        return syncs.create(self.parts, HOME, draft, by="ann").sync

    def active(self, **wanted: Any) -> tuple[Sync, Run]:
        """Set up a sync and let it begin."""
        sync = self.draft(**wanted)
        seen = wishes.initiate(self.parts, HOME, sync.name, by="ann")
        assert seen.last_run is not None
        return seen.sync, seen.last_run

    def carry(self, number: int) -> Run:
        """Carry a run that waits as far as it goes."""
        with self.parts.database.transaction() as tx:
            due.admit(tx, number)
        carrier = Runs(self.parts.database, Sources(self.parts), owner="test", wake=self.told.wake)
        carrier.carry(number, Stop())
        return self.run(number)

    def ran(self, **wanted: Any) -> tuple[Sync, Run]:
        """Set up a sync, and carry its first run to its end."""
        sync, run = self.active(**wanted)
        return sync, self.carry(run.id)

    def run(self, number: int) -> Run:
        with self.parts.database.reading() as r:
            return runs.get(r, number)

    def events(self) -> list[tuple[str, str, str]]:
        """Give (kind, subject, actor) of all that was told so far."""
        with self.parts.database.reading() as r:
            rows = r.fast("SELECT kind, subject, actor FROM event ORDER BY revision")
        return [(kind, subject, actor) for kind, subject, actor in rows]

    def change(self, sql: str, *values: object) -> None:
        """Change the store past all verbs, for what no verb does yet."""
        with self.parts.database.transaction() as tx:
            tx.fast(sql, values)


def lines(*pairs: str) -> tuple[MappingLine, ...]:
    """Write mapping lines as people do: `source=target`, or `source` for a new field."""
    return tuple(
        MappingLine(source_field=source, target_field=target, create=not equals)
        for source, equals, target in (pair.partition("=") for pair in pairs)
    )
