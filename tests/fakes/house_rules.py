"""Settings of a house's sync and workspace that its constructor has no argument for, and what came of them."""

import json
from typing import Any

from sqlalchemy import select

from contactd.domain.nouns import MappingLine, Schedule, Sync
from contactd.domain.words import SubscriptionType, SyncState
from contactd.store import mappings, syncs, tables
from contactd.store.tables import table
from fakes.house import House


def set_sync(house: House, **values: Any) -> None:
    """Write columns of the house's sync; what is no text or number becomes JSON. A lawful basis turns the GDPR on."""
    ready = {name: value if isinstance(value, str | int) else json.dumps(value) for name, value in values.items()}
    with house.database.transaction() as tx:
        tx.execute(table(tables.Sync).update().where(table(tables.Sync).c.id == house.sync.id).values(ready))
        if "lawful_basis" in values:
            tx.execute(table(tables.Workspace).update().values(gdpr_enabled=1))


def set_workspace(house: House, **values: Any) -> None:
    """Write columns of the house's workspace."""
    with house.database.transaction() as tx:
        tx.execute(table(tables.Workspace).update().values(values))


def add_topics(house: House, *names: str) -> list[int]:
    """Make topics, and have the sync tell of them."""
    with house.database.transaction() as tx:
        numbers = [tx.reserve("topic") for _ in names]
        for number, name in zip(numbers, names, strict=True):
            values = {"id": number, "workspace_id": house.sync.workspace_id, "name": name, "title": name}
            tx.execute(table(tables.Topic).insert().values(**values, created_at=0))
    set_sync(house, topics=numbers)
    return numbers


def suppress(house: House, key: str, kind: str, *, scope: str = "workspace", scope_id: int | None = None) -> None:
    """Suppress an address."""
    with house.database.transaction() as tx:
        values = {"id": tx.reserve("suppression"), "workspace_id": house.sync.workspace_id, "email_key": key}
        where = {"scope": scope, "scope_id": scope_id, "set_by": "account", "created_at": 0}
        tx.execute(table(tables.Suppression).insert().values(**values, kind=kind, **where))


def by_hand(house: House, key: str, **values: Any) -> None:
    """Change a contact as a person does: the links that hold it are looked at again."""
    contact, link = table(tables.Contact), table(tables.Link)
    with house.database.transaction() as tx:
        tx.execute(contact.update().where(contact.c.email_key == key).values(values))
        tx.execute(link.update().values(content_hash=None))


def contact(house: House, key: str) -> Any:
    """Give the row of the contact that has *key*."""
    with house.database.reading() as r:
        return r.execute(select(table(tables.Contact)).where(table(tables.Contact).c.email_key == key)).one()


def told(house: House) -> list[tuple[str, str, str]]:
    """Give what consent events say: subject, old, new."""
    events = table(tables.ConsentEvent)
    with house.database.reading() as r:
        return [(row.subject, row.old, row.new) for row in r.rows(select(events).order_by(events.c.id))]


def row_of(house: House, run: int, source_id: str) -> Any:
    """Give the ledger's row of a record in a run."""
    rows = table(tables.OutcomeRow)
    with house.database.reading() as r:
        return r.execute(select(rows).where(rows.c.run_id == run, rows.c.source_id == source_id)).one()


def second_sync(house: House, *, same_connection: bool = False, priority: int = 0) -> Sync:
    """Make another sync into the same list, of another connection unless told otherwise."""
    with house.database.transaction() as tx:
        connection = house.sync.connection_id
        if not same_connection:
            connection = tx.reserve("connection")
            values = {"id": connection, "workspace_id": house.sync.workspace_id, "name": f"c{connection}"}
            named = {"title": "Other", "kind": "memory", "state": "enabled", "created_at": 0, "priority": priority}
            tx.execute(table(tables.Connection).insert().values(**values, **named))
        sync = syncs.create(
            tx,
            workspace_id=house.sync.workspace_id,
            connection_id=connection,
            list_id=house.sync.list_id,
            name=f"other-{connection}",
            description="",
            module="contacts",
            subscription_type=SubscriptionType.MARKETING,
            update_empty=False,
            schedule=Schedule(),
            by="test",
        )
        lines = [("email", "email"), ("first", "first-name"), ("company", "company")]
        mappings.begin(tx, sync, [MappingLine(source_field=source, target_field=target) for source, target in lines])
        return syncs.move(tx, sync, SyncState.ACTIVE, next_run_at=None, by="test")
