"""The shape of the database. No methods, no rules.

Times are microseconds since 1970 in UTC. Ids of runs, contacts and
notifications come from `counter` and are never used again. `revision` is that
of the transaction which last changed a row. JSON is text.
"""

from sqlalchemy import MetaData, Table
from sqlmodel import SQLModel

from contactd.store.tables.house import (
    AccessToken,
    Budget,
    Counter,
    Daemon,
    Event,
    Notification,
    Request,
    Shelf,
    StoreMeta,
)
from contactd.store.tables.ledger import OutcomeRow, Parked, Run, RunCount
from contactd.store.tables.people import ConsentEvent, Contact, HandChange, Link, ListMember, Suppression, TopicMember
from contactd.store.tables.setup import (
    Connection,
    ContactField,
    MailingList,
    MappingLine,
    Sync,
    Topic,
    Workspace,
)

__all__ = [
    "METADATA",
    "table",
    "Workspace",
    "Connection",
    "MailingList",
    "Topic",
    "ContactField",
    "Sync",
    "MappingLine",
    "Contact",
    "ListMember",
    "TopicMember",
    "Link",
    "Suppression",
    "ConsentEvent",
    "HandChange",
    "Run",
    "RunCount",
    "OutcomeRow",
    "Parked",
    "StoreMeta",
    "Counter",
    "Event",
    "Notification",
    "Request",
    "AccessToken",
    "Budget",
    "Shelf",
    "Daemon",
]

METADATA: MetaData = SQLModel.metadata


def table(model: type[SQLModel]) -> Table:
    """Give the Core table of *model*, which statements are written against."""
    return METADATA.tables[str(model.__tablename__)]
