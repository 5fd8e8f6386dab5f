"""The verbs that change connections: associate an account, get its consent, choose its organization.

Rule: no transaction is open while an account is asked. What was decided before
such a call is looked at again after it.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from contactd.domain.nouns import Connection
from contactd.domain.refusals import Conflict, Fault, Invalid
from contactd.domain.words import ConnectionState
from contactd.engine import editions, etags, ids
from contactd.engine.accounts import budgets, credentials
from contactd.engine.accounts.account import ConnectionAccount, check_not_disabled
from contactd.engine.accounts.settings import divided, setting_faults
from contactd.engine.parts import Parts
from contactd.engine.requests import UNNAMED, Asking, once
from contactd.host.frames import Kind
from contactd.store import connections, workspaces
from contactd.store.database import Transaction
from contactd_sdk import Organization

#: How many organizations a sentence names.
_NAMED = 10


def create(
    parts: Parts,
    workspace: str,
    *,
    kind: str,
    settings: Mapping[str, str],
    name: str = "",
    title: str = "",
    by: str,
    asking: Asking = UNNAMED,
) -> Connection:
    """Associate an account; a kind that asks for no consent is enabled at once.

    Raises:
        NotFound, Conflict: there is no such workspace or kind, or it cannot be used.
        Invalid: with every fault of name, title and settings.
        Exists: the name is taken.
    """
    known = _checked(parts, kind, settings, name, title)
    with parts.database.transaction() as tx:
        home = workspaces.get(tx, workspace)

        def change() -> Connection:
            taken = partial(connections.taken, tx, home.id)
            chosen = ids.chosen(name, title, noun="connection", taken=taken)
            made = _create(parts, tx, home.id, known, chosen, title.strip() or chosen, settings)
            connections.tell(tx, "connection_created", made, by, kind=kind)
            return made

        return once(tx, asking, by, Connection, change)


def organizations(parts: Parts, workspace: str, name: str) -> list[Organization]:
    """Ask the source which organizations the account can see; a kind without consent has none.

    Raises:
        NotFound: there is no such connection.
        Conflict: the account has not consented, or refuses us.
        Exhausted: the source allows no call now.
        Away: the source does not answer.
    """
    account = ConnectionAccount(parts, workspace, name)
    return account.organizations() if account.kind.authorized else []


def select(parts: Parts, workspace: str, name: str, *, organization_id: str, etag: str = "", by: str) -> Connection:
    """Choose the organization; the connection is enabled by it. Choosing it again changes nothing.

    Raises:
        NotFound: there is no such connection.
        Stale: it was changed since *etag*.
        Invalid: the account cannot see that organization.
        Conflict: it has another one, or the edition allows no more.
        Exhausted, Away: the source cannot tell now.
    """
    account = ConnectionAccount(parts, workspace, name)
    etags.check("connection", name, account.connection.version, etag)
    email = account.connection.account_email or (account.email() if account.kind.authorized else "")
    organization = _picked(name, account.organizations() if account.kind.authorized else [], organization_id)
    return _choose(parts, account.connection, organization, email, etag=etag, by=by)


def choose_only(parts: Parts, connection: Connection, seen: list[Organization], *, by: str) -> Connection:
    """Choose the organization of *connection*, which has just consented, where its account has *seen* one only.

    Where it has seen several, or may not have that one, the connection stays as
    it is: a person chooses, and is told why that cannot be.
    """
    if connection.state is not ConnectionState.PENDING or len(seen) != 1:
        return connection
    try:
        chosen = _choose(parts, connection, seen[0], connection.account_email, by=by)
    except Conflict:
        return connection
    return replace(chosen, warnings=connection.warnings)


def _choose(
    parts: Parts, read: Connection, organization: Organization, email: str, *, etag: str = "", by: str
) -> Connection:
    with parts.database.transaction() as tx:
        home = workspaces.by_id(tx, read.workspace_id)
        connection = connections.get(tx, home.id, read.name)
        etags.check("connection", read.name, connection.version, etag)
        check_not_disabled(connection)
        editions.check_account(home, email)
        editions.check_choice(tx, home, connection, organization)
        if connection.state is ConnectionState.ENABLED:
            return connection
        connections.tell(tx, "connection_enabled", connection, by, organization=organization.id)
        chosen = _enable(tx, connection, organization, connection.account_email or email)
        budgets.place(tx, parts.catalog.kind(connection.kind), chosen, organization.time_zone)
        return chosen


def _enable(tx: Transaction, connection: Connection, organization: Organization, email: str) -> Connection:
    return connections.change(
        tx,
        connection.id,
        state=ConnectionState.ENABLED.value,
        organization_id=organization.id,
        organization_name=organization.name,
        account_email=email,
    )


def _checked(parts: Parts, kind: str, settings: Mapping[str, str], name: str, title: str) -> Kind:
    known = parts.catalog.kind(kind)
    fields = {"id_field": "connection_id", "title_field": "connection.title"}
    faults = ids.id_faults(name, title, noun="connection", **fields)
    faults += setting_faults(parts, known, settings)
    if faults:
        raise Invalid(*faults)
    return known


def _create(
    parts: Parts,
    tx: Transaction,
    workspace_id: int,
    kind: Kind,
    name: str,
    title: str,
    settings: Mapping[str, str],
) -> Connection:
    plain, secrets = divided(kind, settings)
    connection_id = tx.reserve("connection")
    return connections.create(
        tx,
        connection_id,
        workspace_id=workspace_id,
        name=name,
        title=title,
        kind=kind.name,
        settings=plain,
        secrets=credentials.seal_secrets(parts.sealer, connection_id, secrets),
        state=ConnectionState.PENDING if kind.authorized else ConnectionState.ENABLED,
    )


def _picked(name: str, seen: list[Organization], organization_id: str) -> Organization:
    if not (seen or organization_id):
        return Organization("", "")
    for organization in seen:
        if organization.id == organization_id:
            return organization
    names = ", ".join(f"'{one.id}' ({one.name})" for one in seen[:_NAMED]) or "none"
    more = " and more" if len(seen) > _NAMED else ""
    raise Invalid(
        Fault(
            "organization_id",
            f"the account of connection '{name}' sees no organization '{organization_id}'; "
            f"choose one that it sees: {names}{more}",
        ),
        reason="ORGANIZATION_NOT_FOUND",
    )
