"""What an account's calls and shelf are to a source, and to a child, kept in memory."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from contactd.host.asides import Take, Taken
from contactd.host.frames import Closed
from contactd_sdk import Quota, Shelved, Spent


@dataclass
class OpenCalls:
    """A source's rights to call: as many as it wants, or until *refusal* is set or none is *left*.

    *ahead*: whether rights are spare.
    """

    taken: int = 0
    ahead: bool = True
    refusal: Exception | None = None
    left: int | None = None
    quotas: list[Quota] = field(default_factory=list)
    blocks: list[tuple[datetime, str]] = field(default_factory=list)
    #: Whether the last block was of every organization.
    everywhere: bool = False

    def take(self) -> None:
        if self.left == 0:
            raise Spent("No call is left of ours for now.", until=datetime(2026, 7, 2, tzinfo=UTC))
        if self.refusal:
            raise self.refusal
        self.taken += 1
        self.left = None if self.left is None else self.left - 1

    def spare(self) -> bool:
        spare = self.ahead and self.refusal is None and self.left != 0
        if spare:
            self.take()
        return spare

    def told(self, quota: Quota) -> None:
        self.quotas.append(quota)

    def blocked(self, until: datetime, why: str, *, everywhere: bool = False) -> None:
        self.blocks.append((until, why))
        self.everywhere = everywhere


@dataclass
class MemoryShelf:
    """A shelf that lasts as long as the test."""

    kept: dict[tuple[str, str], Shelved] = field(default_factory=dict)
    batches: list[int] = field(default_factory=list)

    def find(self, module: str, stamps: Mapping[str, datetime]) -> dict[str, bytes]:
        self.batches.append(len(stamps))
        there = {name: self.kept.get((module, name)) for name in stamps}
        return {name: one.payload for name, one in there.items() if one and one.stamp == stamps[name]}

    def keep(self, module: str, items: Sequence[Shelved]) -> None:
        self.batches.append(len(items))
        self.kept |= {(module, one.id): one for one in items}


@dataclass
class GrantedRights:
    """The daemon's side of a budget: grants what is asked for, no more than *most*, until *refusal* is set."""

    most: int = 1000
    until: float = math.inf
    refusal: Exception | None = None
    asked: list[int] = field(default_factory=list)
    #: Raised when anything is given back.
    away: Exception | None = None
    unused: list[int] = field(default_factory=list)
    told: list[Quota | None] = field(default_factory=list)
    blocks: list[tuple[datetime, str]] = field(default_factory=list)
    #: Whether the last block was of every organization.
    everywhere: bool = False

    def grant(self, asked: Take) -> Taken:
        self.asked.append(asked.count)
        self.unused.append(asked.unused)
        self.told.append(asked.told)
        if self.refusal:
            raise self.refusal
        return Taken(min(asked.count, self.most), self.until)

    def note(self, closed: Closed) -> None:
        if self.away:
            raise self.away
        self.unused.append(closed.unused)
        self.told.append(closed.told)

    def block(self, until: datetime, why: str, *, everywhere: bool = False) -> None:
        self.blocks.append((until, why))
        self.everywhere = everywhere
