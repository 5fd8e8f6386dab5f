"""Time in the hand of a test: moved, stopped, and what goes by it."""

from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest

from contactd_zoho_sandbox.clock import Clock
from contactd_zoho_sandbox.control import busiest_minute, token_id


@pytest.fixture
def zoho(stopped, caller_for):
    """A caller of its own for each test: tokens die when time is moved on."""
    return caller_for(stopped)


@pytest.fixture
def stopped(sandbox):
    sandbox.freeze()
    sandbox.clear_journal()
    yield sandbox
    sandbox.set_limits(per_minute=None, at_once=None)
    sandbox.clear_faults()
    sandbox.reset_clock()


class Machine:
    """The clock of a machine, as far as a clock reads it."""

    second = 1000.0

    def __call__(self):
        return self.second


def test_a_clock_runs_stands_and_runs_on_from_where_it_stood():
    machine = Machine()
    clock = Clock(machine)

    clock.freeze()
    machine.second += 10
    stood = clock.now()
    clock.advance(5)
    clock.thaw()
    machine.second += 1

    assert (stood, clock.now(), clock.frozen) == (1000, 1006, False)
    clock.reset()
    assert clock.now() == 1011


def test_a_block_ends_when_the_clock_is_moved_past_it(stopped, zoho):
    stopped.set_limits(per_minute=1)

    before = [zoho.get("/contacts").error for _ in range(2)]
    stopped.advance(1799)
    within = zoho.get("/contacts").error
    stopped.advance(1)

    assert before == [(200, 0), (429, 44)]
    assert within == (429, 44)
    assert zoho.get("/contacts").status == 200


def test_stamps_the_date_of_answers_and_the_journal_go_by_the_clock(stopped, caller_for):
    now = stopped.advance(40 * 86_400)
    zoho = caller_for(stopped)

    contact_id = stopped.add("From Tomorrow")
    answer = zoho.get("/contacts", contact_name="From Tomorrow")

    stopped.delete(contact_id)
    (call,) = stopped.journal("*/contacts")
    assert call.at == now == stopped.now()
    assert answer.body["contacts"][0]["created_time_formatted"] in _days(answer.headers["Date"])


def _days(date: str) -> list[str]:
    """The day that *date* is in, and the one before it, which it may still be in New York."""
    day = parsedate_to_datetime(date)
    return [f"{each:%d %b %Y}" for each in (day, day - timedelta(days=1))]


def test_a_token_ends_an_hour_later(sandbox, caller_for):
    caller = caller_for(sandbox)

    sandbox.advance(3599)
    before = caller.get("/contacts").status
    sandbox.advance(2)
    after = caller.get("/contacts").error
    sandbox.reset_clock()

    assert (before, after) == (200, (401, 57))


def test_the_journal_tells_whose_call_it_was_and_how_many_came_in_a_minute(stopped, zoho):
    for seconds in (0, 30, 29, 2):
        stopped.advance(seconds)
        zoho.get("/users/me")

    calls = stopped.journal("*/users/me")

    assert {(call.organization, call.token) for call in calls} == {(zoho.organization_id, token_id(zoho.token))}
    assert zoho.token not in repr(calls)
    assert busiest_minute(calls) == 3
    assert busiest_minute([]) == 0


def test_usage_tells_the_calls_of_the_minute_and_the_day_and_the_block(stopped, zoho):
    stopped.set_limits(per_minute=2)
    for _ in range(2):
        zoho.get("/contacts")
    stopped.use(40)
    before = stopped.usage()
    zoho.get("/contacts")

    (after,) = stopped.usage()

    assert [(row.organization_id, row.product, row.minute, row.today) for row in before] == [
        (zoho.organization_id, "", 2, 42)
    ]
    assert after.blocked_until == stopped.now() + 1800
