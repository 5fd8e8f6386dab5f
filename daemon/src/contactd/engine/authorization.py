"""The consent of an account: a grant code becomes a grant, which is kept sealed.

Rule: a code works once, so what it was exchanged for is kept at once. It is
given up again only when the account turns out to be the wrong one.
"""

from dataclasses import replace

from contactd.domain.nouns import Connection
from contactd.domain.refusals import Conflict, Fault, Invalid
from contactd.domain.words import ConnectionState
from contactd.engine import credentials, editions, source_errors
from contactd.engine.accounts import ConnectionAccount, check_not_disabled
from contactd.engine.parts import Parts
from contactd.host.frames import Kind
from contactd.store import connections, workspaces
from contactd.store.connections import Sealed
from contactd_sdk import Grant, Secret


def complete(parts: Parts, workspace: str, name: str, *, code: Secret, by: str) -> Connection:
    """Exchange the grant *code* that the account's owner consented by, and tell whose account it is.

    The answer warns where the account is registered under none of the
    workspace's owners' addresses, and the edition does not mind.

    Raises:
        NotFound: there is no such connection.
        Conflict: it takes no grant code, or its account is not the owners' (`EMAIL_MISMATCH`).
        Invalid: the code or a setting was refused.
        Exhausted, Away: the source cannot tell now.
    """
    account = ConnectionAccount(parts, workspace, name)
    _check_takes_code(account.connection, account.kind, code)
    _keep_grant(parts, account.connection.id, account.grant(code), by)
    try:
        email = account.email()
    except Conflict as exc:
        if exc.reason != source_errors.CREDENTIAL_INVALID:
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
    check_not_disabled(connection)
    if not code.reveal():
        raise Invalid(Fault("code", "the grant code is missing; give the one that the account's owner made"))


def _keep_grant(parts: Parts, connection_id: int, grant: Grant, by: str) -> None:
    with parts.database.transaction() as tx:
        now = connections.by_id(tx, connection_id)
        check_not_disabled(now)
        kept = connections.store_grant(tx, connection_id, credentials.seal_grant(parts.sealer, connection_id, grant))
        if now.state is ConnectionState.CREDENTIAL_INVALID:
            kept = connections.change(tx, connection_id, state=ConnectionState.ENABLED.value)
        connections.tell(tx, "connection_authorized", kept, by, generation=kept.credential_generation)


def _keep_account(parts: Parts, before: Sealed, email: str, by: str) -> Connection:
    with parts.database.transaction() as tx:
        home = workspaces.by_id(tx, before.connection.workspace_id)
        refusal = editions.refusal(home, email)
        if refusal is None:
            kept = connections.change(tx, before.connection.id, account_email=email)
            return replace(kept, warnings=editions.warnings(home, email))
    _give_up(parts, before, by)
    raise refusal


def _give_up(parts: Parts, before: Sealed, by: str) -> None:
    """Go back to the grant that the connection had *before*, if it had one."""
    with parts.database.transaction() as tx:
        connections.store_grant(tx, before.connection.id, before.grant)
        kept = connections.change(tx, before.connection.id, state=before.connection.state.value)
        connections.tell(tx, "connection_account_refused", kept, by, generation=kept.credential_generation)
