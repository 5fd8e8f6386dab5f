"""Giving a grant back to the account that gave it, when it is of no more use here.

Rule: it is tried once, with no transaction open, and never stands in the way of
what it follows from. A vendor keeps a number of grants and then ends the oldest
(Zoho: 20), so one that is only forgotten harms those in use.
"""

from collections.abc import Mapping

import structlog

from contactd.domain.nouns import Connection
from contactd.domain.refusals import ContactdError
from contactd.engine.accounts import credentials, source_errors
from contactd.engine.parts import Parts
from contactd.store.connections import Sealed
from contactd_sdk import Grant

log = structlog.get_logger(__name__)


def give_back(parts: Parts, before: Sealed) -> tuple[str, ...]:
    """Give the grant that a connection had *before* back at the source, and tell where that did not work."""
    if before.grant is None:
        return ()
    settings = credentials.settings(parts.sealer, before)
    return give_back_grant(parts, before.connection, settings, credentials.grant(parts.sealer, before))


def give_back_grant(parts: Parts, connection: Connection, settings: Mapping[str, str], grant: Grant) -> tuple[str, ...]:
    """Give a *grant* back that *connection* got with *settings*, and tell where that did not work."""
    name = connection.name
    try:
        kind = parts.catalog.kind(connection.kind)
        with source_errors.told(name, parts.database.clock):
            parts.authorizers.revoke(kind, settings, grant)
    except ContactdError as exc:
        log.warning("grant_not_revoked", connection=name, reason=exc.reason)
        told = exc.message.rstrip(".")
        return (f"the grant is wiped here but was not given back: {told}; take contactd's access away at the source",)
    return ()
