"""What is over is forgotten in its time, and what must stay stays."""

from datetime import timedelta
from typing import Any

import pytest

from contactd.domain.nouns import Run
from contactd.domain.words import Mode
from contactd.engine.schedule.retention import Kept, Pruner
from contactd.store import runs
from fakes.house import House, counts, record


def asked(house: House, sql: str) -> list[tuple[Any, ...]]:
    with house.database.reading() as r:
        return r.fast(sql)


def change(house: House, sql: str, *values: object) -> None:
    with house.database.transaction() as tx:
        tx.fast(sql, values)


def pass_days(house: House, days: int) -> None:
    house.clock += timedelta(days=days)


def prune(house: House, *, batch: int = 500) -> None:
    """Prune until nothing is left to be forgotten."""
    pruner = Pruner(house.database, Kept(), batch=batch, batches=3)
    before = None
    while before != (before := state(house)):
        pruner.prune()


def state(house: House) -> list[tuple[Any, ...]]:
    tables = ("outcome", "run_count", "event", "notification", "request", "link", "mapping_line")
    return [asked(house, f"SELECT count(*) FROM {name}")[0] for name in tables]


def some_runs(house: House) -> list[Run]:
    house.source.page_size = 2
    first = house.run([record(number) for number in range(1, 8)])
    second = house.run([record(1, first="Anna", modified=5), record(2, ""), *(record(n) for n in range(3, 8))])
    return [first, second]


@pytest.mark.parametrize("batch", [1, 500])
def test_a_run_is_forgotten_but_for_its_totals(house: House, batch: int) -> None:
    made = some_runs(house)
    pass_days(house, 91)

    prune(house, batch=batch)

    after = [house.run_of(run.id) for run in made]
    assert [run.counts for run in after] == [run.counts for run in made]
    assert [run.pruned for run in after] == [True, True]
    assert asked(house, "SELECT count(*) FROM outcome") == [(0,)]
    assert asked(house, "SELECT count(*), count(DISTINCT page) FROM run_count") == [(4, 1)]
    assert len(house.contacts()) == 7


def test_what_is_young_is_kept(house: House) -> None:
    some_runs(house)
    before = state(house)
    pass_days(house, 89)

    prune(house)

    assert state(house) == before


def test_events_and_notifications_are_forgotten_in_their_time(house: House) -> None:
    some_runs(house)
    pass_days(house, 91)

    prune(house)
    notifications = asked(house, "SELECT count(*) FROM notification")
    pass_days(house, 275)
    prune(house)

    assert asked(house, "SELECT count(*) FROM event") == [(0,)]
    assert notifications == [(2,)]
    assert asked(house, "SELECT count(*) FROM notification") == [(0,)]


def test_answers_to_requests_are_forgotten_after_a_day(house: House) -> None:
    change(
        house,
        "INSERT INTO request (actor, request_id, body_hash, answer, created_at) VALUES ('ann', 'x', ?, ?, ?)",
        b"h",
        b"a",
        house.now(),
    )
    pass_days(house, 2)

    prune(house)

    assert asked(house, "SELECT count(*) FROM request") == [(0,)]


def test_a_run_after_that_decides_as_if_nothing_had_been_forgotten(house: House) -> None:
    some_runs(house)
    pass_days(house, 91)
    prune(house)

    again = house.run()

    assert counts(again) == {"unchanged": 6, "skipped:empty_email": 1}


def test_a_live_run_is_not_forgotten_however_old(house: House) -> None:
    some_runs(house)
    house.start(Mode.FULL)
    pass_days(house, 500)

    prune(house)

    with house.database.reading() as r:
        live = runs.live_of(r, house.sync.id)
    assert live is not None
    assert not live.pruned


def test_a_run_that_is_being_undone_is_kept_till_the_end_of_that(house: House) -> None:
    _, second = some_runs(house)
    pass_days(house, 91)
    number = house.begin_undo(second)

    prune(house)
    undone = house.carry(number)
    prune(house)

    assert counts(undone) == {"updated": 2}
    assert house.run_of(second.id).pruned


def test_what_a_deleted_sync_knew_is_forgotten_after_thirty_days(house: House) -> None:
    made = some_runs(house)
    change(house, "UPDATE sync SET state = 'deleted', deleted_at = ?", house.now())
    pass_days(house, 29)
    prune(house)
    kept = asked(house, "SELECT count(*) FROM link")
    pass_days(house, 2)

    prune(house, batch=2)

    assert kept == [(7,)]
    assert [asked(house, f"SELECT count(*) FROM {name}") for name in ("link", "mapping_line", "outcome")] == [
        [(0,)]
    ] * 3
    assert [house.run_of(run.id).counts for run in made] == [run.counts for run in made]
    assert len(house.contacts()) == 7
