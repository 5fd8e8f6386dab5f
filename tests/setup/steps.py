"""The steps that bring a connection to where a test begins."""

from contactd.domain.nouns import Connection
from contactd.engine.accounts import authorization, connections
from contactd.engine.parts import Parts
from contactd.store import tables
from contactd_sdk import Secret

BY = "ann"
GOOD = Secret("good")


def authorized(parts: Parts, connection: Connection, code: Secret = GOOD) -> Connection:
    return authorization.complete(parts, "default", connection.name, code=code, by=BY)


def enabled(parts: Parts, connection: Connection, organization: str = "10") -> Connection:
    authorized(parts, connection)
    return connections.select(parts, "default", connection.name, organization_id=organization, by=BY)


def events(parts: Parts) -> list[str]:
    """The kinds of all events, the latest last."""
    with parts.database.reading() as r:
        return [row.kind for row in r.rows(tables.table(tables.Event).select().order_by("revision"))]


def set_workspace(parts: Parts, **values: str) -> None:
    """Change the one workspace, which has no verb for it yet."""
    with parts.database.transaction() as tx:
        tx.execute(tables.table(tables.Workspace).update().values(**values))
