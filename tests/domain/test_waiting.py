"""How long a run waits after a fault."""

from hypothesis import given, settings
from hypothesis import strategies as some

from contactd.domain.clock import SECOND
from contactd.domain.waiting import patience


@settings(derandomize=True, database=None, deadline=None)
@given(some.integers(1, 10_000), some.floats(0, 1))
def test_waits_grow_up_to_an_hour_and_are_spread_over_half_of_that(failures: int, luck: float) -> None:
    longest, shortest = patience(failures, 1), patience(failures, 0)

    assert shortest <= patience(failures, luck) <= longest <= 3600 * SECOND
    assert shortest * 2 == longest
    assert longest == min(5 * SECOND * 2 ** (failures - 1), 3600 * SECOND)
