"""The consent of an account becomes a grant, which is kept sealed.

Rule: a code works once, so what it was exchanged for is kept at once. It is
given up again only when the account turns out to be the wrong one. Of two
grants one is given back at the source: the one that is not kept.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from contactd.domain.nouns import Connection, Workspace
from contactd.domain.refusals import Conflict, ContactdError, Fault, Invalid
from contactd.domain.words import ConnectionState
from contactd.engine import editions, etags
from contactd.engine.accounts import connections as verbs
from contactd.engine.accounts import credentials, replacing, revoking, source_errors
from contactd.engine.accounts.account import ConnectionAccount, check_not_disabled
from contactd.engine.accounts.settings import divided, setting_faults
from contactd.engine.parts import Parts
from contactd.store import connections, workspaces
from contactd.store.connections import Sealed
from contactd.store.database import Transaction
from contactd_sdk import Grant, Organization, Secret

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
    check_consents(parts, account)
    if not code.reveal():
        raise Invalid(Fault("code", "the grant code is missing; give the one that the account's owner made"))
    return keep(parts, account, account.grant(code), field="code", by=by)


def check_consents(parts: Parts, account: ConnectionAccount) -> None:
    """Refuse what no consent can be given for.

    Raises:
        Conflict: its kind has no accounts that consent.
        Invalid: with all that is wrong with its settings.
    """
    if not account.kind.authorized:
        raise Conflict(
            f"the connection '{account.connection.name}' needs no consent: "
            f"kind '{account.kind.name}' has no accounts that give one",
            reason="NO_AUTHORIZATION",
            name=account.connection.name,
        )
    faults = setting_faults(parts, account.kind, account.settings)
    if faults:
        raise Invalid(*faults)


def keep(parts: Parts, account: ConnectionAccount, grant: Grant, *, field: str, by: str) -> Connection:
    """Keep the *grant* that *account* gave, and choose its organization if it has one only.

    *field*: what in the request is at fault where the grant is of no use. The
    answer warns as `complete` does.

    Raises:
        Conflict: the account is not the owners' (`EMAIL_MISMATCH`).
        Invalid: the grant does not cover what must be read.
        Exhausted, Away: the source cannot tell now; the grant is kept.
    """
    try:
        before, after = _keep_grant(parts, account, grant, by)
    except ContactdError:
        # Disabled meanwhile: what nobody keeps counts at the source for ever.
        revoking.give_back_grant(parts, account.connection, account.settings, grant)
        raise
    try:
        email, seen = account.identity()
    except ContactdError as exc:
        if exc.reason != source_errors.CREDENTIAL_INVALID:
            _keep_unasked(parts, before, by)
            _give_back(parts, before, after)
            raise
        _give_up(parts, before, after, by)
        raise Invalid(Fault(field, exc.message), reason=source_errors.CODE_REFUSED) from exc
    kept = _keep_account(parts, before, after, email, by)
    kept = replace(kept, warnings=kept.warnings + _unseen(kept, seen))
    return verbs.choose_only(parts, kept, seen, by=by)


def _unseen(connection: Connection, seen: Sequence[Organization]) -> tuple[str, ...]:
    """Warn where the account that consented does not see the organization that *connection* reads."""
    wanted = connection.organization_id
    if not wanted or wanted in {one.id for one in seen}:
        return ()
    warning = (
        f"the account does not see the organization '{connection.organization_name}' ({wanted}) that connection "
        f"'{connection.name}' reads, so that its runs will fail; "
        f"`contactctl connections authorize {connection.name}` with an account that belongs to it"
    )
    return (warning,)


def _keep_grant(parts: Parts, account: ConnectionAccount, grant: Grant, by: str) -> tuple[Sealed, Sealed]:
    """Give the connection as it was *before*, and with the new grant."""
    connection_id = account.connection.id
    plain, secrets = divided(account.kind, account.settings)
    sealed = credentials.seal_grant(parts.sealer, connection_id, grant)
    with parts.database.transaction() as tx:
        before = connections.sealed(tx, connection_id)
        if account.connection.state is not ConnectionState.DISABLED:
            check_not_disabled(before.connection)
        connections.store_grant(tx, connection_id, sealed)
        kept = connections.change(
            tx,
            connection_id,
            state=_NEXT[before.connection.state].value,
            settings=json.dumps(plain, ensure_ascii=False),
            secrets=credentials.seal_secrets(parts.sealer, connection_id, secrets),
        )
        connections.tell(tx, "connection_authorized", kept, by, generation=kept.credential_generation)
        return before, connections.sealed(tx, connection_id)


def _keep_unasked(parts: Parts, before: Sealed, by: str) -> None:
    """Keep a grant of which nobody knows yet whose account it is; the account is asked with its next token."""
    with parts.database.transaction() as tx:
        home = workspaces.by_id(tx, before.connection.workspace_id)
        connections.change(tx, before.connection.id, account_checked_at=0)
        _follow(parts, tx, home, before, "", by)


def _keep_account(parts: Parts, before: Sealed, after: Sealed, email: str, by: str) -> Connection:
    with parts.database.transaction() as tx:
        home = workspaces.by_id(tx, before.connection.workspace_id)
        refusal = editions.refusal(home, email)
        if refusal is None:
            kept = connections.change(tx, before.connection.id, account_email=email)
            _follow(parts, tx, home, before, email, by)
    if refusal is not None:
        _give_up(parts, before, after, by)
        raise refusal
    return replace(kept, warnings=editions.warnings(home, email) + _give_back(parts, before, after))


def _give_back(parts: Parts, unused: Sealed, kept: Sealed) -> tuple[str, ...]:
    """Give the *unused* one of two grants back, unless it is the one that is *kept*."""
    sealer = parts.sealer
    same = unused.grant and kept.grant and credentials.grant(sealer, unused) == credentials.grant(sealer, kept)
    return () if same else revoking.give_back(parts, unused)


def _follow(parts: Parts, tx: Transaction, home: Workspace, before: Sealed, email: str, by: str) -> None:
    replaced = before.grant is not None
    replacing.follow(parts, tx, home, before.connection, replaced=replaced, email=email, by=by)


def _give_up(parts: Parts, before: Sealed, after: Sealed, by: str) -> None:
    """Go back to the grant and the settings that the connection had *before*; what it has *after* is given back."""
    connection = before.connection
    with parts.database.transaction() as tx:
        # What somebody brought meanwhile stays.
        if connections.by_id(tx, connection.id).credential_generation == after.connection.credential_generation:
            connections.store_grant(tx, connection.id, before.grant)
            kept = connections.change(
                tx,
                connection.id,
                state=connection.state.value,
                settings=json.dumps(connection.settings, ensure_ascii=False),
                secrets=before.secrets,
            )
            connections.tell(tx, "connection_account_refused", kept, by, generation=kept.credential_generation)
    _give_back(parts, after, before)
