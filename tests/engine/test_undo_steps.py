"""An undo is a run like any other: it stops between two steps, goes on, and is cancelled."""

import pytest

from contactd.domain.words import RunState
from contactd.engine.stop import Stop
from contactd.store import runs
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
        runs.cancel(tx, number)

    cancelled = house.run_of(number)

    assert (cancelled.state, counts(cancelled)) == (RunState.CANCELLED, {"removed": 2})
    assert len(house.contacts()) == 5
