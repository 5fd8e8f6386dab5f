"""A run that takes another one back, in steps like those of any run.

Rule: each step is a bounded transaction behind the fence that moves the cursor
past what it took back, so an undo can be stopped anywhere and goes on. It asks
no source, and it goes on while its sync is paused: that is what it paused it
for.
"""

from dataclasses import replace

from contactd.domain.changes import Effect
from contactd.domain.undoing import Scene, take_back
from contactd.engine.runs.endings import Ending
from contactd.engine.runs.stop import Stop
from contactd.store import attempts, fields, pages
from contactd.store import undo as asked
from contactd.store.attempts import Attempt, Held
from contactd.store.database import Database, Reading, Transaction
from contactd.store.effects import Place, following, of_contacts
from contactd.store.known import Scope


def undo(database: Database, attempt: Attempt, stop: Stop, *, at_once: int) -> Ending:
    """Take the run that *attempt* undoes back, about *at_once* effects in a step."""
    while True:
        with database.transaction(durable=False) as tx:
            held = attempts.hold(tx, attempt)
            more = not held.cancel and _step(tx, attempt, held, at_once)
        if held.cancel:
            return Ending.CANCELLED
        if not more:
            return Ending.UNDONE
        if stop.asked:
            return Ending.DRAINED


def _step(tx: Transaction, attempt: Attempt, held: Held, at_once: int) -> bool:
    """Take the next effects back; tell whether there were any."""
    facts = attempts.facts(tx, attempt)
    # How many contacts there may be is no matter: they were there before.
    scope = replace(attempt.scope, limit=0)
    done = replace(scope, run=facts.undoes)
    effects, place = following(tx, done, Place.of(facts.cursor), at_once)
    if not effects:
        return False
    effects, scene = _with_whom_they_wait_for(tx, scope, done, asked.undecided(tx, scope, effects))
    # A field that was deleted since has no values any more, nor gets any back.
    there = {field.name for field in fields.every(tx, scope.workspace)}
    effects = [effect.among(there) for effect in effects]
    topics = {int(topic): name for topic, name in attempt.config.get("topics", {}).items()}
    undone = take_back(effects, scene, undone=facts.undoes, run=attempt.run, topics=topics)
    asked.quit_topics(tx, scope, undone.quits)
    sequence = pages.apply(tx, scope, undone.plan, page=held.step, sequence=held.sequence)
    attempts.advance(tx, attempt, cursor=place.text(), sequence=sequence, pages=facts.pages + 1, failures=0)
    return True


def _with_whom_they_wait_for(
    r: Reading, scope: Scope, done: Scope, effects: list[Effect]
) -> tuple[list[Effect], Scene]:
    """Add what the run did to whoever has an address by now that one of *effects* gives back.

    Two customers who swapped their addresses swap them back in one step.
    """
    while True:
        scene = asked.scene(r, scope, done.run, effects)
        there = {number for effect in effects for number in effect.contacts}
        holders = [image.id for image in scene.known.contacts.values() if image.id not in there]
        more = asked.undecided(r, scope, of_contacts(r, done, holders))
        if not more:
            return effects, scene
        effects = [*effects, *more]
