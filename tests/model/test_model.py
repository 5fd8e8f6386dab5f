"""The engine on a real store does what the plain model says, for every history."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from model.histories import History, Scope, histories
from model.playing import Pair, play
from model.stage import Stage

#: Thousands of runs: kept in memory where the machine offers that, since every one of them waits for the disk.
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None

# The same histories every time: a gate that fails now and then teaches people to try again.
_MANY = settings(
    max_examples=200, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)

#: Customers who exchange three good addresses, and do nothing else.
_EXCHANGES = Scope(
    addresses=("a@example.com", "b@example.com", "c@example.com"),
    kinds=("",),
    acts=False,
    malformed=False,
    policies=False,
    update_empty=True,
    silent=False,
)


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        stage = Stage(Path(folder))
        yield stage
        stage.close()


@_MANY
@given(histories(Scope(moves=False)))
def test_everything_is_as_the_model_says_where_customers_keep_their_addresses(stage: Stage, history: History) -> None:
    play(stage, history)


@_MANY
@given(histories(_EXCHANGES))
def test_contacts_links_and_totals_are_as_the_model_says_where_addresses_are_exchanged(
    stage: Stage, history: History
) -> None:
    play(stage, history, alike=_came, blind_to={"dead"})


def _came(pair: Pair) -> Pair:
    """Put the ways together in which a record comes to a contact."""
    ways = {"ownership", "email_changed", "email_changed_merged"}
    return ("came", "") if pair[0] in {"added", "readded"} or pair[1] in ways else pair
