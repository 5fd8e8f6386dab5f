"""What is known of an address, a contact or a record, put together from every table that tells of them.

Rule: a link keeps its last outcome, reason and run, and a contact the run that
made it, so there is an answer when the ledger's rows are long gone.
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select, text

from contactd.domain.changes import Change, changes_of, made
from contactd.domain.explaining import KnownRecord, Moment
from contactd.domain.ledger import Image
from contactd.domain.nouns import Contact
from contactd.domain.words import ContactStatus, LinkState, Outcome, Reason
from contactd.store import tables, topics
from contactd.store.by_hand import remembered
from contactd.store.database import Reading
from contactd.store.effects import effect_of, marks_of, scope_of_number
from contactd.store.known import Scope, known

_LINK = tables.table(tables.Link)
_SYNC = tables.table(tables.Sync)
_RUN = tables.table(tables.Run)
_OUTCOME = tables.table(tables.OutcomeRow)
_CONTACT = tables.table(tables.Contact)
_EVENT = tables.table(tables.Event)
_OWNER = _LINK.alias("owner")

#: The newest entries of a history that are told; older ones are in the lists of their runs.
_LATEST = 200

_WINNER = (
    select(func.min(_OWNER.c.source_id))
    .where(
        _LINK.c.state == LinkState.SHADOW,
        _OWNER.c.sync_id == _LINK.c.sync_id,
        _OWNER.c.email_key == _LINK.c.email_key,
        _OWNER.c.state == LinkState.OWNER,
    )
    .scalar_subquery()
)
_RECORDS = (
    select(
        _LINK,
        _SYNC.c.name.label("sync"),
        _RUN.c.mapping_version,
        _RUN.c.started_at,
        _RUN.c.created_at.label("run_made"),
        _OUTCOME.c.detail,
        _WINNER.label("winner"),
    )
    .join(_SYNC, _SYNC.c.id == _LINK.c.sync_id)
    .outerjoin(_RUN, _RUN.c.id == _LINK.c.seen_run)
    .outerjoin(_OUTCOME, and_(_OUTCOME.c.run_id == _LINK.c.seen_run, _OUTCOME.c.source_id == _LINK.c.source_id))
    .order_by(_LINK.c.sync_id, _LINK.c.source_id)
)
_SYNC_OF_RUN = select(_SYNC.c.name).join(_RUN, _RUN.c.sync_id == _SYNC.c.id)
_REFUSED = (
    select(_RUN.c.sync_id, _OUTCOME.c.source_id)
    .join(_RUN, _RUN.c.id == _OUTCOME.c.run_id)
    # In these very words, or the store does not see that the index of those not taken is meant.
    .where(text("outcome.outcome IN ('skipped', 'failed')"))
)


def records_of_contact(r: Reading, contact_id: int) -> list[KnownRecord]:
    """Give the records that hold or held a contact."""
    return _records(r, _LINK.c.contact_id == contact_id)


def records_of_key(r: Reading, workspace_id: int, key: str) -> list[KnownRecord]:
    """Give the records that carry the address *key*, those that were not taken too."""
    home = _SYNC.c.workspace_id == workspace_id
    refused = r.rows(_REFUSED.where(_OUTCOME.c.email_key == key, _RUN.c.workspace_id == workspace_id).distinct())
    those = [and_(_LINK.c.sync_id == row.sync_id, _LINK.c.source_id == row.source_id) for row in refused]
    # Of a record that was mended since, the link knows another address, or another run.
    now = and_(_OUTCOME.c.email_key == key, or_(*those)) if those else None
    carried = and_(_LINK.c.sync_id.in_(select(_SYNC.c.id).where(home)), _LINK.c.email_key == key)
    return _records(r, carried if now is None else or_(carried, now))


def record(r: Reading, sync_id: int, source_id: str) -> list[KnownRecord]:
    """Give what a sync knows of one record, if it knows it."""
    return _records(r, and_(_LINK.c.sync_id == sync_id, _LINK.c.source_id == source_id))


def history(r: Reading, contact: Contact) -> list[Moment]:
    """Give what happened to a contact, the oldest first: by runs with before and after, and by people too."""
    by_runs, first = _by_runs(r, contact)
    moments = [*_creation(r, contact, by_runs, first), *by_runs, *_left_behind(r, contact), *_by_hand(r, contact)]
    return sorted(moments, key=lambda moment: moment.at)[-_LATEST:]


def _records(r: Reading, where: ColumnElement[bool]) -> list[KnownRecord]:
    return [_record(row) for row in r.rows(_RECORDS.where(where))]


def _record(row: Row[Any]) -> KnownRecord:
    return KnownRecord(
        sync=row.sync,
        source_id=row.source_id,
        state=LinkState(row.state),
        outcome=Outcome(row.outcome),
        reason=Reason(row.reason),
        detail=row.detail or "",
        run=row.seen_run,
        at=row.started_at or row.run_made or 0,
        mapping_version=row.mapping_version or 0,
        first_run=row.first_run,
        winner=row.winner or "",
        contact_id=row.contact_id,
    )


def _by_runs(r: Reading, contact: Contact) -> tuple[list[Moment], Image | None]:
    """Give what runs did to a contact, and how it was before the first of that."""
    query = (
        select(_OUTCOME, _SYNC.c.name.label("sync"))
        .join(_RUN, _RUN.c.id == _OUTCOME.c.run_id)
        .join(_SYNC, _SYNC.c.id == _RUN.c.sync_id)
        .where(_OUTCOME.c.contact_id == contact.id)
        .order_by(_OUTCOME.c.run_id.desc(), _OUTCOME.c.sequence.desc())
        .limit(_LATEST)
    )
    rows = list(reversed(r.rows(query)))
    effects = [effect_of(row) for row in rows]
    names = topics.ids(r, contact.workspace_id)
    marks = marks_of(r, {row.run_id for row in rows})
    first, *after = _images(r, contact, [effect.before for effect in effects])
    moments = [
        Moment(
            at=row.created_at,
            actor="sync",
            what=effect.outcome.value,
            sync=row.sync,
            run=row.run_id,
            reason=effect.reason,
            detail=effect.detail,
            changes=changes_of(effect, image, names, marks.get(row.run_id)),
        )
        for row, effect, image in zip(rows, effects, after, strict=True)
    ]
    return moments, first


def _creation(r: Reading, contact: Contact, by_runs: Sequence[Moment], first: Image | None) -> list[Moment]:
    """Read the mark that a contact keeps of the run that made it, which is its row of the ledger."""
    if contact.created_run is None or any(moment.run == contact.created_run for moment in by_runs):
        return []
    row = r.first(_SYNC_OF_RUN.where(_RUN.c.id == contact.created_run))
    mark = marks_of(r, [contact.created_run]).get(contact.created_run)
    return [
        Moment(
            at=contact.created_at,
            actor="sync",
            what=Outcome.ADDED.value,
            sync="" if row is None else row.name,
            run=contact.created_run,
            reason=Reason.NONE,
            detail="",
            changes=[] if first is None else made(first, topics.ids(r, contact.workspace_id), mark),
        )
    ]


def _left_behind(r: Reading, contact: Contact) -> list[Moment]:
    """Tell of the run that removed a contact as its record went on to the address of another one; the row is that's."""
    if contact.status is not ContactStatus.DELETED:
        return []
    last = select(_CONTACT.c.touched_run).where(_CONTACT.c.id == contact.id).scalar_subquery()
    query = (
        select(_OUTCOME, _SYNC.c.name.label("sync"))
        .join(_RUN, _RUN.c.id == _OUTCOME.c.run_id)
        .join(_SYNC, _SYNC.c.id == _RUN.c.sync_id)
        .where(_OUTCOME.c.run_id == last, _OUTCOME.c.reason == Reason.EMAIL_CHANGED_MERGED.value)
    )
    rows = [(row, effect_of(row).aside) for row in r.rows(query)]
    return [
        Moment(
            at=row.created_at,
            actor="sync",
            what=Outcome.REMOVED.value,
            sync=row.sync,
            run=row.run_id,
            reason=Reason.EMAIL_CHANGED_MERGED,
            detail="",
            changes=[Change("status", ContactStatus.LIVE.value, ContactStatus.DELETED.value)],
        )
        for row, aside in rows
        if aside is not None and aside.id == contact.id
    ]


def _images(r: Reading, contact: Contact, befores: Sequence[Image | None]) -> list[Image | None]:
    """Give how the contact was before the first change, then after each: as the next one found it, at last as now."""
    nobody = Scope(workspace=contact.workspace_id, sync=0, run=0, list_id=0)
    scope = nobody if contact.created_run is None else scope_of_number(r, contact.created_run)
    found = known(r, scope, (), [contact.id]).by_id.get(contact.id)
    images = [found]
    for before in reversed(befores):
        images.append(before or images[-1])
    return images[::-1]


def _by_hand(r: Reading, contact: Contact) -> list[Moment]:
    subject = f"workspaces/{contact.workspace}/contacts/{contact.id}"
    query = select(_EVENT).where(_EVENT.c.subject == subject).order_by(_EVENT.c.revision.desc()).limit(_LATEST)
    changes = remembered(r, contact.id)
    return [
        Moment(
            at=row.created_at,
            actor=row.actor,
            what=row.kind,
            sync="",
            run=None,
            reason=Reason.NONE,
            detail=_said(json.loads(row.detail)),
            changes=changes.get(row.revision, []),
        )
        for row in r.rows(query)
    ]


def _said(detail: dict[str, Any]) -> str:
    """Say the facts beside an event in a line."""
    parts = (", ".join(value) if isinstance(value, list) else str(value) for value in detail.values())
    return "; ".join(part for part in parts if part)
