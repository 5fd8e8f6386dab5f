"""What a full run would do, record by record; nothing is written.

Rule: a preview asks the very functions that the run asks, in the same order:
page after page, then what only the end can tell.
"""

import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

from contactd.domain import settling
from contactd.domain.decide import decide
from contactd.domain.ledger import DELETED, LEFT, MOVED, Link, Parking, Plan, Tally
from contactd.domain.nouns import Counts, RecordOutcome, Sync
from contactd.domain.rules import Rules
from contactd.domain.sift import candidate_of, sift, source_ids
from contactd.domain.words import Outcome, Reason
from contactd.engine.overlay import Overlay
from contactd.engine.parts import Parts
from contactd.engine.sources import Sources
from contactd.engine.taking import contacts_of, keys_of
from contactd.store import attempts, known
from contactd.store.database import Database, Reading
from contactd.store.known import Scope
from contactd_sdk import Page, Record, Window
from contactd_sdk.values import unpacked

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
        config = attempts.snapshot_of(r, sync.id)
    scope = Scope(workspace=sync.workspace_id, sync=sync.id, run=_NO_RUN, list_id=config["list"])
    rules = Rules.of(config, run=_NO_RUN, sync=sync.id, known_until=None)
    forecast = Forecast(parts.database, scope, rules)
    window = Window(module=sync.module, fields=rules.mapping.source_fields)
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
        self._database = database
        self._scope = scope
        self._rules = rules
        self._overlay = Overlay(scope)
        self._records: dict[str, RecordOutcome] = {}
        self._parked: dict[tuple[str, str], Parking] = {}
        self._tally: Tally = Counter()
        # Contacts that would be made get numbers that no contact has.
        self._ids = itertools.count(-1, -1)

    @property
    def counts(self) -> Counts:
        """What the run would count."""
        return Counts({key: records for key, records in self._tally.items() if records})

    def take(self, page: Page) -> None:
        """Decide one page as the run would."""
        for record in page.records:
            self._show(record)
        with self._database.reading() as r:
            links = self._overlay.links(r, source_ids(page.records, page.malformed))
            sifted = sift(page.records, page.malformed, links, self._rules)
            looked_at = (*sifted.eligible, *sifted.refused)
            bearing = self._overlay.known(r, keys_of(sifted), contacts_of(looked_at))
        self._overlay.keep([self._unchanged(link) for link in sifted.same])
        self._absorb(decide(sifted, bearing, self._rules, self._ids))

    def settle(self) -> None:
        """Decide what the pages left open."""
        with self._database.reading() as r:
            for step in (self._moves, self._hand_overs, self._deletions):
                self._absorb(step(r))

    def batches(self) -> Iterator[list[RecordOutcome]]:
        """Give the records that would be decided, in the order they were read."""
        shown = iter(self._records.values())
        while batch := list(itertools.islice(shown, _BATCH)):
            yield batch

    def _moves(self, r: Reading) -> Plan:
        parked = self._of(MOVED)
        links = self._overlay.links(r, [parking.source_id for parking in parked])
        movers = [
            candidate_of(unpacked(parking.record), links.get(parking.source_id), parking.record, self._rules, None)
            for parking in parked
        ]
        keys = {mover.key for mover in movers if mover.key} | {link.key for link in links.values() if link.key}
        moving = frozenset(contacts_of(movers))
        bearing = self._overlay.known(r, keys, moving)
        anchored = known.anchored(r, self._scope, sorted(contact.id for contact in bearing.by_id.values()))
        bearing = bearing._replace(moving=moving - anchored, anchored=anchored)
        return settling.move(movers, bearing, self._rules, self._ids)

    def _hand_overs(self, r: Reading) -> Plan:
        keys = sorted({parking.key for parking in self._of(LEFT) if parking.key})
        return settling.hand_over(keys, self._overlay.known(r, keys, ()), self._rules, self._ids)

    def _deletions(self, r: Reading) -> Plan:
        links = self._overlay.links(r, [parking.source_id for parking in self._of(DELETED)])
        keys = {link.key for link in links.values() if link.key}
        holders = {link.contact_id for link in links.values() if link.contact_id is not None}
        bearing = self._overlay.known(r, keys, holders)
        bearing = bearing._replace(anchored=known.anchored(r, self._scope, sorted(holders)))
        return settling.remove([(link, True) for link in links.values()], bearing, self._rules, self._ids)

    def _of(self, why: str) -> list[Parking]:
        return [parking for (reason, _), parking in sorted(self._parked.items()) if reason == why]

    def _absorb(self, plan: Plan) -> None:
        self._overlay.absorb(plan)
        self._tally.update(plan.counts)
        for link in plan.links:
            if link.seen_run == _NO_RUN:
                self._decided(link.source_id, link.outcome, link.reason, contact_id=link.contact_id)
                self._parked.pop((MOVED, link.source_id), None)
        for row in plan.rows:
            self._decided(row.source_id, row.outcome, row.reason, suggestion=row.detail, address=row.address)
        self._parked.update(((parking.why, parking.source_id), parking) for parking in plan.parked)

    def _unchanged(self, link: Link) -> Link:
        self._decided(link.source_id, Outcome.UNCHANGED, Reason.NONE, contact_id=link.contact_id)
        return link._replace(seen_run=_NO_RUN, outcome=Outcome.UNCHANGED, reason=Reason.NONE)

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
