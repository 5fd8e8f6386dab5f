"""Whose account it is, asked again now and then: its primary address may have become another one (R78).

Rule: it is asked once a day at most, when its token is new, and by one at a
time. That it cannot be asked stands in nobody's way; the next day it is.
"""

import structlog

from contactd.domain.clock import SECOND
from contactd.domain.words import ConnectionState
from contactd.engine.accounts import credentials, replacing
from contactd.engine.accounts.budgets import ConnectionRights
from contactd.engine.parts import Parts
from contactd.host.errors import ChildFailed
from contactd.store import budgets, connections, workspaces
from contactd.store.connections import Sealed
from contactd_sdk import SourceError, Throttled, Token

log = structlog.get_logger(__name__)

#: How long an address is taken for the one in force.
DAY = 86_400 * SECOND

#: What it takes: which organizations there are, and then who it is that sees them.
CALLS = 2


def look_again(parts: Parts, connection_id: int, token: Token, rights: ConnectionRights) -> None:
    """Ask the account of a connection for its address by *token*, and do what follows if it is another one.

    Where the budget that *rights* are of has no calls for it, or the vendor
    blocks any organization, it waits for the next token: by which of its
    organizations an account tells its address is not known here.
    """
    with parts.database.reading() as r:
        sealed = connections.sealed(r, connection_id)
        # A time that is yet to come is none: the clock went back.
        if 0 <= r.now - sealed.checked_at < DAY or sealed.connection.state is not ConnectionState.ENABLED:
            return
        kind = parts.catalog.kind(sealed.connection.kind)
        if kind.counted and budgets.blocked(r, kind.vendor):
            return
    email = _told(parts, sealed, token, rights)
    if email and email != sealed.connection.account_email:
        _follow(parts, sealed, email)


def _told(parts: Parts, sealed: Sealed, token: Token, rights: ConnectionRights) -> str:
    """Ask, unless somebody else does; empty where it cannot be asked now."""
    connection = sealed.connection
    kind = parts.catalog.kind(connection.kind)
    settings = credentials.settings(parts.sealer, sealed)
    try:
        with rights.spending(CALLS):
            with parts.database.transaction() as tx:
                claimed = connections.claim_check(tx, connection.id, before=tx.now - DAY)
            return parts.authorizers.account(kind, settings, token).email if claimed else ""
    except Throttled:
        return ""
    except (SourceError, ChildFailed) as exc:
        log.warning("account_not_told", connection=connection.name, error=type(exc).__name__)
        return ""


def _follow(parts: Parts, sealed: Sealed, email: str) -> None:
    before = sealed.connection
    with parts.database.transaction() as tx:
        if connections.by_id(tx, before.id).credential_generation != before.credential_generation:
            # Somebody brought another credential meanwhile, and asked whose account that is.
            return
        connections.change(tx, before.id, account_email=email)
        home = workspaces.by_id(tx, before.workspace_id)
        replacing.follow(parts, tx, home, before, replaced=False, email=email, by="contactd")
