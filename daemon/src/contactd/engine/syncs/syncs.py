"""Syncs: setting one up, and looking at those there are. What moves them on is in `wishes`.

Rule: a sync is checked as a whole, against what its connection, list and source
are at that moment, and every fault is told at once by its path in the contract.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from contactd.domain.due import usual_sweep
from contactd.domain.editions import EDITIONS
from contactd.domain.mapping import suggest
from contactd.domain.nouns import Connection, Counts, MappingLine, Run, Schedule, Sync, Workspace
from contactd.domain.refusals import Conflict, ContactdError, Fault, Invalid, NotFound
from contactd.domain.schedule import faults as schedule_faults
from contactd.domain.words import CountsView, SyncState
from contactd.engine import ids
from contactd.engine.accounts import source_errors
from contactd.engine.accounts.sources import Sources
from contactd.engine.parts import Parts
from contactd.engine.requests import UNNAMED, Asking, once
from contactd.engine.runs import preview as previews
from contactd.engine.runs import selection
from contactd.engine.runs.preview import Emit
from contactd.engine.syncs import mappings, terms
from contactd.engine.syncs.terms import Terms
from contactd.host.catalog import Catalog
from contactd.store import connections, runs, syncs, workspaces
from contactd.store import mappings as stored_mappings
from contactd.store.database import Reading, Transaction
from contactd_sdk import Capability, SourceField

#: What is read when nobody says.
MODULE = "contacts"


class Seen(NamedTuple):
    """A sync as people see it, and its newest run."""

    sync: Sync
    last_run: Run | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft(Terms):
    """What somebody wants of a new sync. *connection* is a name, *lines* `None` the suggested ones."""

    name: str = ""
    connection: str = ""
    module: str = MODULE
    #: Which records, as text; empty is all of them.
    criteria: str = ""
    lines: tuple[MappingLine, ...] | None = None
    #: Whether somebody said when it is swept.
    sweep_chosen: bool = False


def get(parts: Parts, workspace: str, name: str) -> Seen:
    """Give the sync *name*.

    Raises:
        NotFound: there is none.
    """
    with parts.database.reading() as r:
        return seen(parts, r, syncs.get(r, workspaces.get(r, workspace).id, name))


def page(parts: Parts, r: Reading, workspace_id: int, *, after: str, limit: int) -> Sequence[Seen]:
    """Give up to *limit* syncs by name, those after *after*."""
    return [seen(parts, r, sync) for sync in syncs.page(r, workspace_id, after=after, limit=limit)]


def seen(parts: Parts, r: Reading, sync: Sync) -> Seen:
    """Complete *sync* by what is computed, not stored: all that wants attention, and its newest run."""
    return Seen(replace(sync, attention=attention(parts.catalog, r, sync)), runs.last_of(r, sync.id))


def attention(catalog: Catalog, r: Reading, sync: Sync) -> tuple[str, ...]:
    """Tell what keeps *sync* from running until its cause is mended (daemon/REQUIREMENTS.md 1.3)."""
    try:
        catalog.kind(connections.by_id(r, sync.connection_id).kind)
    except ContactdError:
        return ("plugin_quarantined", *sync.attention)
    return sync.attention


def deleted(sync: Sync) -> Conflict:
    """Give the refusal of *sync*, which is deleted and has nothing to do."""
    message = f"the sync '{sync.name}' is deleted; `contactctl syncs undelete {sync.name}` brings it back"
    return Conflict(message, reason="DELETED", name=sync.name)


class Foretold(NamedTuple):
    """What a run would count, and which of the two views the edition of the workspace has."""

    counts: Counts
    view: CountsView


def preview(parts: Parts, workspace: str, name: str, limit: int, emit: Emit) -> Foretold:
    """Hand what a full run would do to up to *limit* records (0: all) to *emit*, and count it; write nothing.

    Raises:
        Conflict: the sync is deleted, the source refuses us, or its plugin cannot be used.
        Away: the source does not answer.
    """
    with parts.database.reading() as r:
        home = workspaces.get(r, workspace)
        sync = syncs.get(r, home.id, name)
    if sync.state is SyncState.DELETED:
        raise deleted(sync)
    with source_errors.told(sync.connection, parts.database.clock):
        return Foretold(previews.preview(parts, sync, limit, emit), EDITIONS[home.edition].counters)


def create(parts: Parts, workspace: str, draft: Draft, *, by: str, asking: Asking = UNNAMED) -> Seen:
    """Make a sync that does not run yet, with its mapping, and the contact fields that this asks for.

    Raises:
        Invalid: with every fault of the draft.
        Conflict: its connection cannot be asked for its fields.
        Exists: its name is taken.
    """
    with parts.database.reading() as r:
        home = workspaces.get(r, workspace)
        connection, faults = _connection(parts, r, home, draft)
        draft = _swept(parts, draft, connection)
        if connection is None:
            raise Invalid(*faults, *_faults(r, home, draft))
    offered = Sources(parts).fields(connection.id, draft.module)
    with parts.database.transaction() as tx:
        return once(tx, asking, by, Seen, lambda: _create(tx, home, connection, draft, offered, by=by))


def check_room(r: Reading, home: Workspace, connection_id: int, connection: str) -> None:
    """Refuse one more sync where a connection has as many as the edition allows (R11).

    Raises:
        Conflict: `SYNC_LIMIT`.
    """
    limit, there = EDITIONS[home.edition].syncs, syncs.of_connection(r, connection_id)
    if limit and len(there) >= limit:
        raise Conflict(
            f"the connection '{connection}' has the sync '{there[0].name}' already, and edition '{home.edition}' "
            f"allows {limit} for each connection; edit that one, or delete it first",
            reason="SYNC_LIMIT",
            name=connection,
        )


def _create(
    tx: Transaction,
    home: Workspace,
    connection: Connection,
    draft: Draft,
    offered: Sequence[SourceField],
    *,
    by: str,
) -> Seen:
    check_room(tx, home, connection.id, connection.name)
    lines, faults = mappings.resolve(tx, home.id, suggest(offered) if draft.lines is None else draft.lines, offered)
    criteria, wrong = selection.read(home, draft.criteria, offered)
    faults = (*_faults(tx, home, draft), *terms.date_faults(draft, offered), *wrong, *faults)
    if faults:
        raise Invalid(*faults)
    sync = syncs.create(
        tx,
        workspace_id=home.id,
        connection_id=connection.id,
        name=ids.chosen(draft.name, draft.description, noun="sync", taken=lambda one: syncs.taken(tx, home.id, one)),
        module=draft.module,
        criteria=criteria.text,
        criteria_types=criteria.types,
        by=by,
        **terms.stored(tx, home, draft, created_at=tx.now),
    )
    mappings.make_fields(tx, sync, lines, offered, by=by)
    stored_mappings.begin(tx, sync, lines)
    return Seen(sync, None)


def _connection(parts: Parts, r: Reading, home: Workspace, draft: Draft) -> tuple[Connection | None, tuple[Fault, ...]]:
    """Look up what the sync reads from; none, and why, where it could not be asked for its fields."""
    try:
        connection = connections.get(r, home.id, draft.connection)
    except NotFound as exc:
        message = f"{exc.message}; `contactctl connections list` shows those there are"
        return None, (Fault("sync.connection", message),)
    modules = [module.name for module in parts.catalog.kind(connection.kind).modules]
    usable = modules[: EDITIONS[home.edition].modules or None]
    if draft.module in usable:
        return connection, ()
    if draft.module in modules:
        message = f"edition '{home.edition}' reads only {', '.join(usable)} of {connection.kind}; leave the module out"
    else:
        message = f"{connection.kind} has no module '{draft.module}'; it has {', '.join(usable)}"
    return None, (Fault("sync.module", message),)


def tells_deletions(parts: Parts, connection: Connection) -> bool:
    """Tell whether the source of *connection* tells by itself what was deleted, so that nothing need be swept."""
    return Capability.DELETES in parts.catalog.kind(connection.kind).capabilities


def _swept(parts: Parts, draft: Draft, connection: Connection | None) -> Draft:
    """Sweep as usual what nobody said the sweeps of, where the source cannot tell what was deleted."""
    tells = connection is None or tells_deletions(parts, connection)
    if tells or draft.sweep_chosen or draft.sweep_schedule != Schedule() or schedule_faults(draft.schedule):
        return draft
    return replace(draft, sweep_schedule=usual_sweep(draft.schedule))


def _faults(r: Reading, home: Workspace, draft: Draft) -> tuple[Fault, ...]:
    """Tell what is wrong with *draft*, its mapping and its source aside."""
    return (
        *ids.id_faults(draft.name, draft.description, noun="sync", id_field="sync_id", title_field="sync.description"),
        *terms.faults(r, home, draft, created_at=r.now),
    )
