"""Histories that nobody has seen before, for as long as there is time: the engine against the plain model."""

import logging
from time import monotonic

import structlog
from hypothesis import HealthCheck, given, seed, settings

from model.histories import History, Scope, histories
from model.playing import play
from model.stage import in_a_file

# So many between two looks at the clock.
_AT_ONCE = 25


def play_fresh(minutes: float, first: int) -> int:
    """Play histories for *minutes*, from the seed *first* on; give how many there were.

    A history that the engine and the model play differently is raised as hypothesis
    tells it, made as small as can be.
    """
    # What the engine logs of thousands of runs would bury the one line that counts.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    end, played = monotonic() + 60 * minutes, 0
    with in_a_file() as stage:

        @settings(max_examples=_AT_ONCE, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(histories(Scope()))
        def agree(history: History) -> None:
            play(stage, history)

        while monotonic() < end:
            seed(first + played)(agree)()
            played += _AT_ONCE
    return played
