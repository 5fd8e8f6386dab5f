"""What an undo asks of the store: what there is now of whom a run touched."""

from collections.abc import Collection, Sequence

from sqlalchemy import and_, delete, select

from contactd.domain.changes import Effect
from contactd.domain.relinking import records_of
from contactd.domain.undoing import Scene
from contactd.domain.words import RunState
from contactd.store import known, links, tables
from contactd.store.database import Reading, Transaction
from contactd.store.effects import EFFECTIVE
from contactd.store.known import Scope
from contactd.store.tables import table

_OUTCOME = table(tables.OutcomeRow)
_CONTACT = table(tables.Contact)
_TOPIC = table(tables.TopicMember)
_RUN = table(tables.Run)


def undecided(r: Reading, scope: Scope, effects: Sequence[Effect]) -> list[Effect]:
    """Leave out of *effects* those that an earlier step decided, because another one waited for them."""
    mine = and_(_OUTCOME.c.run_id == scope.run, _OUTCOME.c.source_id.in_([effect.source_id for effect in effects]))
    decided = {row.source_id for row in r.rows(select(_OUTCOME.c.source_id).where(mine))}
    return [effect for effect in effects if effect.source_id not in decided]


def scene(r: Reading, scope: Scope, done: int, effects: Collection[Effect]) -> Scene:
    """Give what there is now of the contacts of *effects* of the run *done*, and of the addresses that they had."""
    ids = {number for effect in effects for number in effect.contacts}
    keys = {image.key for effect in effects for image in effect.befores if image.key}
    runs = (_CONTACT.c.touched_run, _CONTACT.c.created_run)
    there = r.rows(select(_CONTACT.c.id, *runs).where(_CONTACT.c.id.in_(ids)))
    return Scene(
        known=known.known(r, scope, keys, ids),
        touched={row.id: row.touched_run for row in there},
        made={row.id: row.created_run for row in there},
        links=links.by_id(r, scope.sync, records_of(effects)),
        claimed=_claimed(r, scope, done, ids),
    )


def _claimed(r: Reading, scope: Scope, done: int, ids: Collection[int]) -> frozenset[int]:
    """Tell about which contacts a run of the sync has written something since the run *done*, but for this one."""
    later = and_(_OUTCOME.c.run_id > done, _OUTCOME.c.run_id != scope.run, _RUN.c.sync_id == scope.sync)
    about = and_(_OUTCOME.c.contact_id.in_(ids), _OUTCOME.c.outcome.in_(EFFECTIVE))
    rows = select(_OUTCOME.c.contact_id).join(_RUN, _RUN.c.id == _OUTCOME.c.run_id)
    return frozenset(row.contact_id for row in r.rows(rows.where(later, about).distinct()))


def quit_topics(tx: Transaction, scope: Scope, quits: Sequence[tuple[int, int]]) -> None:
    """Take contacts off topics that the sync had made known to them."""
    for topic, contact in quits:
        mine = and_(_TOPIC.c.topic_id == topic, _TOPIC.c.contact_id == contact, _TOPIC.c.sync_id == scope.sync)
        tx.execute(delete(_TOPIC).where(mine))


def undone_by(r: Reading, sync_id: int, run: int) -> int | None:
    """Give the run that took *run* back, or is about to, if one did."""
    mine = and_(_RUN.c.sync_id == sync_id, _RUN.c.undoes == run)
    row = r.first(select(_RUN.c.id).where(mine, _RUN.c.state == RunState.SUCCEEDED).limit(1))
    return None if row is None else int(row.id)
