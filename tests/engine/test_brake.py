"""A run that wants to remove too much is held before the first removal."""

from datetime import timedelta

import pytest

from contactd.domain.nouns import MappingLine, Run
from contactd.domain.words import Mode, RunState
from contactd.store import attempts, mappings, notifications, runs, syncs
from contactd_sdk import Throttled
from fakes.house import EPOCH, House, counts, record


@pytest.fixture
def held(house: House) -> Run:
    """Give a run that would remove 25 of 30 contacts."""
    house.source.page_size = 10
    house.run([record(number) for number in range(1, 31)])
    return house.run([record(number) for number in range(1, 6)], Mode.SWEEP)


def test_a_mass_removal_is_held_and_has_removed_nothing(house: House, held: Run) -> None:
    assert (held.state, held.removals) == (RunState.HELD, 25)
    assert counts(held) == {"unchanged": 5}
    assert len(house.contacts()) == 30
    with house.database.reading() as r:
        (told, *_) = notifications.page(r, house.sync.workspace_id, before=None, unread_only=False, limit=1)
    assert (told.kind, told.run_id) == ("run_held", held.id)


def test_a_confirmed_run_removes(house: House, held: Run) -> None:
    with house.database.transaction() as tx:
        runs.confirm(tx, held.id)

    run = house.carry(held.id)

    assert (run.state, counts(run)) == (RunState.SUCCEEDED, {"unchanged": 5, "removed": 25})
    assert len(house.contacts()) == 5


def test_a_rejected_run_ends_and_removes_nothing(house: House, held: Run) -> None:
    with house.database.transaction() as tx:
        runs.reject(tx, held.id)

    run = house.carry(held.id)

    assert (run.state, run.with_errors, counts(run)) == (RunState.SUCCEEDED, True, {"unchanged": 5})
    assert len(house.contacts()) == 30


def test_a_held_run_can_be_cancelled(house: House, held: Run) -> None:
    with house.database.transaction() as tx:
        run = runs.cancel(tx, held.id, by="ann")

    assert run.state is RunState.CANCELLED
    assert len(house.contacts()) == 30


def test_a_few_removals_need_no_confirmation(house: House) -> None:
    house.run([record(number) for number in range(1, 21)])

    run = house.run([], Mode.SWEEP)

    assert (run.state, counts(run)) == (RunState.SUCCEEDED, {"removed": 20})


def test_a_new_mapping_reads_every_record_again(house: House) -> None:
    house.run([record(1, company="Acme", modified=10), record(2, modified=10_000)])
    with house.database.transaction() as tx:
        sync = syncs.by_id(tx, house.sync.id)
        lines = [MappingLine(source_field="email", target_field="email")]
        mappings.replace(tx, sync, [*lines, MappingLine(source_field="company", target_field="first-name")], by="test")

    run = house.run(mode=Mode.INCREMENTAL)

    assert counts(run)["updated"] == 1
    assert house.contacts()["person1@example.com"]["first-name"] == "Acme"


def test_a_cancel_that_no_attempt_saw_ends_the_run_all_the_same(house: House) -> None:
    run = house.start()
    with house.database.transaction() as tx:
        attempts.begin(tx, run, owner="gone")
        runs.cancel(tx, run, by="ann")

    with house.database.transaction() as tx:
        attempts.recover(tx)

    assert house.run_of(run).state is RunState.CANCELLED


def test_a_run_whose_daemon_died_waits_for_its_paused_sync_and_says_so(house: House) -> None:
    run = house.start()
    with house.database.transaction() as tx:
        attempts.begin(tx, run, owner="gone")
        tx.fast("UPDATE sync SET state = 'paused'")

    with house.database.transaction() as tx:
        attempts.recover(tx)

    assert house.run_of(run).waiting_reason == "paused"


def test_a_cancel_beats_a_source_that_says_later(house: House) -> None:
    run = house.start()

    def cancel_and_throttle(_page: int) -> None:
        with house.database.transaction() as tx:
            runs.cancel(tx, run, by="ann")
        raise Throttled("later", EPOCH + timedelta(days=200))

    house.source.before_page = cancel_and_throttle

    ended = house.carry(run)

    assert ended.state is RunState.CANCELLED


def test_a_bulk_edit_that_would_merge_a_list_away_is_held(house: House) -> None:
    house.source.page_size = 100
    house.run([record(number) for number in range(1, 31)])
    everybody = [record(number, "same@example.com", modified=5) for number in range(1, 31)]

    held = house.run(everybody)
    with house.database.transaction() as tx:
        runs.reject(tx, held.id)
    rejected = house.carry(held.id)
    again = house.run(everybody, Mode.INCREMENTAL)

    assert (held.state, held.removals) == (RunState.HELD, 29)
    assert (rejected.state, len(house.contacts())) == (RunState.SUCCEEDED, 30)
    assert again.state is RunState.HELD


def test_a_bulk_edit_whose_new_addresses_newcomers_take_first_is_held(house: House) -> None:
    house.source.page_size = 100
    house.run([record(number) for number in range(1, 61)])
    # Each of 25 moves to the address of another who moves away, and to which somebody older lays claim.
    away = [record(number, f"away{number}@example.com", modified=5) for number in range(31, 56)]
    movers = [record(number, f"person{number + 30}@example.com", modified=5) for number in range(1, 26)]
    newcomers = [record(100 + number, f"person{number}@example.com", created=-number) for number in range(31, 56)]

    run = house.run([*newcomers, *movers, *away])

    assert (run.state, run.removals) == (RunState.HELD, 25)


def test_a_few_changed_addresses_are_nobodys_loss(house: House) -> None:
    house.source.page_size = 100
    house.run([record(number) for number in range(1, 31)])

    run = house.run([record(number, f"new{number}@example.com", modified=5) for number in range(1, 31)])

    assert (run.state, counts(run)) == (RunState.SUCCEEDED, {"updated:email_changed": 30})
