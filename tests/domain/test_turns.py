"""Whose turn it is: by weight, and nobody saves turns up."""

from collections import Counter
from heapq import heapify, heapreplace

from contactd.domain.turns import HEAVIEST, TURN, Turn, turn


def served(line: list[Turn], turns: int) -> list[int]:
    """Let whoever is next have a turn, so many times; give them in their order."""
    heapify(line)
    order = []
    for _ in range(turns):
        order.append(line[0].workspace)
        heapreplace(line, line[0].following())
    return order


def test_those_that_weigh_alike_come_one_after_the_other() -> None:
    assert served([turn(0, 0, workspace, 1) for workspace in (3, 1, 2)], 6) == [1, 2, 3, 1, 2, 3]


def test_one_that_weighs_three_times_as_much_has_three_turns_where_another_has_one() -> None:
    order = served([turn(0, 0, 1, 3), turn(0, 0, 2, 1)], 40)

    assert Counter(order) == {1: 30, 2: 10}
    assert max(order[start : start + 8].count(2) for start in range(33)) == 2


def test_the_heaviest_leaves_the_lightest_its_turn() -> None:
    assert Counter(served([turn(0, 0, 1, HEAVIEST), turn(0, 0, 2, 1)], 101)) == {1: HEAVIEST, 2: 1}


def test_who_had_nothing_waiting_begins_where_the_others_are() -> None:
    late = turn(7 * TURN, 2 * TURN, 2, 1)

    assert (late.begins, late.ends) == (7 * TURN, 8 * TURN)
    assert served([turn(7 * TURN, 8 * TURN, 1, 1), late], 4) == [2, 1, 2, 1]


def test_of_two_that_begin_alike_the_one_that_waits_longer_goes_first() -> None:
    assert served([turn(9 * TURN, 4 * TURN, 1, 1), turn(9 * TURN, 3 * TURN, 2, 1)], 2) == [2, 1]


def test_a_turn_that_is_not_over_is_not_given_again() -> None:
    assert turn(5, 9, 1, 1).begins == 9
