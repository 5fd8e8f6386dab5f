"""An undo is a run like any other: it stops between two steps, goes on, and is cancelled."""

import pytest

from contactd.domain.words import RunState
from contactd.engine.runs.stop import Stop
from contactd.store import field_values, fields, runs
from fakes.house import House, counts, record


@pytest.mark.parametrize("at_once", [1, 3])
def test_an_undo_that_was_stopped_goes_on_where_it_was(house: House, at_once: int) -> None:
    run = house.run([record(number) for number in range(1, 8)])
    house.runs.at_once = at_once
    number = house.begin_undo(run)
    stopped = Stop()
    stopped.ask()
    house.runs.carry(number, stopped)
    half = house.run_of(number)

    undone = house.carry(number)

    assert (half.state, half.counts.total) == (RunState.WAITING, at_once)
    assert counts(undone) == {"removed": 7}
    assert house.contacts() == {}


def test_an_undo_that_is_cancelled_goes_no_further(house: House) -> None:
    run = house.run([record(number) for number in range(1, 8)])
    house.runs.at_once = 2
    number = house.begin_undo(run)
    stopped = Stop()
    stopped.ask()
    house.runs.carry(number, stopped)
    with house.database.transaction() as tx:
        runs.cancel(tx, number, by="ann")

    cancelled = house.run_of(number)

    assert (cancelled.state, counts(cancelled)) == (RunState.CANCELLED, {"removed": 2})
    assert len(house.contacts()) == 5


def test_an_undo_brings_no_value_of_a_deleted_field_back(house: House) -> None:
    house.run([record(1, company="Acme")])
    run = house.run([record(1, first="Other", company="Acme", modified=5)])
    with house.database.transaction() as tx:
        marked = field_values.mark(tx, fields.get(tx, house.sync.workspace_id, "company"))
        field_values.erase(tx, marked, after=0)
        field_values.forget(tx, marked)

    house.undo(run)

    assert house.contacts() == {"person1@example.com": {"first-name": "First"}}
