"""Whose turn it is: workspaces one after the other, and never more runs of a connection than it may have."""

from collections import Counter

import pytest

from contactd.domain.clock import moment
from contactd.engine.schedule.admission import Limits, OpenGate, admit
from contactd.store import attempts, due
from contactd.store.database import Transaction
from contactd_sdk import Throttled
from fakes.clockwork import Carried, Clockwork
from fakes.crowd import crowd, workspace_of
from fakes.house import House

NOW = "2026-06-01T10:00:00+00:00"


@pytest.fixture
def clock(house: House) -> Clockwork:
    return Clockwork(house, NOW)


def fill(clock: Clockwork, waiting: dict[int, int], *, connections: int = 1) -> None:
    """Let there be no sync but those of *waiting*."""
    with clock.house.database.transaction() as tx:
        tx.fast("DELETE FROM sync")
        tx.fast("DELETE FROM connection")
        crowd(tx, waiting, connections=connections)


def served(clock: Clockwork, limits: Limits, turns: int) -> list[int]:
    """Admit as many runs as there is room for, and let those end at once, so many times; give them in their order."""
    carried = Carried()
    for _ in range(turns):
        with clock.house.database.transaction() as tx:
            admit(tx, carried, limits)
        clock.change("UPDATE run SET state = 'succeeded' WHERE state = 'admitted'")
    return carried.runs


def test_a_workspace_with_most_of_the_runs_gets_no_more_than_its_share(clock: Clockwork) -> None:
    """15,000 of 20,000 waiting runs are one workspace's, the others have ten each; the next 1,000 are shared."""
    fill(clock, {1: 15_000, **dict.fromkeys(range(2, 502), 10)})

    order = served(clock, Limits(slots=100, per_connection=100), turns=10)

    share = Counter(workspace_of(run) for run in order)
    assert len(order) == 1_000
    assert sorted(share) == list(range(1, 502))
    assert share[1] == 2
    assert max(share.values()) == 2


def test_workspaces_take_turns_whatever_they_have_waiting(clock: Clockwork) -> None:
    fill(clock, {1: 60, 2: 3, 3: 1})

    order = served(clock, Limits(slots=4, per_connection=4), turns=2)

    assert [workspace_of(run) for run in order] == [1, 2, 3, 1, 2, 1, 2, 1]


def test_a_workspace_that_weighs_more_has_more_turns(clock: Clockwork) -> None:
    fill(clock, {1: 60, 2: 60, 3: 2})
    clock.change("UPDATE workspace SET weight = 3 WHERE id = 2")

    order = [workspace_of(run) for run in served(clock, Limits(slots=5, per_connection=5), turns=6)]

    assert order[:12] == [1, 2, 3, 2, 2, 1, 2, 3, 2, 2, 1, 2]
    assert Counter(order) == {2: 21, 1: 7, 3: 2}


def test_a_workspace_that_had_nothing_waiting_has_saved_no_turns_up(clock: Clockwork) -> None:
    fill(clock, {1: 30, 2: 30})
    clock.change("UPDATE run SET not_before = ? WHERE workspace_id = 2", clock.house.now() + 1)
    served(clock, Limits(slots=1), turns=10)

    clock.change("UPDATE run SET not_before = 0 WHERE workspace_id = 2")
    order = served(clock, Limits(slots=1), turns=6)

    assert [workspace_of(run) for run in order] == [2, 1, 2, 1, 2, 1]


def test_turns_do_not_go_by_the_clock(clock: Clockwork) -> None:
    """By a clock that goes an hour back, who was served last would be the next one for an hour."""
    fill(clock, {1: 10, 2: 10})
    served(clock, Limits(slots=1), turns=2)

    clock.is_now("2026-06-01T09:00:00+00:00")
    order = served(clock, Limits(slots=1), turns=4)

    assert [workspace_of(run) for run in order] == [1, 2, 1, 2]


def test_no_connection_has_more_runs_than_it_may_and_none_is_kept_waiting_by_another(clock: Clockwork) -> None:
    fill(clock, {1: 40}, connections=4)
    clock.change("UPDATE connection SET max_running = 3 WHERE id = 12")
    carried = Carried()
    seen: list[Counter[int]] = []

    for _ in range(30):
        with clock.house.database.transaction() as tx:
            admit(tx, carried, Limits(slots=9, per_connection=2))
            seen.append(Counter(one.connection for one in due.carried(tx)))
        # One of those that are carried ends: the newest, then the oldest, then the newest.
        ended = carried.runs.pop(-1 if len(seen) % 2 else 0)
        clock.change("UPDATE run SET state = 'succeeded' WHERE id = ?", ended)

    assert seen[0] == {10: 2, 11: 2, 12: 3, 13: 2}
    assert all(counts[12] <= 3 and max(counts[10], counts[11], counts[13]) <= 2 for counts in seen)
    assert all(counts.total() == 9 for counts in seen[:20])


def test_runs_of_kinds_that_a_daemon_has_not_are_left_to_others_and_keep_none_of_its_own_waiting(
    clock: Clockwork,
) -> None:
    fill(clock, {1: 40}, connections=4)
    clock.change("UPDATE connection SET kind = 'elsewhere' WHERE id <> 12")

    order = served(clock, Limits(slots=9, per_connection=9, kinds=frozenset({"memory"})), turns=2)

    assert len(order) == 10
    assert {run % 4 for run in order} == {1_000_002 % 4}


def test_what_waits_the_longest_goes_first_within_a_workspace(clock: Clockwork) -> None:
    fill(clock, {1: 3})
    now = clock.house.now()
    for run, at in ((1_000_000, now), (1_000_001, now - 2), (1_000_002, now + 1)):
        clock.change("UPDATE run SET not_before = ? WHERE id = ?", at, run)

    order = served(clock, Limits(slots=1), turns=3)

    assert order == [1_000_001, 1_000_000]


@pytest.mark.parametrize("state", ["paused", "inactive", "disconnected", "deleted"])
def test_a_run_whose_sync_is_not_to_run_waits_for_people_and_keeps_nobody_busy(clock: Clockwork, state: str) -> None:
    fill(clock, {1: 2})
    clock.change("UPDATE sync SET state = ? WHERE id = 1000000", state)

    order = served(clock, Limits(slots=1), turns=2)

    with clock.house.database.reading() as r:
        waiting, busy = r.fast("SELECT state, waiting_reason FROM run WHERE id = 1000000"), due.anything(r)
    assert order == [1_000_001]
    assert waiting == [("waiting", "paused")]
    assert busy == (False, False)


def test_a_daemon_that_begins_leaves_no_run_waiting_for_people_without_need(clock: Clockwork) -> None:
    """As an earlier release may have left it: its sync was resumed while the run was put back."""
    fill(clock, {1: 2})
    clock.change("UPDATE run SET waiting_reason = 'paused'")
    clock.change("UPDATE sync SET state = 'paused' WHERE id = 1000001")

    with clock.house.database.transaction() as tx:
        attempts.recover(tx)
    order = served(clock, Limits(), turns=1)

    assert order == [1_000_000]


def test_a_run_whose_sync_is_resumed_while_it_is_left_goes_on(house: House) -> None:
    """A page sees the pause, and before the run is put back somebody resumes the sync."""
    run = house.start()

    with house.database.transaction() as tx:
        attempt = attempts.begin(tx, run, owner="test")
        assert attempt is not None
        attempts.put_back_for_people(tx, attempt)

    assert house.run_of(run).waiting_reason == "slot"


class Shut(OpenGate):
    """Refuses every call until a time that is over."""

    def refused(self, tx: Transaction, _connection_id: int) -> Throttled | None:
        return Throttled("it is too late for today", moment(tx.now))


def test_a_refusal_until_a_time_that_is_over_ends_the_round_all_the_same(clock: Clockwork) -> None:
    fill(clock, {1: 2, 2: 1})

    with clock.house.database.transaction() as tx:
        admitted = admit(tx, Carried(), Limits(slots=4), Shut())

    assert admitted == []
