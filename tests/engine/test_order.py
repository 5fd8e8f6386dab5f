"""What a run makes of a set of records depends on the set, not on how it comes.

Held here: contacts, links, and how many records had which outcome and reason.
"""

import random
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contactd.domain.nouns import Run
from contactd.domain.words import Mode, Outcome
from contactd.store import runs
from contactd_sdk import Record
from fakes.house import House, counts, record
from fakes.postgres import ON_FILES

#: Hundreds of small stores: kept in memory where the machine offers that, since every run waits for the disk.
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None

ADDRESSES = ["a@example.com", "b@example.com", "c@example.com", "", "a@gnail.com", "info@example.com"]


@dataclass(frozen=True)
class Customer:
    """A customer at the source, at one time."""

    number: int
    email: str
    first: str
    edits: int

    def record(self, moment: int) -> Record:
        return record(self.number, self.email, first=self.first, modified=self.edits + moment)


@st.composite
def worlds(draw: st.DrawFn) -> list[Customer]:
    numbers = draw(st.lists(st.integers(1, 6), unique=True, max_size=6))
    return [
        Customer(number, draw(st.sampled_from(ADDRESSES)), draw(st.sampled_from(["X", "Y"])), draw(st.integers(0, 2)))
        for number in numbers
    ]


def play(
    folder: Path, history: list[list[Customer]], *, page_size: int, seed: int, mode: Mode, at_once: int = 500
) -> Mapping[str, Any]:
    """Run a sync through *history* in some order of records; tell what came of it."""
    house = House(folder, update_empty=True, at_once=at_once)
    shuffle = random.Random(seed)
    told: list[Any] = []
    try:
        for moment, world in enumerate(history):
            records = [customer.record(10 * moment) for customer in world]
            shuffle.shuffle(records)
            house.source.page_size = page_size
            run = house.run(records, mode)
            assert run.state == "succeeded", run.error_message
            _adds_up(house, run)
            told.append(counts(run))
        return {"counts": told, "contacts": house.contacts(), "links": house.links()}
    finally:
        house.close()


def _adds_up(house: House, run: Run) -> None:
    """Every count is of rows that are there, and none is negative (I1)."""
    by_outcome: dict[str, int] = {}
    for outcome, _reason in house.outcomes(run).values():
        by_outcome[outcome] = by_outcome.get(outcome, 0) + 1
    for outcome in Outcome:
        counted = run.counts.of(outcome)
        assert counted >= 0
        if outcome not in {Outcome.ADDED, Outcome.UNCHANGED}:
            assert counted == by_outcome.get(outcome, 0), (outcome, counts(run), house.outcomes(run))
    assert all(number >= 0 for number in run.counts.by_reason.values())


# The same histories every time: a gate that fails now and then teaches people to try again.
_SLOW = settings(
    max_examples=50, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)


@ON_FILES
@_SLOW
@given(st.lists(worlds(), min_size=1, max_size=3), st.integers(1, 3), st.integers(0, 99))
def test_the_order_of_records_changes_nothing(history: list[list[Customer]], page_size: int, seed: int) -> None:
    with tempfile.TemporaryDirectory(dir=MEMORY) as one, tempfile.TemporaryDirectory(dir=MEMORY) as other:
        straight = play(Path(one), history, page_size=100, seed=0, mode=Mode.SWEEP)

        # One record a step: what settle decides must not depend on how it is cut up either.
        shuffled = play(Path(other), history, page_size=page_size, seed=seed, mode=Mode.SWEEP, at_once=1)

        assert shuffled == straight


@ON_FILES
@_SLOW
@given(st.lists(worlds(), min_size=1, max_size=3), st.integers(1, 3))
def test_a_second_run_over_the_same_records_changes_nothing(history: list[list[Customer]], page_size: int) -> None:
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        house = House(Path(folder), update_empty=True)
        for moment, world in enumerate(history):
            house.run([customer.record(10 * moment) for customer in world], Mode.SWEEP)
        before = (house.contacts(), house.links())
        house.source.page_size = page_size

        run = house.run(mode=Mode.SWEEP)

        assert {key.split(":")[0] for key in counts(run)} <= {"unchanged", "skipped", "failed"}
        assert (house.contacts(), house.links()) == before
        house.close()


@ON_FILES
@_SLOW
@given(st.lists(worlds(), min_size=2, max_size=3))
def test_a_history_ends_where_a_fresh_start_ends(history: list[list[Customer]]) -> None:
    """I9, for addresses that stay good: one that went bad leaves a contact behind on purpose."""
    good = [[one for one in world if one.email in ADDRESSES[:3]] for world in history]
    with tempfile.TemporaryDirectory(dir=MEMORY) as one, tempfile.TemporaryDirectory(dir=MEMORY) as other:
        lived = play(Path(one), good, page_size=2, seed=1, mode=Mode.SWEEP)

        fresh = play(Path(other), [good[-1]], page_size=2, seed=1, mode=Mode.SWEEP)

        assert lived["contacts"] == fresh["contacts"]
        assert {name: link for name, link in lived["links"].items() if link[1] != "gone"} == fresh["links"]


def test_counts_of_a_run_are_the_sum_of_its_pages(house: House) -> None:
    house.source.page_size = 1
    run = house.run([record(9, "same@example.com"), record(1, "same@example.com"), record(2)])

    with house.database.reading() as r:
        pages = r.fast("SELECT page, outcome, records FROM run_count WHERE run_id = ? ORDER BY page", (run.id,))
        again = runs.counts_of(r, [run.id])[run.id]

    # The second page takes back what the first one counted.
    assert (2, "added", 1) not in pages
    assert [sum(n for _, o, n in pages if o == outcome) for outcome in ("added", "skipped")] == [2, 1]
    assert again.total == 3
