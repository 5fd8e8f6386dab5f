"""Rights from one budget, whoever takes them."""

import math
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from contactd.domain.clock import micros
from contactd.host.frames import Closed
from contactd_sdk import Quota, Spent, Throttled
from fakes.budgets import ALLOWANCE, OTHER, another, budget_of, kind, placed, refused, rights, take
from fakes.house import House


class TestRights:
    def test_two_connections_of_one_organization_have_one_budget_and_another_organization_its_own(
        self, house: House
    ) -> None:
        same, elsewhere = another(house, ""), another(house, "77", "elsewhere")
        rights(house).grant(take(12))

        shared = rights(house, OTHER, connection=same).grant(take(12))
        apart = rights(house, OTHER, connection=elsewhere).grant(take(12))

        assert (shared.count, apart.count) == (8, 12)

    def test_takers_in_many_threads_are_granted_no_more_than_there_is(self, house: House) -> None:
        def taker(_: int) -> int:
            try:
                return rights(house).grant(take(3)).count
            except Spent:
                return 0

        with ThreadPoolExecutor(8) as takers:
            granted = sum(takers.map(taker, range(24)))

        assert granted == ALLOWANCE.per_minute

    def test_a_right_is_good_for_seconds(self, house: House) -> None:
        before = time.monotonic()

        taken = rights(house).grant(take(1))

        assert math.isclose(taken.until, before + 5, abs_tol=4)

    def test_a_used_up_minute_says_until_when(self, house: House) -> None:
        rights(house).grant(take(16))
        rights(house).grant(take(16))

        refusal = refused(rights(house))

        assert isinstance(refusal, Spent)
        assert refusal.until == house.clock + timedelta(seconds=70)
        assert str(refusal) == ("The 20 calls a minute that are made for 'books' are used up.")

    def test_what_was_not_used_is_granted_again(self, house: House) -> None:
        rights(house).grant(take(20))
        rights(house).note(Closed(unused=7, fresh=True))

        again = rights(house).grant(take(20))

        assert again.count == 7

    def test_a_used_up_day_says_what_is_left_to_others(self, house: House) -> None:
        ends = house.clock + timedelta(hours=3)
        rights(house).grant(take(5))

        with pytest.raises(Spent) as caught:
            rights(house).grant(take(1, told=Quota(1000, 0, ends)))

        assert caught.value.until == ends + timedelta(seconds=5)
        assert str(caught.value) == (
            "Of today's 1000 calls for 'books' contactd has made 5, and leaves the rest to other tools."
        )

    def test_a_block_holds_for_every_kind_of_the_vendor(self, house: House) -> None:
        until = house.clock + timedelta(minutes=30)
        rights(house).block(until, "More than 100 calls were made in a minute.")

        refusal = refused(rights(house, OTHER, connection=another(house, "")))

        assert not isinstance(refusal, Spent)
        assert refusal.until == until
        assert str(refusal) == (
            "No call is made for 'other', as its vendor blocks it: More than 100 calls were made in a minute."
        )

    def test_a_block_of_the_account_or_the_machine_holds_for_every_organization_of_the_vendor(
        self, house: House
    ) -> None:
        until = house.clock + timedelta(minutes=60)
        elsewhere, foreign = another(house, "77", "elsewhere"), kind("foreign", "another")
        rights(house).block(until, "This machine called too often.", everywhere=True)

        refusals = [refused(rights(house)), refused(rights(house, OTHER, connection=elsewhere))]
        own = rights(house, foreign, connection=another(house, "88", "foreign")).grant(take(1))
        with pytest.raises(Throttled), rights(house, OTHER, connection=elsewhere).spending(1):
            raise AssertionError("nothing is called")
        house.clock += timedelta(minutes=60)
        again = rights(house, OTHER, connection=elsewhere).grant(take(1))

        assert [refusal.until for refusal in refusals] == [until, until]
        assert "This machine called too often." in str(refusals[1])
        assert (own.count, again.count) == (1, 1)

    def test_calls_that_somebody_waits_for_are_counted_and_refused_too(self, house: House) -> None:
        rights(house).grant(take(17))

        with rights(house).spending(2):
            pass

        with pytest.raises(Spent), rights(house).spending(2):
            raise AssertionError("nothing is called")
        assert rights(house).grant(take(2)).count == 1

    def test_a_block_that_such_a_call_meets_is_noted(self, house: House) -> None:
        until = house.clock + timedelta(minutes=30)

        with pytest.raises(Throttled), rights(house).spending(1):
            raise Throttled("Too many.", until, everywhere=True)

        assert refused(rights(house)).until == until
        assert refused(rights(house, OTHER, connection=another(house, "77", "elsewhere"))).until == until

    def test_calls_of_a_kind_that_counts_none_are_never_refused(self, house: House) -> None:
        rights(house).block(house.clock + timedelta(minutes=30), "Too many.")

        with rights(house, kind("memory", "vendor", counted=False)).spending(1):
            called = True

        assert called

    def test_calls_are_granted_again_once_a_block_is_over(self, house: House) -> None:
        rights(house).block(house.clock + timedelta(minutes=30), "Too many.")
        house.clock += timedelta(minutes=30)

        assert rights(house).grant(take(2)).count == 2


class TestPlace:
    def test_a_day_ends_at_midnight_where_the_chosen_organization_is(self, house: House) -> None:
        chosen = another(house, "77")

        placed(house, chosen, "America/New_York")
        rights(house, OTHER, connection=chosen).grant(take(1))

        assert budget_of(house, chosen).ends == micros(datetime(2026, 4, 11, 4, tzinfo=UTC))

    def test_calls_from_before_an_organization_was_chosen_count_for_it_once(self, house: House) -> None:
        first, second = another(house, "77"), another(house, "88", "elsewhere")
        with rights(house).spending(3):
            pass

        placed(house, first, "")
        placed(house, second, "")

        assert [budget_of(house, one).used for one in (house.sync.connection_id, first, second)] == [0, 3, 0]
