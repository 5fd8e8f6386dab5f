"""Changing a connection that is there: its title, its priority, its settings, its credential.

Rule: settings are tried at the source before they are kept, with no
transaction open; what was tried counts only if nobody changed the credential
meanwhile.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from contactd.domain.clock import micros
from contactd.domain.nouns import Connection, Workspace
from contactd.domain.refusals import Fault, Invalid, Stale
from contactd.domain.words import ConnectionState
from contactd.engine import editions, etags, ids
from contactd.engine.accounts import authorization, credentials, identity, replacing, source_errors
from contactd.engine.accounts.access import fresh_token, leased
from contactd.engine.accounts.account import ConnectionAccount
from contactd.engine.accounts.budgets import ConnectionRights
from contactd.engine.accounts.settings import divided, secret_names, setting_faults
from contactd.engine.parts import Parts
from contactd.store import connections, workspaces
from contactd_sdk import Secret, Token, Window

#: The most that a priority can be; nobody has so many connections.
_LAST = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What somebody wants of a connection; what is `None` stays. Of *settings*, an empty one is taken away."""

    title: str | None = None
    priority: int | None = None
    settings: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class _Tried:
    """Settings that the source took: with them it gave *token*, for the account under *email*."""

    account: ConnectionAccount
    token: Token | None
    email: str
    #: Whether a secret is among those that were given.
    replaced: bool


def update(parts: Parts, workspace: str, name: str, change: Change, *, etag: str = "", by: str) -> Connection:
    """Change what is given of a connection (R75).

    Raises:
        NotFound: there is no such connection.
        Invalid: with all that cannot be used, or the source refused the settings.
        Conflict: the account behind the settings is not the owners'.
        Stale: it was changed since *etag*.
        Exhausted, Away: the source cannot tell now.
    """
    account = ConnectionAccount(parts, workspace, name, change.settings)
    etags.check("connection", name, account.connection.version, etag)
    _check(parts, account, change)
    tried = _try(parts, account, change.settings) if change.settings else None
    with parts.database.transaction() as tx:
        home = workspaces.get(tx, workspace)
        before = connections.get(tx, home.id, name)
        _check_same(account.connection, before)
        values: dict[str, Any] = {} if change.title is None else {"title": change.title.strip()}
        if change.priority is not None and change.priority != before.priority:
            values["priority"] = change.priority
            workspaces.rules_changed(tx, home.id)
        values |= _values(parts, tried) if tried else {}
        changed = connections.change(tx, before.id, **values)
        connections.tell(tx, "connection_changed", changed, by, generation=changed.credential_generation)
        if tried:
            replacing.follow(parts, tx, home, before, replaced=tried.replaced, email=tried.email, by=by)
        return replace(changed, warnings=_warnings(home, tried))


def rotate(
    parts: Parts,
    workspace: str,
    name: str,
    *,
    code: Secret,
    settings: Mapping[str, str],
    etag: str = "",
    by: str,
) -> Connection:
    """Replace the credential: by what a grant *code* brings, by other secret *settings*, or by both (R76).

    Raises:
        NotFound: there is no such connection.
        Invalid: nothing new was given, or the source refused it.
        Conflict: the account behind it is not the owners', or its kind takes no code.
        Stale: it was changed since *etag*.
        Exhausted, Away: the source cannot tell now.
    """
    if code.reveal():
        return authorization.complete(parts, workspace, name, code=code, settings=settings, etag=etag, by=by)
    kind = ConnectionAccount(parts, workspace, name).kind
    if not secret_names(kind) & {key for key, text in settings.items() if text}:
        secrets = ", ".join(f"'{secret}'" for secret in sorted(secret_names(kind))) or "none"
        message = f"give a grant code or a secret setting; those of kind '{kind.name}' are: {secrets}"
        raise Invalid(Fault("connection.settings", message))
    return update(parts, workspace, name, Change(settings=settings), etag=etag, by=by)


def _check(parts: Parts, account: ConnectionAccount, change: Change) -> None:
    faults: tuple[Fault, ...] = ()
    if change.title is not None:
        faults += ids.title_faults(change.title, noun="connection", field="connection.title")
    if change.priority is not None and not 0 <= change.priority <= _LAST:
        faults += (Fault("connection.priority", f"the priority must be a number from 0 to {_LAST}; 0 goes first"),)
    if change.settings:
        faults += setting_faults(parts, account.kind, account.settings)
    if faults:
        raise Invalid(*faults)


def _try(parts: Parts, account: ConnectionAccount, given: Mapping[str, str]) -> _Tried:
    """Ask the source with the settings of *account*, where it can be asked yet."""
    replaced = bool(secret_names(account.kind) & set(given))
    with source_errors.told(account.connection.name, parts.database.clock, code_field="connection.settings"):
        if not account.kind.authorized:
            _read_a_page(parts, account)
            return _Tried(account, None, "", replaced)
        if account.sealed.grant is None:
            return _Tried(account, None, "", replaced)
        with leased(parts, account.connection.id):
            token = fresh_token(parts, account.sealed, account.settings)
        with ConnectionRights(parts.database, account.kind, account.connection).spending(identity.CALLS):
            email = parts.authorizers.account(account.kind, account.settings, token).email
    with parts.database.reading() as r:
        refusal = editions.refusal(workspaces.by_id(r, account.connection.workspace_id), email)
    if refusal is not None:
        raise refusal
    return _Tried(account, token, email, replaced)


def _read_a_page(parts: Parts, account: ConnectionAccount) -> None:
    # A kind without accounts has nothing else to be asked; its child is left in the middle and ends.
    kind = account.kind
    module = kind.modules[0].name
    window = Window(module=module, fields=frozenset(field.name for field in kind.known(module)))
    with parts.pool.open(str(account.connection.id), kind, account.settings) as source:
        next(source.pages(None, window))


def _check_same(read: Connection, now: Connection) -> None:
    if (read.credential_generation, read.settings) != (now.credential_generation, now.settings):
        raise Stale(
            f"the credential or settings of connection '{now.name}' were changed meanwhile; "
            "look at it again and repeat",
            name=now.name,
        )


def _values(parts: Parts, tried: _Tried) -> dict[str, Any]:
    """Give the columns that keep what was tried."""
    connection, kind = tried.account.connection, tried.account.kind
    plain, secrets = divided(kind, tried.account.settings)
    values: dict[str, Any] = {
        "settings": json.dumps(plain, ensure_ascii=False),
        "secrets": credentials.seal_secrets(parts.sealer, connection.id, secrets),
        "credential_generation": connection.credential_generation + tried.replaced,
    }
    if tried.token is not None:
        values["token_sealed"] = credentials.seal_token(parts.sealer, connection.id, tried.token)
        values["token_expires"] = micros(tried.token.expires)
        values["account_email"] = tried.email
    if tried.token is not None or not kind.authorized:
        usable = connection.state is not ConnectionState.PENDING
        values["state"] = (ConnectionState.ENABLED if usable else connection.state).value
    return values


def _warnings(home: Workspace, tried: _Tried | None) -> tuple[str, ...]:
    return () if tried is None else editions.warnings(home, tried.email)
