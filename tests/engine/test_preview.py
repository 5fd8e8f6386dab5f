"""A preview tells what the run then does, record by record, and writes nothing."""

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from contactd.domain.nouns import RecordOutcome
from contactd.domain.rules import Rules
from contactd.domain.words import Mode
from contactd.engine.runs.preview import Forecast, limited
from contactd.store import snapshots
from contactd.store.known import Scope
from contactd_sdk import Window
from engine.test_order import _SLOW, MEMORY, Customer, worlds
from fakes.house import House, counts, record
from fakes.house_rules import set_sync, set_workspace
from fakes.postgres import ON_FILES


def foretold(house: House, limit: int = 0) -> tuple[dict[str, int], list[RecordOutcome]]:
    """Preview the sync of *house* over the records of its source."""
    with house.database.reading() as r:
        config = snapshots.of(r, house.sync.id)
    scope = Scope.of(config, workspace=house.sync.workspace_id, sync=house.sync.id, run=-1)
    rules = Rules.of(config, run=-1, sync=house.sync.id, known_until=None)
    forecast = Forecast(house.database, scope, rules)
    for page in limited(house.source.pages(None, Window("contacts", rules.source_fields)), limit):
        forecast.take(page)
    forecast.settle()
    told = {":".join(filter(None, key)): number for key, number in forecast.counts.by_reason.items()}
    return told, [one for batch in forecast.batches() for one in batch]


@ON_FILES
@_SLOW
@given(st.lists(worlds(), min_size=1, max_size=3), st.integers(1, 3))
def test_a_preview_counts_what_the_run_counts(history: list[list[Customer]], page_size: int) -> None:
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        house = House(Path(folder), update_empty=True)
        house.source.page_size = page_size
        for moment, world in enumerate(history):
            house.source.records = [customer.record(10 * moment) for customer in world]
            told, shown = foretold(house)

            run = house.run(mode=Mode.FULL)

            assert told == dict(counts(run))
            assert {one.source_id for one in shown} == {one.id for one in house.source.records}
        house.close()


def test_a_preview_writes_nothing(house: House) -> None:
    house.run([record(1), record(2)])
    before = (house.contacts(), house.links())
    house.source.records = [record(1, first="Anna", modified=5), record(3)]

    told, _ = foretold(house)

    assert told == {"updated": 1, "added": 1}
    assert (house.contacts(), house.links()) == before


def test_a_record_that_comes_twice_is_shown_with_what_becomes_of_it(house: House) -> None:
    house.source.records = [record(1), record(2), record(3), record(1)]

    told, shown = foretold(house)

    assert told == {"added": 3}
    assert {one.outcome for one in shown} == {"added"}


def test_a_preview_can_be_limited(house: House) -> None:
    house.source.records = [record(number) for number in range(1, 8)]

    told, shown = foretold(house, limit=3)

    assert (told, len(shown)) == ({"added": 3}, 3)


def test_a_preview_knows_of_limit_criteria_and_who_claims_an_address(house: House) -> None:
    set_sync(house, criteria='first is "First"', criteria_types={"first": "text"}, policies={"on_leave": "detach"})
    house.run([record(2, "b@example.com"), record(3), record(4)])
    set_workspace(house, contact_limit=4)
    moved = record(2, "a@example.com", modified=5)
    house.source.records = [record(1, "b@example.com"), moved, record(3, first="Other"), record(5), record(6)]

    told, _ = foretold(house)

    assert told == dict(counts(house.run(mode=Mode.FULL)))
    assert told == {"skipped:limit": 2, "updated:email_changed": 1, "added": 1, "removed:detached": 1}
