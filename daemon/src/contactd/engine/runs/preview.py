"""What a full run would do, record by record; nothing is written.

Rule: a preview asks the very functions that the run asks, in the same order:
page after page, then what only the end can tell.
"""

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from contactd.domain.clock import moment
from contactd.domain.ledger import Link, Plan, Tally
from contactd.domain.nouns import Counts, RecordOutcome, Sync
from contactd.domain.rules import Rules
from contactd.domain.words import Outcome, Reason
from contactd.engine.accounts.sources import Sources
from contactd.engine.parts import Parts
from contactd.engine.runs.overlay import Overlay
from contactd.engine.runs.settle import AT_ONCE
from contactd.engine.runs.steps import hand_overs, moves, removals
from contactd.engine.runs.taking import plan_page
from contactd.store import snapshots, suppressions
from contactd.store.database import Database
from contactd.store.known import Scope
from contactd_sdk import Page, Record, Window

Emit = Callable[[list[RecordOutcome]], None]

#: Stands for the run that is not made: no run ever has this number.
_NO_RUN = -1

#: How many records are handed on at once.
_BATCH = 200


def preview(parts: Parts, sync: Sync, limit: int, emit: Emit) -> Counts:
    """Look at up to *limit* records of *sync* (0: all), hand on what would become of each, and count.

    Raises what opening and reading its source raises (`Sources.open`).
    """
    with parts.database.reading() as r:
        config = snapshots.of(r, sync.id)
    scope = Scope.of(config, workspace=sync.workspace_id, sync=sync.id, run=_NO_RUN)
    erasure_key = parts.sealer.derived(suppressions.PURPOSE)
    rules = Rules.of(config, run=_NO_RUN, sync=sync.id, known_until=None, erasure_key=erasure_key)
    forecast = Forecast(parts.database, scope, rules)
    # What a run that reads everything asks for, or the two would not count the same.
    since = None if config["after"] is None else moment(config["after"])
    window = Window(module=sync.module, fields=rules.source_fields, since=since)
    with Sources(parts).open(sync.connection_id) as source:
        for page in limited(source.pages(None, window), limit):
            forecast.take(page)
    forecast.settle()
    for batch in forecast.batches():
        emit(batch)
    return forecast.counts


def limited(pages: Iterator[Page], limit: int) -> Iterator[Page]:
    """Give *pages* until they have brought *limit* records; 0 is no limit."""
    left = limit
    for page in pages:
        if limit and len(page.records) >= left:
            yield Page(page.records[:left], None, page.malformed, page.total)
            return
        left -= len(page.records)
        yield page


class Forecast:
    """A run that is not made: its plans are laid over the store, and shown."""

    def __init__(self, database: Database, scope: Scope, rules: Rules) -> None:
        self._rules = rules
        self._overlay = Overlay(database, scope)
        self._records: dict[str, RecordOutcome] = {}
        self._tally: Tally = Counter()

    @property
    def counts(self) -> Counts:
        """What the run would count."""
        return Counts({key: records for key, records in self._tally.items() if records})

    def take(self, page: Page) -> None:
        """Decide one page as the run would."""
        for record in page.records:
            self._show(record)
        sifted, plan = plan_page(self._overlay, self._rules, page)
        for link in sifted.same:
            self._decided(link.source_id, Outcome.UNCHANGED, Reason.NONE, contact_id=link.contact_id)
        self._absorb(plan, sifted.same)

    def settle(self) -> None:
        """Decide what the pages left open."""
        for step in (moves, hand_overs, removals):
            while (plan := step(self._overlay, self._rules, AT_ONCE)) is not None:
                self._absorb(plan)

    def batches(self) -> Iterator[list[RecordOutcome]]:
        """Give the records that would be decided, in the order they were read."""
        shown = iter(self._records.values())
        while batch := list(itertools.islice(shown, _BATCH)):
            yield batch

    def _absorb(self, plan: Plan, same: Sequence[Link] = ()) -> None:
        self._overlay.absorb(plan, same)
        self._tally.update(plan.counts)
        for link in plan.links:
            if link.seen_run == _NO_RUN:
                self._decided(link.source_id, link.outcome, link.reason, contact_id=link.contact_id)
        for row in plan.rows:
            self._decided(row.source_id, row.outcome, row.reason, suggestion=row.detail, address=row.address)

    def _show(self, record: Record) -> None:
        if record.id in self._records:
            return
        mapped = self._rules.mapping.apply(record.values)
        self._records[record.id] = RecordOutcome(
            source_id=record.id,
            title=record.title,
            address=mapped.email,
            outcome=Outcome.UNCHANGED,
            reason=Reason.NONE,
            values=mapped.fields,
        )

    def _decided(
        self,
        source_id: str,
        outcome: Outcome,
        reason: Reason,
        *,
        contact_id: int | None = None,
        suggestion: str = "",
        address: str = "",
    ) -> None:
        shown = self._records.get(source_id)
        if shown is None:
            shown = RecordOutcome(source_id=source_id, title="", address=address, outcome=outcome, reason=reason)
        number = shown.contact_id if contact_id is None or contact_id < 0 else contact_id
        self._records[source_id] = replace(
            shown, outcome=outcome, reason=reason, suggestion=suggestion or shown.suggestion, contact_id=number
        )
