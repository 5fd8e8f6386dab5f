"""Why is this contact gone, when its record went on to the address of another one?"""

from contactd.domain.changes import Change
from contactd.engine.people import explain
from fakes.house import House, record
from people.desk import HOME, Desk


def test_who_was_left_behind_by_a_changed_address_is_told_with_the_run_that_did_it(desk: Desk, house: House) -> None:
    house.run([record(1), record(2)])
    run = house.run([record(1, "person2@example.com", modified=5), record(2)])

    told = explain.address(desk.parts, HOME, "person1@example.com")

    assert told.verdict.startswith(f"The contact was here and is deleted, last changed by the run {run.id} of 'main'.")
    assert told.history[-1].changes == [Change("status", "live", "deleted")]
