"""The engine on a real store does what the plain model says, for every history."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings

from fakes.postgres import Schemas
from model.histories import History, Scope, histories
from model.playing import play
from model.stage import Stage, in_a_file, on_postgres

# The same histories every time: a gate that fails now and then teaches people to try again.
_MANY = settings(
    max_examples=300, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)

#: Customers who exchange three good addresses, and do nothing else.
_EXCHANGES = Scope(
    addresses=("a@example.com", "b@example.com", "c@example.com"),
    kinds=("",),
    acts=False,
    malformed=False,
    policies=False,
)


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with in_a_file() as stage:
        yield stage


@pytest.fixture(scope="module")
def server(postgres: Schemas) -> Iterator[Stage]:
    with on_postgres(postgres) as stage:
        yield stage


@_MANY
@given(histories(Scope(edits=True)))
def test_everything_is_as_the_model_says(stage: Stage, history: History) -> None:
    play(stage, history)


@_MANY
@given(histories(_EXCHANGES))
def test_everything_is_as_the_model_says_where_addresses_are_exchanged(stage: Stage, history: History) -> None:
    play(stage, history)


@settings(_MANY, max_examples=160)
@given(histories(Scope(syncs=2, rounds=4, edits=True)))
def test_everything_is_as_the_model_says_where_two_syncs_share_contacts(stage: Stage, history: History) -> None:
    play(stage, history)


@settings(_MANY, max_examples=100)
@given(histories(Scope(syncs=2, edits=True)))
def test_a_server_holds_what_a_file_holds(server: Stage, history: History) -> None:
    play(server, history)
