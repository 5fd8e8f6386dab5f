"""What a run did to contacts, as the ledger keeps it: rows, and the marks on contacts that it made."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, func, or_, select

from contactd.domain.changes import ContactChange, Effect, Mark, changes_of
from contactd.domain.ledger import Image
from contactd.domain.nouns import Run
from contactd.domain.words import ContactStatus, Outcome, Reason, Trigger
from contactd.store import known, tables, topics
from contactd.store.database import Reading
from contactd.store.known import Scope, image_of
from contactd.store.tables import table

_OUTCOME = table(tables.OutcomeRow)
_CONTACT = table(tables.Contact)
_LINK = table(tables.Link)
_RUN = table(tables.Run)

#: The outcomes by which a contact becomes another than before.
EFFECTIVE = (Outcome.ADDED, Outcome.READDED, Outcome.UPDATED, Outcome.REMOVED)


class Place(NamedTuple):
    """How far a reader is: behind which row of the ledger, then behind which of the contacts that were made."""

    row: int = -1
    contact: int = 0

    @classmethod
    def of(cls, cursor: str | None) -> "Place":
        """Read a place that `text` wrote."""
        return cls() if cursor is None else cls(*json.loads(cursor))

    def text(self) -> str:
        """Write the place down, as a cursor."""
        return json.dumps(self)


def following(r: Reading, scope: Scope, place: Place, limit: int, *, kept: bool = False) -> tuple[list[Effect], Place]:
    """Give up to *limit* effects of a run behind *place*, and the place behind them.

    With *kept*, also what it left as it was and said why, as an undo does.
    """
    query = _rows(scope, (*EFFECTIVE, Outcome.UNCHANGED) if kept else EFFECTIVE)
    rows = r.rows(query.where(_OUTCOME.c.sequence > place.row).order_by(_OUTCOME.c.sequence).limit(limit))
    if rows:
        return [effect_of(row) for row in rows], place._replace(row=rows[-1].sequence)
    made = r.rows(_made(scope).where(_CONTACT.c.id > place.contact).order_by(_CONTACT.c.id).limit(limit))
    return [_made_effect(row) for row in made], place._replace(contact=made[-1].id) if made else place


def of_contacts(r: Reading, scope: Scope, contact_ids: Sequence[int]) -> list[Effect]:
    """Give what a run did to *contact_ids*."""
    rows = r.rows(_rows(scope, EFFECTIVE).where(_OUTCOME.c.contact_id.in_(contact_ids)))
    made = r.rows(_made(scope).where(_CONTACT.c.id.in_(contact_ids)))
    return [*(effect_of(row) for row in rows), *(_made_effect(row) for row in made)]


def images_after(r: Reading, scope: Scope, contact_ids: Collection[int]) -> dict[int, Image]:
    """Give contacts as the run left them, by number.

    That is as the next run that changed them found them; where none did, as they are now.
    """
    now = known.known(r, scope, (), contact_ids).by_id
    first = (
        select(_OUTCOME.c.contact_id, func.min(_OUTCOME.c.run_id).label("run_id"))
        .where(_OUTCOME.c.contact_id.in_(contact_ids), _OUTCOME.c.run_id > scope.run, _OUTCOME.c.before.is_not(None))
        .group_by(_OUTCOME.c.contact_id)
        .subquery()
    )
    then = select(_OUTCOME.c.contact_id, _OUTCOME.c.before).join(
        first, (first.c.contact_id == _OUTCOME.c.contact_id) & (first.c.run_id == _OUTCOME.c.run_id)
    )
    rows = r.rows(then.where(_OUTCOME.c.before.is_not(None)))
    return {**now, **{row.contact_id: image_of(row.before)._replace(holder="") for row in rows}}


def scope_of(r: Reading, run: Run) -> Scope:
    """Tell whose records *run* looked at, and which list it filled."""
    return scope_of_number(r, run.id)


def scope_of_number(r: Reading, run: int) -> Scope:
    """Tell whose records the run number *run* looked at, and which list it filled."""
    row = r.execute(select(_RUN.c.config, _RUN.c.workspace_id, _RUN.c.sync_id).where(_RUN.c.id == run)).one()
    config = json.loads(row.config) if row.config else {"list": 0}
    return replace(Scope.of(config, workspace=row.workspace_id, sync=row.sync_id, run=run), limit=0)


def marks_of(r: Reading, numbers: Collection[int]) -> dict[int, Mark]:
    """Tell what runs give to all whom they make, by number; an undo makes nobody."""
    those = _RUN.c.id.in_(numbers), _RUN.c.run_trigger != Trigger.UNDO, _RUN.c.config != ""
    configs = {row.id: json.loads(row.config) for row in r.rows(select(_RUN.c.id, _RUN.c.config).where(*those))}
    return {
        number: Mark(config.get("subscription_type", ""), config.get("lawful_basis", ""))
        for number, config in configs.items()
    }


def changes(r: Reading, scope: Scope, place: Place, limit: int) -> tuple[list[ContactChange], Place]:
    """Give what a run changed about up to *limit* contacts behind *place*, and the place behind them."""
    effects, behind = following(r, scope, place, limit, kept=True)
    after = images_after(r, scope, {effect.contact_id for effect in effects})
    names = topics.ids(r, scope.workspace)
    mark = marks_of(r, [scope.run]).get(scope.run)
    told = [
        ContactChange(
            effect.source_id,
            effect.title,
            effect.address,
            effect.outcome,
            effect.reason,
            effect.detail,
            effect.contact_id,
            changes_of(effect, after.get(effect.contact_id), names, mark),
        )
        for effect in effects
    ]
    return told, behind


def _rows(scope: Scope, outcomes: Iterable[Outcome]) -> Select[Any]:
    # A record that was not taken may have changed the contact that it holds all the same.
    told = or_(_OUTCOME.c.outcome.in_(outcomes), _OUTCOME.c.before.is_not(None))
    return select(_OUTCOME).where(_OUTCOME.c.run_id == scope.run, _OUTCOME.c.contact_id.is_not(None), told)


def _made(scope: Scope) -> Select[Any]:
    """Ask for contacts that the run made and wrote no row of; the mark on them is their row."""
    record = (
        select(func.min(_LINK.c.source_id))
        .where(_LINK.c.sync_id == scope.sync, _LINK.c.contact_id == _CONTACT.c.id)
        .scalar_subquery()
    )
    written = _rows(scope, EFFECTIVE).where(_OUTCOME.c.contact_id == _CONTACT.c.id).exists()
    return select(_CONTACT.c.id, _CONTACT.c.email, record.label("source_id")).where(
        _CONTACT.c.created_run == scope.run, ~written, _stayed(scope.run)
    )


def _stayed(run: int) -> ColumnElement[bool]:
    """What a run makes and removes again, for a record that changed its address meanwhile, it did not add."""
    touched = _CONTACT.c.touched_run
    return or_(_CONTACT.c.status != ContactStatus.DELETED, touched.is_(None), touched != run)


def effect_of(row: Row[Any]) -> Effect:
    """Read an effect of a row of the ledger."""
    return Effect(
        source_id=row.source_id,
        title=row.title,
        address=row.address,
        outcome=Outcome(row.outcome),
        reason=Reason(row.reason),
        detail=row.detail,
        contact_id=row.contact_id,
        changed=tuple(json.loads(row.changed)) if row.changed else (),
        # What a run renames after having made it, it made.
        before=None if row.before is None or row.outcome == Outcome.ADDED else image_of(row.before),
        mapped=json.loads(row.mapped) if row.mapped else {},
        aside=None if row.aside is None else image_of(row.aside),
    )


def _made_effect(row: Row[Any]) -> Effect:
    # A contact whose record has gone on to another one is known by its own number.
    source_id = row.source_id or f"contact:{row.id}"
    return Effect(source_id, "", row.email, Outcome.ADDED, Reason.NONE, "", row.id, (), None, {})
