"""Whose turn it is among workspaces: by where each would begin on a line that only grows.

Rule: a turn is as long as its workspace is light, so one that weighs twice as
much has two where another has one. Whoever had nothing waiting begins where
the others are: nobody saves turns up.
"""

from typing import NamedTuple

#: The length of a turn of a workspace that weighs 1: every weight up to 20 divides it.
TURN = 232_792_560

#: The most that a workspace may weigh.
HEAVIEST = 100


class Turn(NamedTuple):
    """A turn that a workspace may have; the smallest is the next one. *ended* is where its last one ended."""

    begins: int
    ended: int
    workspace: int
    weight: int

    @property
    def ends(self) -> int:
        """Where this turn ends, and the next one of the workspace may begin."""
        return self.begins + TURN // self.weight

    def following(self) -> "Turn":
        """Give the turn of the workspace after this one."""
        return Turn(self.ends, self.ends, self.workspace, self.weight)


def turn(now: int, ended: int, workspace: int, weight: int) -> Turn:
    """Give the next turn of a workspace, where the turns of all have come to *now*."""
    return Turn(max(now, ended), ended, workspace, weight)
