"""Ending an integration: what that does is told first, and done once exactly that was confirmed (R80, R81).

Rule: what is kept here is wiped in the transaction that disables; that the
source is told too is tried after it, and whether it worked is in the answer.
"""

import hashlib
from dataclasses import dataclass, replace

from contactd.domain.nouns import Connection, Run, Sync
from contactd.domain.refusals import Stale
from contactd.domain.words import Severity, SyncState
from contactd.engine.accounts import deactivation, revoking
from contactd.engine.accounts.account import check_not_disabled
from contactd.engine.parts import Parts
from contactd.store import connections, notifications, runs, shelf, syncs, workspaces
from contactd.store.database import Reading, Transaction

#: Syncs that are not connected, whatever becomes of their connection.
_APART = frozenset({SyncState.DRAFT, SyncState.DISCONNECTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """What disabling *connection* does: to which syncs and runs, and how many contacts stay."""

    connection: Connection
    credential: bool
    syncs: tuple[Sync, ...]
    runs: tuple[Run, ...]
    contacts: int

    @property
    def schedules(self) -> int:
        """How many syncs have a time to run at, and lose it."""
        return sum(sync.next_run_at is not None for sync in self.syncs)

    @property
    def id(self) -> str:
        """Tell these effects from others; how many contacts stay does not matter."""
        facts = (
            self.connection.id,
            self.connection.credential_generation,
            self.connection.organization_id,
            self.credential,
            sorted((sync.id, sync.state) for sync in self.syncs),
            sorted(run.id for run in self.runs),
        )
        return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]

    @property
    def _of_schedules(self) -> tuple[str, ...]:
        match self.schedules:
            case 0:
                return ()
            case 1:
                return ("1 schedule is cancelled.",)
            case more:
                return (f"{more} schedules are cancelled.",)

    @property
    def sentences(self) -> tuple[str, ...]:
        """Say it to a person who is to confirm it."""
        name, organization = self.connection.name, self.connection.organization_name
        wiped = f"The credential of '{name}' is given back at the source and wiped here."
        return (
            wiped if self.credential else f"'{name}' has no credential to give back.",
            *(f"The sync '{sync.name}' is disconnected, and runs no more." for sync in self.syncs),
            *self._of_schedules,
            *(f"The run {run.id} of '{run.sync}' is cancelled; what it has taken stays." for run in self.runs),
            f"{_people(self.contacts)}, with all history and every suppression.",
            *((f"The organization '{organization}' can be connected again.",) if organization else ()),
        )


def _people(number: int) -> str:
    return "1 contact stays" if number == 1 else f"{number} contacts stay"


def effects(parts: Parts, workspace: str, name: str) -> Effects:
    """Tell what disabling a connection would do.

    Raises:
        NotFound: there is no such connection.
        Conflict: it is disabled already.
    """
    with parts.database.reading() as r:
        return _effects(r, connections.get(r, workspaces.get(r, workspace).id, name))


def disable(parts: Parts, workspace: str, name: str, *, effects_id: str, by: str) -> Connection:
    """End the integration, with the effects that *effects_id* confirms; the answer warns where the source was not told.

    Raises:
        NotFound: there is no such connection.
        Conflict: it is disabled already.
        Stale: the effects would be others than those that were confirmed.
    """
    with parts.database.transaction() as tx:
        found = connections.get(tx, workspaces.get(tx, workspace).id, name)
        _check_confirmed(_effects(tx, found), effects_id)
        before = connections.sealed(tx, found.id)
        deactivation.disconnect(parts, tx, found.id, by=by)
        disabled = connections.wipe(tx, found.id)
        shelf.clear(tx, found.id)
        connections.tell(tx, "connection_disabled", disabled, by)
        _tell(tx, disabled, by)
        tx.after_commit(lambda: parts.pool.forget(str(found.id)))
    return replace(disabled, warnings=revoking.give_back(parts, before))


def _effects(r: Reading, connection: Connection) -> Effects:
    check_not_disabled(connection)
    there = tuple(sync for sync in syncs.of_connection(r, connection.id) if sync.state not in _APART)
    live = (runs.live_of(r, sync.id) for sync in there)
    sealed = connections.sealed(r, connection.id)
    return Effects(
        connection=connection,
        credential=sealed.grant is not None or sealed.secrets is not None,
        syncs=there,
        runs=tuple(run for run in live if run is not None),
        contacts=connections.contacts(r, connection.id),
    )


def _check_confirmed(now: Effects, effects_id: str) -> None:
    if effects_id == now.id:
        return
    name = now.connection.name
    raise Stale(
        f"the effects of disabling '{name}' are not those that were confirmed; "
        f"look at them with `contactctl connections effects {name}`",
        reason="EFFECTS_CHANGED",
        name=name,
    )


def _tell(tx: Transaction, connection: Connection, by: str) -> None:
    message = (
        f"The connection '{connection.name}' was disabled by {by}. "
        f"`contactctl connections authorize {connection.name}` associates its account again."
    )
    notifications.create(
        tx,
        workspace_id=connection.workspace_id,
        kind="connection_disabled",
        severity=Severity.WARNING,
        message=message,
        sync_id=None,
        run_id=None,
    )
