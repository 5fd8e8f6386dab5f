"""Children for runs: started on demand, kept warm by connection, ended here and nowhere else.

Rule: a child serves one connection and one run at a time. It is used again only
when its last run left it well, for the same kind with the same settings, and
not for ever: what a plugin leaks leaves with its process.
"""

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from types import TracebackType
from typing import Self

import msgspec

from contactd.host.access import DaemonAccess
from contactd.host.errors import Interrupted
from contactd.host.frames import Kind
from contactd.host.process import Child
from contactd.host.source import PATIENCE, OpenSource
from contactd.host.starter import Starter


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long a child is kept: seconds, and how many wait warm at once."""

    warm: int = 8
    age: float = 30 * 60
    idle: float = 5 * 60
    uses: int = 200


@dataclass(slots=True)
class _Place:
    """Whose a child is, a *mark* of what it was started for, and how it was used."""

    connection: str
    mark: bytes
    born: float
    uses: int = 0
    idle_since: float = 0.0


class Pool:
    """Children by connection. Any thread may open; each `OpenSource` is one thread's own.

    *clock* gives seconds that never go back.
    """

    def __init__(
        self,
        starter: Starter,
        *,
        limits: Limits | None = None,
        patience: float = PATIENCE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._starter = starter
        self._limits = limits or Limits()
        self._patience = patience
        self._clock = clock
        self._lock = Lock()
        self._places: dict[Child, _Place] = {}
        self._warm: list[Child] = []
        self._closed = False

    def open(
        self, connection: str, kind: Kind, settings: Mapping[str, str], access: DaemonAccess | None = None
    ) -> OpenSource:
        """Open the source of *connection* in a warm child, or in a new one.

        Raises:
            SourceError: the source cannot be opened.
            SettingsInvalid: it cannot be opened with these settings.
            ChildFailed: its plugin broke a promise.
            Interrupted: the pool was closed.
        """
        child = self._child(connection, kind, _mark(kind, settings))
        source = OpenSource(child, kind, access, self._back, patience=self._patience)
        try:
            source.open(settings)
        except BaseException:
            source.close()
            raise
        return source

    def forget(self, connection: str) -> None:
        """End the children that wait for *connection*, which is read no more; one in use is left to its run."""
        with self._lock:
            waiting = [child for child in self._warm if self._places[child].connection == connection]
            self._forget(waiting)
        _end(waiting)

    def tidy(self) -> None:
        """End the children that have waited or lived too long; the daemon's clock calls it."""
        with self._lock:
            old = [child for child in self._warm if self._worn(child)]
            self._forget(old)
        _end(old)

    def close(self) -> None:
        """End all children, those in use too: whoever waits for one is `Interrupted`."""
        with self._lock:
            self._closed = True
            children = list(self._places)
            self._forget(children)
        _end(children)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def _child(self, connection: str, kind: Kind, mark: bytes) -> Child:
        with self._lock:
            self._refuse_when_closed()
            waiting = [child for child in self._warm if self._places[child].connection == connection]
            fit = [child for child in waiting if self._fits(child, mark)]
            self._warm = [child for child in self._warm if child not in fit[:1]]
            replaced = [child for child in waiting if child not in fit]
            self._forget(replaced)
        _end(replaced)
        return fit[0] if fit else self._new(connection, kind, mark)

    def _fits(self, child: Child, mark: bytes) -> bool:
        return self._places[child].mark == mark and not self._worn(child) and child.alive

    def _new(self, connection: str, kind: Kind, mark: bytes) -> Child:
        child = self._starter.start(kind.plugin)
        try:
            with self._lock:
                self._refuse_when_closed()
                self._places[child] = _Place(connection, mark, self._clock())
        except Interrupted:
            child.end()
            raise
        return child

    def _refuse_when_closed(self) -> None:
        if self._closed:
            raise Interrupted("no source can be opened any more: contactd is stopping")

    def _back(self, child: Child, well: bool) -> None:  # noqa: FBT001  the one thing a closed source tells
        with self._lock:
            leaving = [child]
            place = self._places.get(child)
            if well and place is not None:
                place.uses += 1
                place.idle_since = self._clock()
                self._warm.append(child)
                leaving = [child] if self._worn(child) else self._warm[: -self._limits.warm]
            self._forget(leaving)
        _end(leaving)

    def _worn(self, child: Child) -> bool:
        place, limits, now = self._places[child], self._limits, self._clock()
        return place.uses >= limits.uses or now - place.born >= limits.age or now - place.idle_since >= limits.idle

    def _forget(self, children: Sequence[Child]) -> None:
        self._warm = [child for child in self._warm if child not in children]
        for child in children:
            self._places.pop(child, None)


def _mark(kind: Kind, settings: Mapping[str, str]) -> bytes:
    # A digest: the pool keeps no secrets.
    return hashlib.sha256(msgspec.json.encode([kind.plugin, kind.name, sorted(settings.items())])).digest()


def _end(children: Sequence[Child]) -> None:
    # All are asked first, so that the slowest alone is waited for.
    for child in children:
        child.interrupt()
    for child in children:
        child.end()
