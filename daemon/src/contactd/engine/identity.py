"""Whose account it is, asked again now and then: its primary address may have become another one (R78).

Rule: it is asked once a day at most, when its token is new, and by one at a
time. That it cannot be asked stands in nobody's way; the next day it is.
"""

import structlog

from contactd.domain.clock import SECOND
from contactd.engine import credentials, replacing
from contactd.engine.parts import Parts
from contactd.host.errors import ChildFailed
from contactd.store import connections, workspaces
from contactd.store.connections import Sealed
from contactd_sdk import SourceError, Token

log = structlog.get_logger(__name__)

#: How long an address is taken for the one in force.
DAY = 86_400 * SECOND


def look_again(parts: Parts, connection_id: int, token: Token) -> None:
    """Ask the account of a connection for its address by *token*, and do what follows if it is another one."""
    with parts.database.transaction() as tx:
        if not connections.claim_check(tx, connection_id, before=tx.now - DAY):
            return
        sealed = connections.sealed(tx, connection_id)
    email = _told(parts, sealed, token)
    if email and email != sealed.connection.account_email:
        _follow(parts, sealed, email)


def _told(parts: Parts, sealed: Sealed, token: Token) -> str:
    kind = parts.catalog.kind(sealed.connection.kind)
    settings = credentials.settings(parts.sealer, sealed)
    try:
        return parts.authorizers.account(kind, settings, token).email
    except (SourceError, ChildFailed) as exc:
        log.warning("account_not_told", connection=sealed.connection.name, error=type(exc).__name__)
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
