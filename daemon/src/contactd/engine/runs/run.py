"""One run of one sync: page after page, until none are left or it is stopped.

Rule: a page is one transaction. Whatever happens between two pages, the cursor
in the store names the next one, so going on and starting over after a fault
are the same thing. A run never sleeps: when its source says "later", it waits
in the store, with the time and the reason on it.
"""

from collections.abc import Callable
from typing import Protocol

import structlog

from contactd.domain.clock import micros, moment
from contactd.domain.refusals import Away, Unfit
from contactd.domain.rules import Rules
from contactd.domain.sift import newest
from contactd.domain.words import Mode, Trigger
from contactd.engine.runs.desk import Stored
from contactd.engine.runs.endings import Ending, conclude, give_up, leave, wish
from contactd.engine.runs.settle import AT_ONCE, settle
from contactd.engine.runs.stop import Stop
from contactd.engine.runs.taking import decided, plan_page
from contactd.engine.runs.undo import undo
from contactd.host.source import OpenSource
from contactd.store import attempts, pages
from contactd.store.attempts import PAGES, SETTLE, Attempt, Fenced, Held
from contactd.store.database import Database, Transaction
from contactd.store.settle import undecided
from contactd_sdk import Page, Window

log = structlog.get_logger()

#: More than this of what a source remarks helps nobody.
_LONGEST_NOTE = 500


class OpensSources(Protocol):
    """What opens the source of a connection."""

    def open(self, connection_id: int) -> OpenSource:
        """Open the source of a connection that is enabled."""
        ...


class Runs:
    """Carries runs. Made once; every run thread calls `carry`."""

    def __init__(
        self,
        database: Database,
        sources: OpensSources,
        *,
        owner: str,
        wake: Callable[[], None],
        at_once: int = AT_ONCE,
        erasure_key: bytes = b"",
    ) -> None:
        self.database = database
        #: How many records one step of settle decides at most.
        self.at_once = at_once
        #: What hashes of erased addresses are made with.
        self.erasure_key = erasure_key
        self.sources = sources
        self.owner = owner
        #: Something may be due now: a slot is free, or a run waits for a time.
        self.wake = wake

    def carry(self, run: int, stop: Stop) -> None:
        """Carry *run* as far as it goes now. The outermost frame of a run's thread."""
        structlog.contextvars.bind_contextvars(run=run)
        try:
            self._attempt(run, stop)
        except Fenced:
            log.warning("run_overtaken")
        except (Away, Unfit):
            # Nothing can be written down of it now; what looks for runs that nobody carries finds it.
            log.warning("run_abandoned")
        finally:
            structlog.contextvars.clear_contextvars()
            self.wake()

    def _attempt(self, run: int, stop: Stop) -> None:
        attempt = self._begun(run)
        if attempt is None:
            return
        structlog.contextvars.bind_contextvars(sync=attempt.sync_name)
        log.info("run_begun", cursor=attempt.cursor, phase=attempt.phase)
        try:
            conclude(self.database, attempt, self._carry(attempt, stop))
        except Fenced:
            raise
        except Exception as exc:  # noqa: BLE001  the outermost frame of a run: everything that ends one is sorted here
            leave(self.database, attempt, exc)

    def _begun(self, run: int) -> Attempt | None:
        try:
            with self.database.transaction() as tx:
                return attempts.begin(tx, run, owner=self.owner)
        except (Away, Unfit):
            raise
        except Exception as exc:  # noqa: BLE001  as above: it would be met again, for ever
            give_up(self.database, run, exc)
            return None

    def _carry(self, attempt: Attempt, stop: Stop) -> Ending:
        if attempt.trigger is Trigger.UNDO:
            return undo(self.database, attempt, stop, at_once=self.at_once)
        rules = Rules.of(
            attempt.config,
            run=attempt.run,
            sync=attempt.scope.sync,
            known_until=attempt.known_until,
            erasure_key=self.erasure_key,
        )
        with self.sources.open(attempt.connection) as source:
            stop.interrupts(source.interrupt)
            if attempt.phase == PAGES:
                ending = take_pages(self.database, source, attempt, rules, stop)
                if ending is not Ending.DONE:
                    return ending
            return settle(self.database, source, attempt, rules, stop, at_once=self.at_once)


def take_pages(database: Database, source: OpenSource, attempt: Attempt, rules: Rules, stop: Stop) -> Ending:
    """Take pages from *source* into the store until it has no more or *stop* is asked for."""
    for page in source.pages(attempt.cursor, _window(attempt, rules)):
        if page.note:
            log.warning("source_noted", note=page.note[:_LONGEST_NOTE])
        with database.transaction(durable=False) as tx:
            held = attempts.hold(tx, attempt)
            take_page(tx, attempt, rules, page, held)
        ending = wish(held, stop)
        if ending is not Ending.DONE:
            return ending
    return Ending.DONE


def take_page(tx: Transaction, attempt: Attempt, rules: Rules, page: Page, held: Held) -> None:
    """Make one page true, in a transaction that holds the fence: effects, outcomes, counts, event and cursor."""
    scope = attempt.scope
    _, plan = plan_page(Stored(tx, scope), rules, page)
    sequence = pages.apply(tx, scope, plan, page=held.step, sequence=held.sequence)
    facts = attempts.facts(tx, attempt)
    if facts.undecided:
        pages.unpark(tx, scope, decided(plan, scope.run))
    latest = [time for time in (newest(page.records), facts.max_modified) if time is not None]
    tx.tell(
        "page_taken",
        attempt.subject,
        workspace=scope.workspace,
        actor="sync",
        detail={":".join(filter(None, key)): records for key, records in plan.counts.items() if records},
    )
    attempts.advance(
        tx,
        attempt,
        cursor=page.cursor,
        phase=SETTLE if page.cursor is None else PAGES,
        pages=facts.pages + 1,
        sequence=sequence,
        max_modified=max(latest, default=None),
        source_began=_began(facts.source_began, page),
        expected_total=page.total or facts.expected_total,
        undecided=undecided(tx, scope) if facts.undecided or plan.parked else 0,
        failures=0,
    )


def _began(known: int | None, page: Page) -> int | None:
    """Tell when the reading began, by the source's own clock."""
    return known if known is not None or page.as_of is None else micros(page.as_of)


def _window(attempt: Attempt, rules: Rules) -> Window:
    since = None if attempt.mode == Mode.SWEEP or attempt.since is None else moment(attempt.since)
    return Window(module=attempt.module, fields=rules.source_fields, since=since)
