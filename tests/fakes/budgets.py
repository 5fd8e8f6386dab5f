"""Kinds whose calls are counted, and rights from the budget of a house's organization."""

import pytest

from contactd.domain.budget import Budget
from contactd.domain.nouns import Run, Schedule, Sync
from contactd.domain.words import Mode, SyncState, Trigger
from contactd.engine.accounts import budgets
from contactd.engine.accounts.budgets import Admittance, ConnectionRights
from contactd.engine.schedule.admission import Limits, admit
from contactd.host.asides import Take
from contactd.host.catalog import Catalog, Plugin
from contactd.host.frames import Kind
from contactd.store import connections, runs, syncs
from contactd.store.tables import Connection, table
from contactd_sdk import Allowance, Module, Quota, Throttled
from fakes.clockwork import Carried
from fakes.house import House

ALLOWANCE = Allowance(per_minute=20, per_day=1000, leave=50, at_once=1)
LIMITS = Limits(slots=9, per_connection=9)


def kind(name: str, vendor: str, *, counted: bool = True) -> Kind:
    return Kind(
        plugin=name,
        name=name,
        title=name.title(),
        settings=(),
        authorized=True,
        modules=(Module("contacts", "Contacts"),),
        fields=(),
        hosts=(),
        capabilities=frozenset(),
        vendor=vendor,
        counted=counted,
    )


MEMORY, OTHER = kind("memory", "vendor"), kind("other", "vendor")


def rights(house: House, of: Kind = MEMORY, *, connection: int | None = None) -> ConnectionRights:
    with house.database.reading() as r:
        found = connections.by_id(r, connection or house.sync.connection_id)
    return ConnectionRights(house.database, of, found)


def take(count: int = 16, told: Quota | None = None) -> Take:
    return Take(ALLOWANCE, count, told=told)


def another(house: House, organization: str, of: str = "other") -> int:
    """Make a connection of another kind."""
    with house.database.transaction() as tx:
        number = tx.reserve("connection")
        values = {"id": number, "workspace_id": 1, "name": of, "title": of, "kind": of, "organization_id": organization}
        tx.execute(table(Connection).insert().values(**values, state="enabled", created_at=0))
    return number


def placed(house: House, connection: int, zone: str) -> None:
    with house.database.transaction() as tx:
        budgets.place(tx, OTHER, connections.by_id(tx, connection), zone)


def budget_of(house: House, connection: int) -> Budget:
    with house.database.reading() as r:
        return budgets.of(r, OTHER, connections.by_id(r, connection))


def refused(by: ConnectionRights) -> Throttled:
    with pytest.raises(Throttled) as caught:
        by.grant(take())
    return caught.value


def sync_of(house: House, connection: int) -> Sync:
    """Make an active sync of another connection."""
    with house.database.transaction() as tx:
        made = syncs.create(
            tx,
            workspace_id=house.sync.workspace_id,
            connection_id=connection,
            list_id=house.sync.list_id,
            name="second",
            description="",
            module="contacts",
            subscription_type=house.sync.subscription_type,
            update_empty=False,
            schedule=Schedule(),
            by="test",
        )
        return syncs.move(tx, made, SyncState.ACTIVE, next_run_at=None, by="test")


def waiting(house: House, sync: Sync | None = None) -> int:
    with house.database.transaction() as tx:
        return runs.create(tx, sync=sync or house.sync, trigger=Trigger.MANUAL, mode=Mode.FULL)


def admitted(house: House, *kinds: Kind) -> list[int]:
    catalog = Catalog(
        [Plugin(name="p", distribution="contactd-p", version="1", state="ready", kinds=kinds or (MEMORY,))]
    )
    with house.database.transaction() as tx:
        return admit(tx, Carried(), LIMITS, Admittance(catalog))


def seen(run: Run) -> tuple[str, str | None, int]:
    return run.state, run.waiting_reason, run.waiting_until
