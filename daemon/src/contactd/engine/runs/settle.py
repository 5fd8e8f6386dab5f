"""The end of a run: what only the whole set of records can decide, in fenced steps.

Rule: each step is a bounded transaction behind the fence that takes what it
decides out of what is parked, so settle can be interrupted anywhere and goes
on. The brake counts what would be removed before the first removal: a run that
wants too much is held until a person confirms (daemon/REQUIREMENTS.md 1.5).
"""

from collections.abc import Callable, Collection
from functools import partial

from contactd.domain.ledger import DELETED, DETACHED, GONE, LEFT, MOVED, PRESENT, Link, Plan
from contactd.domain.rules import Rules
from contactd.domain.words import Mode, Reason
from contactd.engine.runs.desk import Desk, Stored
from contactd.engine.runs.endings import Ending, wish
from contactd.engine.runs.steps import hand_overs, moves, removals
from contactd.engine.runs.stop import Stop
from contactd.host.source import OpenSource
from contactd.store import attempts, pages
from contactd.store import settle as asked
from contactd.store.attempts import Attempt
from contactd.store.database import Database, Reading, Transaction

#: How many records one step decides at most.
AT_ONCE = 500

#: How many records a source is asked after at once, at most; each may cost it a call.
_ASKED = 20

#: Removals beyond this share of the contacts that a sync holds want a confirmation, but never so few.
_SHARE, _FEW = 0.10, 20

_Step = Callable[[Desk], Plan | None]


def settle(
    database: Database, source: OpenSource, attempt: Attempt, rules: Rules, stop: Stop, *, at_once: int = AT_ONCE
) -> Ending:
    """Decide what the pages of a run left open, up to *at_once* records in a step."""
    if not attempt.confirmed and not attempt.rejected and _brake(database, attempt):
        return Ending.HELD
    ending = Ending.DONE
    if attempt.mode == Mode.SWEEP and not attempt.rejected:
        ending = _ask_after(database, source, attempt, stop, at_once)
    # A merge leaves a contact behind, so a run that may remove nothing leaves changed addresses undecided, too,
    # and who claims one of those.
    steps = (partial(hand_overs, whys=(LEFT,)),) if attempt.rejected else (moves, hand_overs, removals)
    for step in steps:
        if ending is Ending.DONE:
            ending = _repeat(database, attempt, stop, partial(step, rules=rules, at_once=at_once))
    return Ending.REJECTED if attempt.rejected and ending is Ending.DONE else ending


def _repeat(database: Database, attempt: Attempt, stop: Stop, step: _Step) -> Ending:
    """Take *step* until nothing is left for it. A run that is cancelled takes no further one."""
    while True:
        with database.transaction(durable=False) as tx:
            held = attempts.hold(tx, attempt)
            plan = None if held.cancel else step(Stored(tx, attempt.scope))
            if plan is not None:
                _apply(tx, attempt, plan, held)
        ending = wish(held, stop)
        if held.cancel or plan is None:
            return Ending.CANCELLED if held.cancel else Ending.DONE
        if ending is not Ending.DONE:
            return ending


def _ask_after(database: Database, source: OpenSource, attempt: Attempt, stop: Stop, at_once: int) -> Ending:
    """Ask after the records that a complete reading did not bring: a row may have slipped between two pages.

    A few at a time, each answer kept: a source that says "later" is not asked
    the same again. The first time after one, and then ever more: however few
    calls it allows between two times of that, some answers come of them.
    """
    few = 1
    while True:
        with database.reading() as r:
            missing = asked.missing(r, attempt.scope, min(few, _ASKED, at_once) if source.confirms else at_once)
        if not missing:
            return Ending.DONE
        gone = _gone(source, attempt.module, missing)
        with database.transaction(durable=False) as tx:
            held = attempts.hold(tx, attempt)
            answers = [(link, GONE if link.source_id in gone else PRESENT) for link in missing]
            asked.answered(tx, attempt.scope, answers)
            attempts.advance(tx, attempt, failures=0)
        few *= 2
        ending = wish(held, stop)
        if ending is not Ending.DONE:
            return ending


def _gone(source: OpenSource, module: str, missing: Collection[Link]) -> frozenset[str]:
    """Tell which records are gone; no source knows one that could not be read by what stands for its id here."""
    names = [link.source_id for link in missing if link.reason is not Reason.MALFORMED]
    asked_after = frozenset(names if source.confirms else ())
    told = source.gone(module, names) if asked_after else frozenset()
    return frozenset(link.source_id for link in missing if link.source_id not in asked_after) | frozenset(told)


def _apply(tx: Transaction, attempt: Attempt, plan: Plan, held: attempts.Held) -> None:
    sequence = pages.apply(tx, attempt.scope, plan, page=held.step, sequence=held.sequence)
    attempts.advance(tx, attempt, sequence=sequence, undecided=asked.undecided(tx, attempt.scope), failures=0)


def _brake(database: Database, attempt: Attempt) -> bool:
    """Tell whether a run wants to remove so many that a person must confirm; write down how many."""
    with database.transaction() as tx:
        attempts.hold(tx, attempt)
        sweep = attempt.mode == Mode.SWEEP
        # Asked first where it costs nothing: an ordinary run has nothing parked.
        removals = _wanted(tx, attempt, sweep=sweep) if sweep or _parks(tx, attempt) else 0
        if removals <= _FEW:
            return False
        attempts.advance(tx, attempt, removals=removals)
        return removals > asked.holding(tx, attempt.scope) * _SHARE


def _wanted(r: Reading, attempt: Attempt, *, sweep: bool) -> int:
    """Count the contacts that would go: removed ones, and those that merges leave behind."""
    return asked.removals(r, attempt.scope, sweep=sweep) + asked.merged_away(r, attempt.scope)


def _parks(r: Reading, attempt: Attempt) -> bool:
    return any(asked.parked(r, attempt.scope, why, 1) for why in (DELETED, DETACHED, MOVED))
