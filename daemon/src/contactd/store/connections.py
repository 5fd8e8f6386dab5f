"""Connections, and their sealed credentials.

Rule: one refresh of a token at a time. Whoever refreshes holds a lease on the
row, and what it stores counts only while that lease is its own and the grant
is the one that it began with.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, and_, bindparam, func, or_, select

from contactd.domain.nouns import Connection
from contactd.domain.refusals import NotFound
from contactd.domain.words import ConnectionState, ContactStatus
from contactd.store import tables
from contactd.store.database import Reading, Transaction

_CONNECTION = tables.table(tables.Connection)
_WORKSPACE = tables.table(tables.Workspace)
_SYNC = tables.table(tables.Sync)
_LINK = tables.table(tables.Link)
_CONTACT = tables.table(tables.Contact)
_ALL = select(_CONNECTION, _WORKSPACE.c.name.label("workspace")).join(
    _WORKSPACE, _WORKSPACE.c.id == _CONNECTION.c.workspace_id
)
_IN = _ALL.where(_CONNECTION.c.workspace_id == bindparam("workspace_id"))
_BY_NAME = _IN.where(_CONNECTION.c.name == bindparam("name"))
_BY_ID = _ALL.where(_CONNECTION.c.id == bindparam("id"))
_PAGE = _IN.where(_CONNECTION.c.name > bindparam("after")).order_by(_CONNECTION.c.name).limit(bindparam("limit"))
_CONNECTED = _IN.where(
    _CONNECTION.c.kind == bindparam("kind"),
    _CONNECTION.c.state.in_((ConnectionState.ENABLED.value, ConnectionState.CREDENTIAL_INVALID.value)),
).order_by(_CONNECTION.c.name)
_BROUGHT = (
    select(func.count(_LINK.c.contact_id.distinct()))
    .join(_SYNC, _SYNC.c.id == _LINK.c.sync_id)
    .join(_CONTACT, _CONTACT.c.id == _LINK.c.contact_id)
    .where(_SYNC.c.connection_id == bindparam("connection_id"), _CONTACT.c.status == ContactStatus.LIVE.value)
)
_SHARING = select(_CONNECTION.c.id, _CONNECTION.c.kind).where(
    _CONNECTION.c.organization_id == bindparam("organization")
)
_COUNT = select(func.count()).where(_CONNECTION.c.workspace_id == bindparam("workspace_id"))
_INSERT = _CONNECTION.insert()
_THIS = _CONNECTION.update().where(_CONNECTION.c.id == bindparam("this"))
#: Free, or held for longer than anybody may hold it: the clock went back since.
_CLAIM = _THIS.where(
    or_(_CONNECTION.c.refresh_lease_until <= bindparam("now"), _CONNECTION.c.refresh_lease_until > bindparam("until"))
).values(refresh_lease_until=bindparam("until"))
_CHECK = _THIS.where(
    or_(_CONNECTION.c.account_checked_at <= bindparam("before"), _CONNECTION.c.account_checked_at > bindparam("now")),
    _CONNECTION.c.state == ConnectionState.ENABLED.value,
).values(account_checked_at=bindparam("now"))
_OWN = _THIS.where(_CONNECTION.c.refresh_lease_until == bindparam("lease"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A connection with what is sealed of it, and the state of its refresh lease."""

    connection: Connection
    secrets: bytes | None = field(repr=False)
    grant: bytes | None = field(repr=False)
    token: bytes | None = field(repr=False)
    consent: bytes | None = field(repr=False, default=None)
    token_expires: int
    lease_until: int
    #: No new token is asked for before this, and why.
    refresh_after: int = 0
    refresh_why: str = ""
    #: When the account told its address last.
    checked_at: int = 0


def get(r: Reading, workspace_id: int, name: str) -> Connection:
    """Give the connection called *name*.

    Raises:
        NotFound: there is none.
    """
    row = r.first(_BY_NAME, {"workspace_id": workspace_id, "name": name})
    if row is None:
        raise NotFound("connection", name)
    return _connection(row)


def taken(r: Reading, workspace_id: int, name: str) -> bool:
    """Tell whether a connection has *name*."""
    return r.first(_BY_NAME, {"workspace_id": workspace_id, "name": name}) is not None


def by_id(r: Reading, connection_id: int) -> Connection:
    """Give the connection with *connection_id*.

    Raises:
        NotFound: there is none.
    """
    return sealed(r, connection_id).connection


def sealed(r: Reading, connection_id: int) -> Sealed:
    """Give the connection with *connection_id*, and what is sealed of it.

    Raises:
        NotFound: there is none.
    """
    row = r.first(_BY_ID, {"id": connection_id})
    if row is None:
        raise NotFound("connection", str(connection_id))
    return Sealed(
        connection=_connection(row),
        secrets=row.secrets,
        grant=row.grant_sealed,
        token=row.token_sealed,
        consent=row.consent_sealed,
        token_expires=row.token_expires,
        lease_until=row.refresh_lease_until,
        refresh_after=row.refresh_after,
        refresh_why=row.refresh_why,
        checked_at=row.account_checked_at,
    )


def page(r: Reading, workspace_id: int, *, after: str = "", limit: int) -> Sequence[Connection]:
    """Give up to *limit* connections by name, those after *after*."""
    asked = {"workspace_id": workspace_id, "after": after, "limit": limit}
    return [_connection(row) for row in r.rows(_PAGE, asked)]


def connected(r: Reading, workspace_id: int, kind: str) -> Sequence[Connection]:
    """Give those of *kind* that have their organization."""
    return [_connection(row) for row in r.rows(_CONNECTED, {"workspace_id": workspace_id, "kind": kind})]


def of_organization(r: Reading, organization: str, kinds: Collection[str] | None = None) -> list[int]:
    """Give the numbers of the connections, of these or all *kinds*, that lead to *organization* in any workspace."""
    found = r.rows(_SHARING, {"organization": organization})
    return [row.id for row in found if kinds is None or row.kind in kinds]


def create(
    tx: Transaction,
    connection_id: int,
    *,
    workspace_id: int,
    name: str,
    title: str,
    kind: str,
    settings: dict[str, str],
    secrets: bytes | None,
    state: ConnectionState,
) -> Connection:
    """Make a connection with a reserved id; its name must be free."""
    values = {
        "id": connection_id,
        "workspace_id": workspace_id,
        "name": name,
        "title": title,
        "kind": kind,
        "settings": json.dumps(settings, ensure_ascii=False),
        "secrets": secrets,
        "state": state.value,
        # The order of creation is the order of priority, until somebody says otherwise.
        "priority": tx.execute(_COUNT, {"workspace_id": workspace_id}).scalar_one(),
        "created_at": tx.now,
    }
    tx.execute(_INSERT.values(values))
    return by_id(tx, connection_id)


def change(tx: Transaction, connection_id: int, **values: str | int | bytes | None) -> Connection:
    """Set columns of a connection, which then has a new version."""
    tx.execute(_THIS.values(version=_CONNECTION.c.version + 1, **values), {"this": connection_id})
    return by_id(tx, connection_id)


def store_grant(tx: Transaction, connection_id: int, grant: bytes | None) -> Connection:
    """Keep another sealed grant, or none: the next generation, without a token and with nobody's lease."""
    return change(
        tx,
        connection_id,
        grant_sealed=grant,
        token_sealed=None,
        token_expires=0,
        refresh_lease_until=0,
        refresh_after=0,
        refresh_why="",
        # Whoever brings a grant asks whose account it is.
        account_checked_at=tx.now,
        credential_generation=by_id(tx, connection_id).credential_generation + 1,
    )


def keep_consent(tx: Transaction, connection_id: int, consent: bytes | None) -> None:
    """Keep a sealed consent that was begun, in place of an older one, or none. The connection is what it was."""
    tx.execute(_THIS.values(consent_sealed=consent), {"this": connection_id})


def wipe(tx: Transaction, connection_id: int) -> Connection:
    """Disable a connection and forget its credential: nothing that is sealed stays."""
    change(tx, connection_id, secrets=None, consent_sealed=None, state=ConnectionState.DISABLED.value)
    return store_grant(tx, connection_id, None)


def contacts(r: Reading, connection_id: int) -> int:
    """Count the live contacts that the syncs of a connection have brought."""
    row = r.first(_BROUGHT, {"connection_id": connection_id})
    return 0 if row is None else int(row[0])


def claim_refresh(tx: Transaction, connection_id: int, *, until: int) -> bool:
    """Claim the one refresh until then, as long as anybody may, and tell whether it could be claimed."""
    return tx.execute(_CLAIM, {"this": connection_id, "now": tx.now, "until": until}).rowcount > 0


def claim_check(tx: Transaction, connection_id: int, *, before: int) -> bool:
    """Claim the one question whose account it is, if an enabled one was asked last *before* then; tell whether."""
    return tx.execute(_CHECK, {"this": connection_id, "before": before, "now": tx.now}).rowcount > 0


def store_token(tx: Transaction, connection_id: int, *, lease: int, token: bytes, expires: int) -> bool:
    """Keep a sealed token and give the lease back, if it is still held."""
    values = _OWN.values(token_sealed=token, token_expires=expires, refresh_lease_until=0)
    return tx.execute(values, {"this": connection_id, "lease": lease}).rowcount > 0


def cool_down(tx: Transaction, connection_id: int, *, until: int, why: str) -> None:
    """Let nobody ask for a token before *until*."""
    tx.execute(_THIS.values(refresh_after=until, refresh_why=why), {"this": connection_id})


def forget_leases(tx: Transaction, connection_id: int | None = None) -> None:
    """Let nobody be thought to refresh the token of a connection, or of any: whoever did is gone."""
    leased = _CONNECTION.c.refresh_lease_until > 0
    mine = leased if connection_id is None else and_(leased, _CONNECTION.c.id == connection_id)
    tx.execute(_CONNECTION.update().where(mine).values(refresh_lease_until=0))


def release_refresh(tx: Transaction, connection_id: int, *, lease: int) -> bool:
    """Give the lease back, and tell whether it was still held."""
    values = _OWN.values(refresh_lease_until=0)
    return tx.execute(values, {"this": connection_id, "lease": lease}).rowcount > 0


def tell(tx: Transaction, event: str, connection: Connection, by: str, /, **detail: str | int) -> None:
    """Write an event: it happened to *connection*, because of *by*."""
    subject = f"workspaces/{connection.workspace}/connections/{connection.name}"
    tx.tell(event, subject, workspace=connection.workspace_id, actor=by, detail=detail)


def _connection(row: Row[Any]) -> Connection:
    return Connection(
        id=row.id,
        workspace_id=row.workspace_id,
        workspace=row.workspace,
        name=row.name,
        title=row.title,
        kind=row.kind,
        settings=json.loads(row.settings),
        state=ConnectionState(row.state),
        account_email=row.account_email,
        organization_id=row.organization_id,
        organization_name=row.organization_name,
        credential_generation=row.credential_generation,
        priority=row.priority,
        version=row.version,
        created_at=row.created_at,
    )
