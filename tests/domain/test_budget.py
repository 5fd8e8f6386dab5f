"""The budget of an organization: whoever takes, in whatever order, no minute and no day sees more calls than it may."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contactd.domain import budget
from contactd.domain.budget import LIFE, Budget, Refusal, Why
from contactd.domain.clock import SECOND, micros, moment
from contactd_sdk import Allowance, Quota

NOON = micros(datetime(2026, 11, 22, 12, tzinfo=UTC))
ALLOWANCE = Allowance(per_minute=10, per_day=100)
HOUR, DAY = 3600 * SECOND, 24 * 3600 * SECOND


def now(**known: object) -> Budget:
    return Budget(at=NOON, **known)  # type: ignore[arg-type]


def taken(held: Budget, count: int, *, at: int, allowance: Allowance = ALLOWANCE) -> tuple[Budget, int]:
    held = budget.at(held, at)
    if budget.refusal(held, allowance):
        return held, 0
    return budget.granted(held, allowance, count)


def quota(limit: int, left: int, ends: int) -> Quota:
    return Quota(limit, left, moment(ends))


class TestMinute:
    def test_no_more_rights_are_granted_than_a_minute_has(self) -> None:
        held, first = taken(now(), 8, at=NOON, allowance=Allowance(10, 1000))

        held, second = taken(held, 8, at=NOON, allowance=Allowance(10, 1000))

        assert (first, second) == (8, 2)

    def test_a_used_up_minute_is_refused_until_a_good_part_is_free(self) -> None:
        held, _ = taken(now(), 1, at=NOON)
        held, _ = taken(held, 9, at=NOON + 20 * SECOND, allowance=Allowance(10, 1000))

        refused = budget.refusal(held, ALLOWANCE)

        assert refused == Refusal(Why.MINUTE, NOON + 90 * SECOND)

    def test_a_good_part_of_a_minute_is_half(self) -> None:
        held, _ = taken(now(), 8, at=NOON, allowance=Allowance(20, 1000))
        held, _ = taken(held, 12, at=NOON + 20 * SECOND, allowance=Allowance(20, 1000))

        refused = budget.refusal(held, Allowance(20, 1000))

        assert refused == Refusal(Why.MINUTE, NOON + 90 * SECOND)

    def test_rights_count_until_the_last_call_made_with_them_is_a_minute_ago(self) -> None:
        held, _ = taken(now(), 10, at=NOON, allowance=Allowance(10, 1000))

        before, after = budget.at(held, NOON + 70 * SECOND - 1), budget.at(held, NOON + 70 * SECOND)

        assert budget.refusal(before, ALLOWANCE) == Refusal(Why.MINUTE, NOON + 70 * SECOND)
        assert budget.refusal(after, ALLOWANCE) is None

    def test_fresh_rights_that_come_back_can_be_granted_again(self) -> None:
        held, _ = taken(now(), 10, at=NOON, allowance=Allowance(10, 1000))

        held = budget.returned(held, 4, fresh=True)

        assert taken(held, 10, at=NOON, allowance=Allowance(10, 1000))[1] == 4

    def test_rights_that_are_not_good_any_more_count_in_the_minute_and_not_in_the_day(self) -> None:
        held, _ = taken(now(), 10, at=NOON, allowance=Allowance(10, 1000))

        held = budget.returned(held, 4, fresh=False)

        assert held.used == 6
        assert budget.refusal(held, ALLOWANCE) is not None


class TestDay:
    def test_half_of_an_unknown_day_is_ours_unless_told_otherwise(self) -> None:
        held = now(used=50, ends=NOON + HOUR)

        assert budget.refusal(held, ALLOWANCE) == Refusal(Why.DAY, NOON + HOUR + 5 * SECOND)

    def test_what_others_used_is_not_ours_even_if_it_is_more_than_is_left_to_them(self) -> None:
        held = budget.told(now(used=10), quota(100, 20, NOON + HOUR))

        assert (held.others, held.share(ALLOWANCE), held.free(ALLOWANCE)) == (70, 30, 20)

    def test_what_others_used_grows_only_within_a_day(self) -> None:
        held = budget.told(now(used=10), quota(100, 20, NOON + HOUR))

        held = budget.told(held, quota(100, 60, NOON + HOUR))

        assert (held.others, held.left) == (70, 60)

    def test_nothing_is_left_when_the_vendor_says_so(self) -> None:
        held = budget.told(now(), quota(1000, 0, NOON + HOUR))

        assert budget.refusal(held, ALLOWANCE) == Refusal(Why.DAY, NOON + HOUR + 5 * SECOND)

    def test_the_nearer_the_end_of_the_share_the_fewer_are_granted_at_once(self) -> None:
        held = now(used=20, ends=NOON + HOUR)

        _, granted = taken(held, 16, at=NOON, allowance=Allowance(1000, 100))

        assert granted == 3

    def test_a_new_day_begins_when_the_vendor_said(self) -> None:
        held = budget.told(now(used=60), quota(200, 90, NOON + HOUR))

        tomorrow = budget.at(held, NOON + HOUR)

        assert (tomorrow.used, tomorrow.others, tomorrow.limit, tomorrow.left) == (0, 0, 200, 200)

    def test_a_new_day_that_the_vendor_tells_of_before_ours_ends_begins_with_nothing_used(self) -> None:
        held = budget.told(now(used=40), quota(100, 30, NOON + SECOND))

        tomorrow = budget.told(held, quota(100, 98, NOON + DAY))

        assert (tomorrow.used, tomorrow.others, tomorrow.left, tomorrow.ends) == (0, 2, 98, NOON + DAY)

    def test_what_is_told_of_the_same_day_late_forgives_nothing(self) -> None:
        held = budget.told(now(used=40), quota(100, 30, NOON + HOUR))

        later = budget.told(held, quota(100, 28, NOON + DAY))

        assert (later.used, later.others) == (40, 32)

    def test_what_is_told_of_a_day_that_is_over_counts_no_more(self) -> None:
        held = budget.told(now(), quota(100, 0, NOON))

        assert held == now()

    @pytest.mark.parametrize(
        ("zone", "ends"),
        [
            ("America/New_York", datetime(2026, 11, 23, 5, tzinfo=UTC)),
            ("Asia/Calcutta", datetime(2026, 11, 22, 18, 30, tzinfo=UTC)),
            ("", datetime(2026, 11, 23, 12, tzinfo=UTC)),
            ("Nowhere", datetime(2026, 11, 23, 12, tzinfo=UTC)),
            ("../etc", datetime(2026, 11, 23, 12, tzinfo=UTC)),
        ],
    )
    def test_until_told_a_day_ends_at_midnight_there_or_after_24_hours(self, zone: str, ends: datetime) -> None:
        held, _ = taken(budget.placed(now(), zone), 1, at=NOON)

        assert moment(held.ends) == ends


class TestBlock:
    def test_no_call_is_allowed_before_a_block_ends(self) -> None:
        held = budget.blocked(now(), NOON + HOUR, "Too many.")

        assert budget.refusal(held, ALLOWANCE) == Refusal(Why.BLOCK, NOON + HOUR)
        assert budget.refusal(held, None) == Refusal(Why.BLOCK, NOON + HOUR)
        assert budget.refusal(budget.at(held, NOON + HOUR), ALLOWANCE) is None

    def test_the_longest_block_counts_but_none_beyond_a_day(self) -> None:
        held = budget.blocked(budget.blocked(now(), NOON + HOUR, "Long."), NOON + SECOND, "Short.")
        endless = budget.blocked(now(), NOON + 1000 * DAY, "Endless.")

        assert (held.blocked_until, held.blocked_why) == (NOON + HOUR, "Long.")
        assert endless.blocked_until == NOON + DAY


class TestClockBack:
    def test_nothing_lasts_longer_because_the_clock_went_back(self) -> None:
        held, _ = taken(now(), 10, at=NOON, allowance=Allowance(10, 1000))
        held = budget.blocked(budget.told(held, quota(100, 90, NOON + HOUR)), NOON + HOUR, "Too many.")

        back = budget.at(held, NOON - 10 * DAY)

        assert back.blocked_until == back.ends == NOON - 10 * DAY + HOUR
        assert budget.at(back, NOON - 10 * DAY + 70 * SECOND).recent == ()


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[str, int, int]]:
    """What takers do, one after the other: how long after the last, and how many or how late."""
    step = st.tuples(
        st.sampled_from(["take", "take", "take", "return", "back"]), st.integers(0, 30_000_000), st.integers(1, 16)
    )
    return draw(st.lists(step, min_size=1, max_size=60))


@settings(derandomize=True, database=None, max_examples=200, deadline=None)
@given(histories(), st.integers(1, 40), st.integers(1, 300))
def test_no_minute_and_no_day_ever_sees_more_calls_than_it_may(
    history: list[tuple[str, int, int]], per_minute: int, per_day: int
) -> None:
    # Each right is used as late as it can be, or as early: both, to be sure. The clock may go back; time does not.
    allowance = Allowance(per_minute, per_day, leave=20)
    held, real, behind = Budget(at=NOON), 0, 0
    used: list[int] = []
    for what, later, count in history:
        real += later
        if what == "back":
            behind += later
        held = budget.at(held, NOON + real - behind)
        if what == "take" and budget.refusal(held, allowance) is None:
            held, given_now = budget.granted(held, allowance, count)
            used += [real + (LIFE if number % 2 else 0) for number in range(given_now)]
        if what == "return":
            # Whoever got rights last gives the fresh ones among them back unused.
            fresh = [at for at in used if at > real][:count]
            for at in fresh:
                used.remove(at)
            held = budget.returned(held, len(fresh), fresh=True)

    windows = [sum(1 for at in used if start <= at < start + 60 * SECOND) for start in used]
    days = [sum(1 for at in used if start <= at < start + DAY) for start in used]
    assert max(windows, default=0) <= per_minute
    assert max(days, default=0) <= held.share(allowance)


def test_a_refusal_says_why_in_a_word_that_stays() -> None:
    assert {why.value for why in Why} == {"block", "minute", "day"}
