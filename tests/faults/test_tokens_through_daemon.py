"""A run of the daemon whose token is not renewed amid its pages: every error of Zoho Accounts, to its end."""

from collections.abc import Iterator

import pytest

from contactd.domain.words import ConnectionState, RunState, SyncState
from contactd_sdk import AuthFailed, Misconfigured, SourceError, Unavailable
from faults.accounts import ERRORS
from faults.house import House
from faults.outcomes import PRIVATE, oauth
from faults.test_through_daemon import EXPIRED, TOKEN, complete, leaks

#: What a run is left for, and what becomes of its connection and its sync, by what an error means.
LEFT: dict[type[SourceError], tuple[str, ConnectionState, SyncState]] = {
    AuthFailed: ("CREDENTIAL_INVALID", ConnectionState.CREDENTIAL_INVALID, SyncState.INACTIVE),
    Misconfigured: ("MISCONFIGURED", ConnectionState.ENABLED, SyncState.ACTIVE),
    Unavailable: ("source_away", ConnectionState.ENABLED, SyncState.ACTIVE),
}


@pytest.fixture(autouse=True)
def calm(house: House) -> Iterator[None]:
    house.begin_anew()
    house.sandbox.clear_journal()
    yield
    house.sandbox.clear_faults()


@pytest.mark.parametrize("error", ERRORS)
def test_a_token_that_is_not_renewed_ends_the_run_as_the_error_says_and_asks_once(house: House, error: str) -> None:
    status = 400 if len(error) % 2 else 200
    house.sandbox.plant_all([EXPIRED, {"path": TOKEN, **oauth(status, error, f"Refused {PRIVATE}")}])
    number = house.begin()

    house.tick()
    left, connection, sync = house.run(number), house.connection.state, house.sync.state
    again = house.tick()
    asked = len(house.sandbox.journal(TOKEN))
    house.sandbox.clear_faults()
    number = mended(house, number)

    kind = ERRORS[error].error
    assert kind is not None
    reason, sentence = left.error_reason or left.waiting_reason, left.error_message or left.waiting_message
    assert (reason, connection, sync) == LEFT[kind]
    assert ERRORS[error].says in sentence
    assert leaks(house, sentence) == []
    assert (again, asked) == ([], 1)
    complete(house, number)


def mended(house: House, number: int) -> int:
    """Do what a person does, or wait, until a run can read everything; give the one that does."""
    left = house.run(number)
    if left.state is RunState.WAITING:
        house.wait_until(left.waiting_until)
        house.tick()
        return number
    if house.sync.state is SyncState.INACTIVE:
        house.consent()
        house.activate()
    number = house.begin()
    house.tick()
    return number
