"""Every place that commits is known, and every one that a run comes by is one that a daemon is ended at."""

from crash import points, situations
from crash.lists import AMONG_DAEMONS, BESIDE, BY_PEOPLE, LIFE
from crash.situations import BY_THE_CLOCK, SITUATIONS


def test_every_commit_point_is_on_a_list() -> None:
    elsewhere = {name for name in points.found() if name.partition(":")[0] not in BY_PEOPLE}

    assert elsewhere == LIFE | AMONG_DAEMONS | BESIDE
    assert len(elsewhere) == len(LIFE) + len(AMONG_DAEMONS) + len(BESIDE)


def test_a_daemon_is_ended_at_every_point_that_a_run_comes_by() -> None:
    assert {point for situation in SITUATIONS for point in situation.points} | {BY_THE_CLOCK} == LIFE
    assert {point for situation in situations.AMONG_DAEMONS for point in situation.points} - LIFE == AMONG_DAEMONS
