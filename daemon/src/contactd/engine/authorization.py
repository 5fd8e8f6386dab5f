"""The consent of an account: a grant code becomes a grant, which is kept sealed.

Rule: a code works once, so what it was exchanged for is kept at once. It is
given up again only when the account turns out to be the wrong one.
"""

import json
from collections.abc import Mapping
from dataclasses import replace

from contactd.domain.nouns import Connection, Workspace
from contactd.domain.refusals import Conflict, ContactdError, Fault, Invalid
from contactd.domain.words import ConnectionState
from contactd.engine import credentials, editions, etags, replacing, source_errors
from contactd.engine.accounts import ConnectionAccount, check_not_disabled
from contactd.engine.parts import Parts
from contactd.engine.settings import divided, setting_faults
from contactd.host.frames import Kind
from contactd.store import connections, workspaces
from contactd.store.connections import Sealed
from contactd.store.database import Transaction
from contactd_sdk import Grant, Secret

#: What the state becomes with a new grant; a disabled connection begins anew.
_NEXT: Mapping[ConnectionState, ConnectionState] = {
    ConnectionState.PENDING: ConnectionState.PENDING,
    ConnectionState.ENABLED: ConnectionState.ENABLED,
    ConnectionState.CREDENTIAL_INVALID: ConnectionState.ENABLED,
    ConnectionState.DISABLED: ConnectionState.PENDING,
}


def complete(
    parts: Parts,
    workspace: str,
    name: str,
    *,
    code: Secret,
    settings: Mapping[str, str] | None = None,
    etag: str = "",
    by: str,
) -> Connection:
    """Exchange the grant *code* that the account's owner consented by, and tell whose account it is.

    *settings* replace those of the connection, where the code is another
    client's. The answer warns where the account is registered under none of the
    workspace's owners' addresses, and the edition does not mind.

    Raises:
        NotFound: there is no such connection.
        Conflict: it takes no grant code, or its account is not the owners' (`EMAIL_MISMATCH`).
        Invalid: the code or a setting was refused.
        Stale: it was changed since *etag*.
        Exhausted, Away: the source cannot tell now.
    """
    account = ConnectionAccount(parts, workspace, name, settings)
    etags.check("connection", name, account.connection.version, etag)
    _check_takes_code(account.connection, account.kind, code)
    _check_settings(parts, account)
    _keep_grant(parts, account, account.grant(code), by)
    try:
        email = account.email()
    except ContactdError as exc:
        if exc.reason != source_errors.CREDENTIAL_INVALID:
            # Nobody knows yet whose account it is, but the credential is another one.
            with parts.database.transaction() as tx:
                home = workspaces.by_id(tx, account.connection.workspace_id)
                _follow(parts, tx, home, account.sealed, "", by)
            raise
        _give_up(parts, account.sealed, by)
        raise Invalid(Fault("code", exc.message), reason=source_errors.CODE_REFUSED) from exc
    return _keep_account(parts, account.sealed, email, by)


def _check_takes_code(connection: Connection, kind: Kind, code: Secret) -> None:
    if not kind.authorized:
        raise Conflict(
            f"the connection '{connection.name}' needs no consent: kind '{kind.name}' has no accounts that give one",
            reason="NO_AUTHORIZATION",
            name=connection.name,
        )
    if not code.reveal():
        raise Invalid(Fault("code", "the grant code is missing; give the one that the account's owner made"))


def _check_settings(parts: Parts, account: ConnectionAccount) -> None:
    faults = setting_faults(parts, account.kind, account.settings)
    if faults:
        raise Invalid(*faults)


def _keep_grant(parts: Parts, account: ConnectionAccount, grant: Grant, by: str) -> None:
    before, connection_id = account.connection, account.connection.id
    plain, secrets = divided(account.kind, account.settings)
    sealed = credentials.seal_grant(parts.sealer, connection_id, grant)
    with parts.database.transaction() as tx:
        now = connections.by_id(tx, connection_id)
        if before.state is not ConnectionState.DISABLED:
            check_not_disabled(now)
        connections.store_grant(tx, connection_id, sealed)
        kept = connections.change(
            tx,
            connection_id,
            state=_NEXT[now.state].value,
            settings=json.dumps(plain, ensure_ascii=False),
            secrets=credentials.seal_secrets(parts.sealer, connection_id, secrets),
        )
        connections.tell(tx, "connection_authorized", kept, by, generation=kept.credential_generation)


def _keep_account(parts: Parts, before: Sealed, email: str, by: str) -> Connection:
    with parts.database.transaction() as tx:
        home = workspaces.by_id(tx, before.connection.workspace_id)
        refusal = editions.refusal(home, email)
        if refusal is None:
            kept = connections.change(tx, before.connection.id, account_email=email)
            _follow(parts, tx, home, before, email, by)
            return replace(kept, warnings=editions.warnings(home, email))
    _give_up(parts, before, by)
    raise refusal


def _follow(parts: Parts, tx: Transaction, home: Workspace, before: Sealed, email: str, by: str) -> None:
    replaced = before.grant is not None
    replacing.follow(parts, tx, home, before.connection, replaced=replaced, email=email, by=by)


def _give_up(parts: Parts, before: Sealed, by: str) -> None:
    """Go back to the grant and the settings that the connection had *before*."""
    connection = before.connection
    with parts.database.transaction() as tx:
        connections.store_grant(tx, connection.id, before.grant)
        kept = connections.change(
            tx,
            connection.id,
            state=connection.state.value,
            settings=json.dumps(connection.settings, ensure_ascii=False),
            secrets=before.secrets,
        )
        connections.tell(tx, "connection_account_refused", kept, by, generation=kept.credential_generation)
