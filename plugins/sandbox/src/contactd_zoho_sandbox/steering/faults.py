"""Faults on demand: which call fails, how often, after how many good ones.

Rule: the first planted fault that fits a call and is not spent strikes it; a
call is never struck twice. What a strike does is in kinds.py.
"""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from aiohttp import web

from contactd_zoho_sandbox.steering.kinds import AnyFault


@dataclass(slots=True)
class Planted:
    """A fault that waits for its calls, and what it has done."""

    fault_id: int
    fault: AnyFault
    seen: int = 0
    struck: int = 0
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def takes(self, request: web.Request) -> bool:
        """Count *request* if it fits, and tell whether the fault strikes it."""
        if not self._fits(request):
            return False
        self.seen += 1
        if self.seen <= self.fault.after or self.struck == self.fault.times:
            return False
        self.struck += 1
        return True

    def _fits(self, request: web.Request) -> bool:
        fault = self.fault
        return (
            fault.method in {"*", request.method}
            and fnmatchcase(request.path, fault.path)
            and all(request.query.get(name) == value for name, value in fault.query.items())
        )


class Faults:
    """All faults that are planted, in the order of their planting."""

    def __init__(self) -> None:
        self._planted: dict[int, Planted] = {}
        self._last_id = 0
        self._strikes = asyncio.Condition()

    def __iter__(self) -> Iterator[Planted]:
        return iter(self._planted.values())

    def plant(self, faults: Iterable[AnyFault]) -> list[Planted]:
        """Let *faults* wait for their calls."""
        planted = []
        for fault in faults:
            self._last_id += 1
            self._planted[self._last_id] = Planted(self._last_id, fault)
            planted.append(self._planted[self._last_id])
        return planted

    def get(self, fault_id: int) -> Planted | None:
        """Return the fault of this id, spent or not, until it is taken back."""
        return self._planted.get(fault_id)

    def take_back(self, fault_id: int) -> bool:
        """Remove a fault and let go of the calls that it holds; tell whether there was one."""
        planted = self._planted.pop(fault_id, None)
        if planted is None:
            return False
        planted.released.set()
        return True

    def close(self) -> None:
        """Take back every fault."""
        for fault_id in list(self._planted):
            self.take_back(fault_id)

    async def striking(self, request: web.Request) -> Planted | None:
        """Return the fault that strikes *request*, if any does."""
        for planted in self:
            if planted.takes(request):
                async with self._strikes:
                    self._strikes.notify_all()
                return planted
        return None

    async def struck(self, planted: Planted, times: int, seconds: float) -> bool:
        """Wait until *planted* has struck so many times; tell whether it has within *seconds*."""
        async with self._strikes:
            enough = self._strikes.wait_for(lambda: planted.struck >= times)
            try:
                await asyncio.wait_for(enough, seconds)
            except TimeoutError:
                return False
        return True
