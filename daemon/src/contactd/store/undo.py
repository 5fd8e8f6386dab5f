"""What an undo asks of the store: the effects of a run, and what there is now of whom it touched."""

import json
from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select, update

from contactd.domain.ledger import Image
from contactd.domain.undoing import TAKEN_BACK, Effect, Scene
from contactd.domain.words import Outcome, Reason, RunState
from contactd.store import known, tables
from contactd.store.database import Reading, Transaction
from contactd.store.known import Scope, image_of
from contactd.store.tables import table

_OUTCOME = table(tables.OutcomeRow)
_CONTACT = table(tables.Contact)
_LINK = table(tables.Link)
_RUN = table(tables.Run)

_HOLDING = ("owner", "stale")


class Place(NamedTuple):
    """How far an undo is: behind which row of the ledger, then behind which of the contacts that were made."""

    row: int = -1
    contact: int = 0

    @classmethod
    def of(cls, cursor: str | None) -> "Place":
        """Read a place that `text` wrote."""
        return cls() if cursor is None else cls(*json.loads(cursor))

    def text(self) -> str:
        """Write the place down, as a cursor."""
        return json.dumps(self)


def following(r: Reading, scope: Scope, run: int, place: Place, limit: int) -> tuple[list[Effect], Place]:
    """Give up to *limit* effects of *run* behind *place*, and the place behind them."""
    rows = r.rows(_rows(run).where(_OUTCOME.c.sequence > place.row).order_by(_OUTCOME.c.sequence).limit(limit))
    if rows:
        return [_effect(row) for row in rows], place._replace(row=rows[-1].sequence)
    made = r.rows(_made(scope, run).where(_CONTACT.c.id > place.contact).order_by(_CONTACT.c.id).limit(limit))
    return [_made_effect(row) for row in made], place._replace(contact=made[-1].id) if made else place


def of_contacts(r: Reading, scope: Scope, run: int, contact_ids: Sequence[int]) -> list[Effect]:
    """Give what *run* did to *contact_ids*."""
    rows = r.rows(_rows(run).where(_OUTCOME.c.contact_id.in_(contact_ids)))
    made = r.rows(_made(scope, run).where(_CONTACT.c.id.in_(contact_ids)))
    return [*(_effect(row) for row in rows), *(_made_effect(row) for row in made)]


def undecided(r: Reading, scope: Scope, effects: Sequence[Effect]) -> list[Effect]:
    """Leave out of *effects* those that an earlier step decided, because another one waited for them."""
    mine = and_(_OUTCOME.c.run_id == scope.run, _OUTCOME.c.source_id.in_([effect.source_id for effect in effects]))
    decided = {row.source_id for row in r.rows(select(_OUTCOME.c.source_id).where(mine))}
    return [effect for effect in effects if effect.source_id not in decided]


def scene(r: Reading, scope: Scope, effects: Collection[Effect]) -> Scene:
    """Give what there is now of the contacts of *effects*, and of the addresses that they had."""
    ids = {effect.contact_id for effect in effects}
    keys = {effect.before.key for effect in effects if effect.before is not None and effect.before.key}
    bearing = known.known(r, scope, keys, ids)
    touched = r.rows(select(_CONTACT.c.id, _CONTACT.c.touched_run).where(_CONTACT.c.id.in_(ids)))
    return Scene(
        known=bearing,
        touched={row.id: row.touched_run for row in touched},
        links=known.links(r, scope, [effect.source_id for effect in effects]),
        held=_held(r, scope, ids),
    )


def unsettle(tx: Transaction, scope: Scope, images: Iterable[Image]) -> None:
    """Let every other sync decide its records of changed contacts afresh."""
    ids = [image.id for image in images]
    others = update(_LINK).where(_LINK.c.contact_id.in_(ids), _LINK.c.sync_id != scope.sync)
    tx.execute(others.values(content_hash=None))


def undone_by(r: Reading, sync_id: int, run: int) -> int | None:
    """Give the run that took *run* back, or is about to, if one did."""
    mine = and_(_RUN.c.sync_id == sync_id, _RUN.c.undoes == run)
    row = r.first(select(_RUN.c.id).where(mine, _RUN.c.state == RunState.SUCCEEDED).limit(1))
    return None if row is None else int(row.id)


def _rows(run: int) -> Select[Any]:
    return select(_OUTCOME).where(
        _OUTCOME.c.run_id == run, _OUTCOME.c.contact_id.is_not(None), _OUTCOME.c.outcome.in_(TAKEN_BACK)
    )


def _made(scope: Scope, run: int) -> Select[Any]:
    """Ask for contacts that *run* made and wrote no row of; the mark on them is their row."""
    record = (
        select(func.min(_LINK.c.source_id))
        .where(_LINK.c.sync_id == scope.sync, _LINK.c.contact_id == _CONTACT.c.id)
        .scalar_subquery()
    )
    written = (
        select(_OUTCOME.c.run_id)
        .where(_OUTCOME.c.run_id == run, _OUTCOME.c.contact_id == _CONTACT.c.id, _OUTCOME.c.outcome.in_(TAKEN_BACK))
        .exists()
    )
    return select(_CONTACT.c.id, record.label("source_id")).where(_CONTACT.c.created_run == run, ~written, _stayed(run))


def _stayed(run: int) -> ColumnElement[bool]:
    """What a run makes and removes again, for a record that changed its address meanwhile, it did not add."""
    return or_(_CONTACT.c.status != "deleted", _CONTACT.c.touched_run.is_(None), _CONTACT.c.touched_run != run)


def _effect(row: Row[Any]) -> Effect:
    return Effect(
        source_id=row.source_id,
        title=row.title,
        outcome=Outcome(row.outcome),
        reason=Reason(row.reason),
        contact_id=row.contact_id,
        before=None if row.before is None else image_of(row.before),
        mapped=json.loads(row.mapped) if row.mapped else {},
    )


def _made_effect(row: Row[Any]) -> Effect:
    # A contact whose record has gone on to another one is known by its own number.
    source_id = row.source_id or f"contact:{row.id}"
    return Effect(source_id, "", Outcome.ADDED, Reason.NONE, row.id, None, {})


def _held(r: Reading, scope: Scope, ids: Collection[int]) -> frozenset[int]:
    others = and_(_LINK.c.contact_id.in_(ids), _LINK.c.sync_id != scope.sync, _LINK.c.state.in_(_HOLDING))
    return frozenset(row.contact_id for row in r.rows(select(_LINK.c.contact_id).where(others)))
