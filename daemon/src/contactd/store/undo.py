"""What an undo asks of the store: what there is now of whom a run touched."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import and_, select, update

from contactd.domain.changes import Effect
from contactd.domain.ledger import Image
from contactd.domain.undoing import Scene
from contactd.domain.words import RunState
from contactd.store import known, tables
from contactd.store.database import Reading, Transaction
from contactd.store.known import Scope
from contactd.store.tables import table

_OUTCOME = table(tables.OutcomeRow)
_CONTACT = table(tables.Contact)
_LINK = table(tables.Link)
_RUN = table(tables.Run)

_HOLDING = ("owner", "stale")


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


def _held(r: Reading, scope: Scope, ids: Collection[int]) -> frozenset[int]:
    others = and_(_LINK.c.contact_id.in_(ids), _LINK.c.sync_id != scope.sync, _LINK.c.state.in_(_HOLDING))
    return frozenset(row.contact_id for row in r.rows(select(_LINK.c.contact_id).where(others)))
