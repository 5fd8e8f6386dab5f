"""What becomes of runs when their organization allows no call."""

from datetime import UTC, datetime, timedelta

from contactd.domain.clock import micros
from contactd.domain.words import Mode, RunState, Trigger, Waiting
from contactd.engine.schedule.timetable import Timetable
from contactd.store import due, runs, syncs
from contactd_sdk import Spent
from fakes.budgets import MEMORY, OTHER, admitted, another, kind, rights, seen, sync_of, take, waiting
from fakes.house import House, record


class TestAdmission:
    def test_a_run_of_a_blocked_organization_waits_and_nothing_is_started(self, house: House) -> None:
        until = house.clock + timedelta(minutes=30)
        rights(house).block(until, "Too many.")
        run = waiting(house)

        started = admitted(house)

        assert started == []
        assert seen(house.run_of(run)) == (RunState.WAITING, Waiting.THROTTLED, micros(until))
        assert "as its vendor blocks it: Too many." in house.run_of(run).waiting_message

    def test_a_run_of_another_organization_waits_while_the_machine_is_blocked(self, house: House) -> None:
        until = house.clock + timedelta(minutes=60)
        elsewhere = rights(house, OTHER, connection=another(house, "77", "elsewhere"))
        elsewhere.block(until, "This machine called too often.", everywhere=True)
        run = waiting(house)

        started = admitted(house)

        assert started == []
        assert seen(house.run_of(run)) == (RunState.WAITING, Waiting.THROTTLED, micros(until))

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


class TestClock:
    def test_a_block_ends_after_its_time_where_the_clock_went_back_meanwhile(self, house: House) -> None:
        rights(house).block(house.clock + timedelta(minutes=30), "Too many.")
        run = waiting(house)
        admitted(house)
        timetable = Timetable(house.database)
        timetable.look(micros(house.clock))

        house.clock -= timedelta(hours=5)
        timetable.look(micros(house.clock))
        at_once = admitted(house)
        house.clock += timedelta(minutes=30)
        later = admitted(house)

        assert (at_once, later) == ([], [run])

    def test_a_run_that_waits_for_the_calls_of_a_minute_does_so_no_longer_either(self, house: House) -> None:
        rights(house).grant(take(20))
        run = waiting(house)
        admitted(house)
        timetable = Timetable(house.database)
        timetable.look(micros(house.clock))

        house.clock -= timedelta(hours=5)
        timetable.look(micros(house.clock))
        at_once = admitted(house)
        house.clock += timedelta(seconds=70)
        later = admitted(house)

        assert (at_once, later) == ([], [run])
