"""What is measured: four readings of one list, in the order in which they are made, and what each one cost."""

from dataclasses import dataclass
from typing import Protocol

#: One customer of so many has changed when what changed is read.
ONE_OF = 100

#: Seconds that no reading takes.
LONGEST = 900.0


class Failed(Exception):
    """Something did not do what was to be measured; the text is its sentence."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One reading: *floor* is what is said to the floor, *command* to contactctl.

    *counted* is the count of the run that must be that of the customers; of
    those that changed, if it is not of the *whole* list.
    """

    title: str
    floor: str
    command: str
    counted: str
    whole: bool
    #: Whether customers change before it.
    changing: bool = False

    def expected(self, size: int) -> int:
        """Tell how many records there must be of what is counted, where there are *size* customers."""
        return size if self.whole else size // ONE_OF * self.changing


SCENARIOS = (
    Scenario("first sync", "all", "syncs initiate everyone --yes --watch", "added", whole=True),
    Scenario("nothing changed", "new", "syncs run everyone --watch", "updated", whole=False),
    Scenario("1 % changed", "new", "syncs run everyone --watch", "updated", whole=False, changing=True),
    Scenario("all read again", "all", "syncs run everyone --full --watch", "unchanged", whole=True),
)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one reading cost: seconds, and calls for pages at the vendor."""

    wall: float
    cpu: float
    requests: int


class Side(Protocol):
    """One of those that are measured."""

    name: str

    def carry(self, scenario: Scenario, expected: int) -> Cost:
        """Make one reading, which must bring *expected* records, and tell what it cost."""
        ...
