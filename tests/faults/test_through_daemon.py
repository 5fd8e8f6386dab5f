"""A run of the daemon that meets a fault amid its pages: it waits or ends as it should, and loses nothing.

The dozen is a selection: what a fault means is in the tables of the matrix.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import pytest

from contactd.domain.clock import SECOND
from contactd.domain.words import ConnectionState, Mode, Outcome, RunState, SyncState
from faults.endpoints import ENDPOINTS, LIST
from faults.house import House
from faults.outcomes import PRIVATE, oauth, refusal
from faults.world import CUSTOMERS

TOKEN = "/oauth/v2/token"
TOO_MANY = "You have made too many requests continuously. Please try again after some time."


@pytest.fixture(autouse=True)
def calm(house: House) -> Iterator[None]:
    house.begin_anew()
    house.sandbox.clear_journal()
    yield
    house.sandbox.clear_faults()


@dataclass(frozen=True)
class Case:
    """*plants* strike the second page of a run, which is left for *reason*, told in words, and waits for *seconds*."""

    plants: tuple[dict[str, Any], ...]
    reason: str
    says: str
    seconds: int | None = None


def page_two(fault: dict[str, Any]) -> dict[str, Any]:
    return {"path": LIST, "query": {"page": "2"}, **fault}


EXPIRED = page_two({"kind": "expire"})
SLID = page_two({"kind": "shift", "by": 1})
HTML = {"kind": "html", "status": 503, "times": None}

WAITING = {
    "a page of a gateway": Case((page_two(HTML),), "source_away", "HTTP 503"),
    "half a page": Case((page_two({"kind": "truncate"}),), "source_away", "cannot be read"),
    "a reset": Case((page_two({"kind": "reset"}),), "source_away", "broke the connection off"),
    "a fault of theirs": Case((page_two(refusal(500, 1000)),), "source_away", "HTTP 500"),
    "a block of a minute's calls": Case((page_two(refusal(429, 44, Retry_After="600")),), "throttled", "blocked", 600),
    "the end of the day's calls": Case(
        (page_two(refusal(429, 45, X_Rate_Limit_Reset="500")),), "throttled", "used up", 500
    ),
    "too many at once": Case((page_two(refusal(429, 1070)),), "throttled", "as many calls", 15),
    "too many tokens": Case(
        (EXPIRED, {"path": TOKEN, **oauth(400, "Access Denied", TOO_MANY)}),
        "throttled",
        "too many were asked for",
        600,
    ),
    "no token now": Case(
        (EXPIRED, {"path": TOKEN, **oauth(200, "general_error")}),
        "source_away",
        "an error of its own",
    ),
}

FAILING = {
    "a bad request": Case((page_two(refusal(400, 2)),), "MISCONFIGURED", "please report this"),
    "a foreign organization": Case((page_two(refusal(400, 6041)),), "MISCONFIGURED", "Choose an organization"),
}


def pages(house: House) -> int:
    return len(house.sandbox.journal(LIST))


def complete(house: House, number: int) -> None:
    """See that a run ended well, and that each customer has an outcome."""
    run = house.run(number)
    assert run.state is RunState.SUCCEEDED, run
    assert run.counts.total >= CUSTOMERS
    paths = {call.path for call in house.sandbox.journal()}
    known = {endpoint.path for endpoint in ENDPOINTS.values()}
    assert [path for path in paths if not any(fnmatchcase(path, one) for one in known)] == []


def leaks(house: House, sentence: str) -> list[str]:
    secrets = [house.sandbox.ready.client_secret, *PRIVATE.split()[1::2]]
    return [secret for secret in secrets if secret in sentence]


@pytest.mark.parametrize("name", WAITING)
def test_a_run_waits_makes_no_call_meanwhile_and_then_reads_the_rest(house: House, name: str) -> None:
    case = WAITING[name]
    house.sandbox.plant_all(case.plants)
    number = house.begin()

    house.tick()
    left = house.run(number)
    seconds = house.seconds_until(left.waiting_until)
    met = len(house.sandbox.journal())
    house.wait_until(left.waiting_until - 2 * SECOND)
    too_soon = house.tick()
    quiet = len(house.sandbox.journal()) == met
    house.sandbox.clear_faults()
    house.wait_until(left.waiting_until)
    house.tick()

    assert (left.state, left.waiting_reason) == (RunState.WAITING, case.reason), left
    assert case.says in left.waiting_message
    assert leaks(house, left.waiting_message) == []
    assert (too_soon, quiet) == ([], True)
    assert -20 <= seconds - (case.seconds or seconds) <= 0
    complete(house, number)
    # Three pages and page one again; what failed once more, the page before it to find the place, and perhaps
    # one with a token that is dead already.
    assert pages(house) <= 7
    assert len(house.sandbox.journal(TOKEN)) <= 2


@pytest.mark.parametrize("name", FAILING)
def test_a_run_fails_at_once_and_the_next_one_reads_everything(house: House, name: str) -> None:
    case = FAILING[name]
    house.sandbox.plant_all(case.plants)
    number = house.begin()

    house.tick()
    left = house.run(number)
    called = pages(house)
    house.sandbox.clear_faults()
    again = house.begin()
    house.tick()

    assert (left.state, left.error_reason) == (RunState.FAILED, case.reason), left
    assert case.says in left.error_message
    assert leaks(house, left.error_message) == []
    assert called == 2
    complete(house, again)


def test_nobody_is_removed_whom_a_sweep_passed_over(house: House) -> None:
    house.sandbox.plant_all([SLID])
    number = house.begin(Mode.SWEEP)

    house.tick()

    details = house.sandbox.journal(f"{LIST}/*")
    assert (house.run(number).removals, house.run(number).counts.of(Outcome.REMOVED)) == (0, 0)
    assert [call.status for call in details] == [200]
    assert house.run(number).state is RunState.SUCCEEDED


def test_a_sweep_that_may_not_ask_who_is_gone_waits_and_asks_later(house: House) -> None:
    house.sandbox.plant_all([SLID, {"path": f"{LIST}/*", **refusal(429, 44, Retry_After="300")}])
    number = house.begin(Mode.SWEEP)

    house.tick()
    left, asked = house.run(number), len(house.sandbox.journal(f"{LIST}/*"))
    house.sandbox.clear_faults()
    house.wait_until(left.waiting_until)
    house.tick()

    assert (left.state, left.waiting_reason, asked) == (RunState.WAITING, "throttled", 1)
    assert house.run(number).counts.of(Outcome.REMOVED) == 0
    assert house.run(number).state is RunState.SUCCEEDED


def test_who_is_gone_is_removed_whichever_way_zoho_says_it(house: House) -> None:
    gone = [house.sandbox.add(f"Gone {code}", email=f"gone{code}@posteo.de") for code in (1002, 5)]
    house.begin()
    house.tick()

    removed = []
    for contact, code in zip(gone, (1002, 5), strict=True):
        house.sandbox.delete(contact)
        house.sandbox.switch(gone_code=code)
        number = house.begin(Mode.SWEEP)
        house.tick()
        removed.append(house.run(number).counts.of(Outcome.REMOVED))

    house.sandbox.switch(gone_code=1002)
    assert removed == [1, 1]


def test_a_token_that_dies_amid_a_run_is_renewed_once(house: House) -> None:
    house.sandbox.plant_all([EXPIRED])
    number = house.begin()

    house.tick()

    assert [call.status for call in house.sandbox.journal(LIST)] == [200, 401, 200, 200, 200]
    assert len(house.sandbox.journal(TOKEN)) == 1
    complete(house, number)


def test_a_grant_that_is_revoked_amid_a_run_stops_its_sync_until_a_person_consents(house: House) -> None:
    house.sandbox.plant_all([page_two({"kind": "revoke"})])
    number = house.begin()

    house.tick()
    left, stopped, refused = house.run(number), house.sync.state, house.connection.state
    tokens = len(house.sandbox.journal(TOKEN))
    house.consent()
    house.activate()
    again = house.begin()
    house.tick()

    assert (left.state, left.error_reason) == (RunState.FAILED, "CREDENTIAL_INVALID")
    assert "Connect again" in left.error_message
    assert (stopped, refused) == (SyncState.INACTIVE, ConnectionState.CREDENTIAL_INVALID)
    assert tokens == 1
    complete(house, again)


def test_no_call_is_made_in_a_block_from_its_first_second_to_its_last(house: House) -> None:
    house.sandbox.freeze()
    house.sandbox.set_limits(per_minute=2)
    number = house.begin()
    house.tick()
    left = house.run(number)

    carried = []
    for seconds in (1, 899, 899):
        house.sandbox.advance(seconds)
        house.wait_until(house.clock() + seconds * SECOND)
        carried += house.tick()
    in_the_block = house.sandbox.usage()[0].blocked_until > house.sandbox.now()
    house.sandbox.advance(2)
    house.sandbox.set_limits(per_minute=100)
    house.wait_until(left.waiting_until)
    house.tick()

    house.sandbox.set_limits(per_minute=None)
    house.sandbox.reset_clock()
    assert (left.waiting_reason, carried, in_the_block) == ("throttled", [], True)
    assert [call.status for call in house.sandbox.journal(LIST)][:4] == [200, 200, 429, 200]
    complete(house, number)


def test_a_block_outlives_the_daemon(house: House) -> None:
    house.sandbox.plant_all([page_two(refusal(429, 44, Retry_After="300"))])
    number = house.begin()
    house.tick()
    met = len(house.sandbox.journal())

    house.restart()
    left = house.run(number)
    house.wait_until(left.waiting_until - 2 * SECOND)
    carried = house.tick()
    quiet = len(house.sandbox.journal()) == met
    house.sandbox.clear_faults()
    house.wait_until(left.waiting_until)
    house.tick()

    assert (carried, quiet) == ([], True)
    complete(house, number)
