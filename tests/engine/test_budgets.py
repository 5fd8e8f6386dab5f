"""Rights from one budget, whoever takes them, and what becomes of runs when there are none."""

import math
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from contactd.domain.clock import micros
from contactd.domain.nouns import Run, Schedule, Sync
from contactd.domain.words import Mode, RunState, SyncState, Trigger, Waiting
from contactd.engine.admission import Limits, admit
from contactd.engine.budgets import Admittance, ConnectionRights
from contactd.host.asides import Take
from contactd.host.catalog import Catalog, Plugin
from contactd.host.frames import Closed, Kind
from contactd.store import connections, due, runs, syncs
from contactd.store.tables import Connection, table
from contactd_sdk import Allowance, Module, Quota, Spent, Throttled
from fakes.clockwork import Carried
from fakes.house import House, record

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


class TestRights:
    def test_two_connections_of_one_organization_have_one_budget_and_another_organization_its_own(
        self, house: House
    ) -> None:
        same, elsewhere = another(house, ""), another(house, "77", "elsewhere")
        rights(house).grant(take(12))

        shared = rights(house, OTHER, connection=same).grant(take(12))
        apart = rights(house, OTHER, connection=elsewhere).grant(take(12))

        assert (shared.count, apart.count) == (8, 12)

    def test_takers_in_many_threads_are_granted_no_more_than_there_is(self, house: House) -> None:
        def taker(_: int) -> int:
            try:
                return rights(house).grant(take(3)).count
            except Spent:
                return 0

        with ThreadPoolExecutor(8) as takers:
            granted = sum(takers.map(taker, range(24)))

        assert granted == ALLOWANCE.per_minute

    def test_a_right_is_good_for_seconds(self, house: House) -> None:
        before = time.monotonic()

        taken = rights(house).grant(take(1))

        assert math.isclose(taken.until, before + 5, abs_tol=4)

    def test_a_used_up_minute_says_until_when(self, house: House) -> None:
        rights(house).grant(take(16))
        rights(house).grant(take(16))

        refusal = refused(rights(house))

        assert isinstance(refusal, Spent)
        assert refusal.until == house.clock + timedelta(seconds=70)
        assert str(refusal) == (
            "The 20 calls a minute that are made for 'books' are used up until 2026-04-11 00:01:10 UTC."
        )

    def test_what_was_not_used_is_granted_again(self, house: House) -> None:
        rights(house).grant(take(20))
        rights(house).note(Closed(unused=7, fresh=True))

        again = rights(house).grant(take(20))

        assert again.count == 7

    def test_a_used_up_day_says_what_is_left_to_others(self, house: House) -> None:
        ends = house.clock + timedelta(hours=3)
        rights(house).grant(take(5))

        with pytest.raises(Spent) as caught:
            rights(house).grant(take(1, told=Quota(1000, 0, ends)))

        assert caught.value.until == ends + timedelta(seconds=5)
        assert str(caught.value) == (
            "Of today's 1000 calls for 'books' contactd has made 5, "
            "and leaves the rest to other tools until 2026-04-11 03:00:05 UTC."
        )

    def test_a_block_holds_for_every_kind_of_the_vendor(self, house: House) -> None:
        until = house.clock + timedelta(minutes=30)
        rights(house).block(until, "More than 100 calls were made in a minute.")

        refusal = refused(rights(house, OTHER, connection=another(house, "")))

        assert not isinstance(refusal, Spent)
        assert refusal.until == until
        assert str(refusal) == (
            "No call is made for 'other' until 2026-04-11 00:30:00 UTC, as its vendor blocks it: "
            "More than 100 calls were made in a minute."
        )

    def test_calls_that_somebody_waits_for_are_counted_and_refused_too(self, house: House) -> None:
        rights(house).grant(take(17))

        with rights(house).spending(2):
            pass

        with pytest.raises(Spent), rights(house).spending(2):
            raise AssertionError("nothing is called")
        assert rights(house).grant(take(2)).count == 1

    def test_a_block_that_such_a_call_meets_is_noted(self, house: House) -> None:
        until = house.clock + timedelta(minutes=30)

        with pytest.raises(Throttled), rights(house).spending(1):
            raise Throttled("Too many.", until)

        assert refused(rights(house)).until == until

    def test_calls_of_a_kind_that_counts_none_are_never_refused(self, house: House) -> None:
        rights(house).block(house.clock + timedelta(minutes=30), "Too many.")

        with rights(house, kind("memory", "vendor", counted=False)).spending(1):
            called = True

        assert called

    def test_calls_are_granted_again_once_a_block_is_over(self, house: House) -> None:
        rights(house).block(house.clock + timedelta(minutes=30), "Too many.")
        house.clock += timedelta(minutes=30)

        assert rights(house).grant(take(2)).count == 2


class TestAdmission:
    def test_a_run_of_a_blocked_organization_waits_and_nothing_is_started(self, house: House) -> None:
        until = house.clock + timedelta(minutes=30)
        rights(house).block(until, "Too many.")
        run = waiting(house)

        started = admitted(house)

        assert started == []
        assert seen(house.run_of(run)) == (RunState.WAITING, Waiting.THROTTLED, micros(until))
        assert "as its vendor blocks it: Too many." in house.run_of(run).waiting_message

    def test_a_run_that_nothing_is_left_for_waits_for_the_budget(self, house: House) -> None:
        rights(house).grant(take(20))
        run = waiting(house)

        started = admitted(house)

        assert started == []
        until = micros(house.clock + timedelta(seconds=70))
        assert seen(house.run_of(run)) == (RunState.WAITING, Waiting.QUOTA, until)

    def test_it_is_admitted_when_its_time_has_come(self, house: House) -> None:
        rights(house).grant(take(20))
        run = waiting(house)
        admitted(house)

        house.clock += timedelta(seconds=70)

        assert admitted(house) == [run]

    def test_no_more_runs_read_an_organization_at_once_than_may(self, house: House) -> None:
        rights(house).grant(take(1))
        first, second = house.start(), waiting(house, sync_of(house, another(house, "")))

        meanwhile = admitted(house, MEMORY, OTHER)
        house.carry(first)
        afterwards = admitted(house, MEMORY, OTHER)

        assert (meanwhile, afterwards) == ([], [second])

    def test_runs_that_read_an_organization_together_are_granted_one_call_at_a_time(self, house: House) -> None:
        house.start()
        alone = rights(house).grant(take(8))
        second = waiting(house, sync_of(house, another(house, "")))
        with house.database.transaction() as tx:
            due.admit(tx, second)

        together = rights(house).grant(take(8))

        assert (alone.count, together.count) == (8, 1)

    def test_an_undo_waits_for_no_vendor(self, house: House) -> None:
        run = house.run([record(1)])
        rights(house).block(house.clock + timedelta(minutes=30), "Too many.")
        with house.database.transaction() as tx:
            sync = syncs.by_id(tx, house.sync.id)
            undo = runs.create(tx, sync=sync, trigger=Trigger.UNDO, mode=Mode.FULL, undoes=run.id)

        assert admitted(house) == [undo]

    def test_runs_of_kinds_that_are_not_counted_or_not_there_are_admitted(self, house: House) -> None:
        rights(house).block(house.clock + timedelta(minutes=30), "Too many.")
        run = waiting(house)

        assert admitted(house, kind("memory", "vendor", counted=False)) == [run]


class TestRun:
    def test_a_run_that_meets_the_end_of_the_budget_waits_and_goes_on_from_its_cursor(self, house: House) -> None:
        until = datetime(2026, 4, 11, 0, 0, 8, tzinfo=UTC)
        trouble: list[Exception] = [Spent("None is left.", until)]

        def before(number: int) -> None:
            if number == 1 and trouble:
                raise trouble.pop()

        house.source.before_page = before
        house.source.records = [record(number) for number in range(1, 5)]

        waits = house.run()
        with house.database.transaction() as tx:
            tx.fast("UPDATE run SET not_before = 0")
            due.admit(tx, waits.id)
        done = house.carry(waits.id)

        assert seen(waits) == (RunState.WAITING, Waiting.QUOTA, micros(until))
        assert waits.waiting_message == "None is left."
        assert done.state == RunState.SUCCEEDED
        assert len(house.contacts()) == 4
