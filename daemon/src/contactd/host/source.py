"""The daemon's end of a source: what a run holds while a child reads for it.

It raises what the source raised (`SourceError`, `SettingsInvalid`), `ChildFailed`
where the plugin broke a promise, and `Interrupted` where the daemon asked for it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Self, TypeVar

from contactd.domain.refusals import Away, Unfit
from contactd.host.access import DaemonAccess, answer
from contactd.host.asides import Aside, Blocked
from contactd.host.errors import Cause, ChildFailed, Interrupted
from contactd.host.frame import Frame
from contactd.host.frames import (
    Close,
    Closed,
    FieldsRead,
    GoneRead,
    Kind,
    Open,
    Opened,
    PageRead,
    PagesRead,
    ReadFields,
    ReadGone,
    ReadPages,
    Reply,
)
from contactd.host.process import Child
from contactd_sdk import Capability, Page, SettingsInvalid, SourceError, SourceField, Window

#: Seconds in which a child that works well says something.
PATIENCE = 120.0

#: A cursor names a page; it is no place to keep things.
_LONGEST_CURSOR = 16_384

#: Seconds in which a source closes.
FAREWELL = 10.0

_Frame = TypeVar("_Frame", bound=Frame)


class OpenSource:
    """One opened source in one *child*, used by one thread.

    *done* is called once, when it is closed, with whether the child may be used again.
    """

    def __init__(
        self,
        child: Child,
        kind: Kind,
        access: DaemonAccess | None,
        done: Callable[[Child, bool], None],
        *,
        patience: float = PATIENCE,
    ) -> None:
        self._child = child
        self._kind = kind
        self._access = access
        self._done = done
        self._patience = patience
        self._open = False
        # It was asked for something, and did not answer to the end.
        self._owing = False
        self._closed = False

    def open(self, settings: Mapping[str, str]) -> None:
        """Open it. Where its kind has an authorizer, secret settings stay here."""
        given = dict(settings)
        if self._kind.authorized:
            secret = {row.name for row in self._kind.settings if row.type == "secret"}
            given = {name: text for name, text in settings.items() if name not in secret}
        organization = self._access.organization if self._access else ""
        token = self._access.token if self._access else None
        self._ask(Open(self._kind.name, given, organization, token), Opened)
        self._open = True

    def pages(self, cursor: str | None, window: Window) -> Iterator[Page]:
        """Give the pages of *window* from *cursor* on; they are read ahead meanwhile.

        The iterator may be left at any page; the child is then used no more.
        """
        self._send(ReadPages(cursor, window))
        while True:
            match self._reply():
                case PageRead(page=page):
                    self._check_cursor(cursor, page.cursor)
                    cursor = page.cursor
                    yield page
                case PagesRead():
                    self._owing = False
                    return
                case other:
                    raise self._astray(other)

    def _check_cursor(self, before: str | None, after: str | None) -> None:
        """See that the pages lead on: else a run never ends, or fills the store with a cursor."""
        if after is None:
            return
        if after == before:
            raise self._child.failed(Cause.BROKEN, "names the same page again")
        if len(after) > _LONGEST_CURSOR:
            raise self._child.failed(Cause.BROKEN, f"gave a cursor of more than {_LONGEST_CURSOR:,} characters")

    def fields(self, module: str) -> list[SourceField]:
        """Tell every field of *module* that can be mapped."""
        if Capability.FIELDS not in self._kind.capabilities:
            return list(self._kind.known(module))
        return self._ask(ReadFields(module), FieldsRead).fields

    @property
    def confirms(self) -> bool:
        """Whether it can be asked after single records."""
        return Capability.CONFIRM in self._kind.capabilities

    def gone(self, module: str, ids: Sequence[str]) -> frozenset[str]:
        """Tell which of the records of *module* with *ids* are not there any more."""
        return self._ask(ReadGone(module, list(ids)), GoneRead).ids

    def interrupt(self) -> None:
        """Make whoever waits for it raise `Interrupted` at once. Any thread may."""
        self._child.interrupt()

    def close(self) -> None:
        """Let go of it. Never raises: what fails now only costs the child."""
        if self._closed:
            return
        self._closed = True
        well = False
        try:
            well = self._left_well()
        finally:
            self._done(self._child, well)

    def _left_well(self) -> bool:
        if self._owing or not self._child.alive:
            return False
        self._patience = min(self._patience, FAREWELL)
        try:
            if self._open:
                self._give_back(self._ask(Close(), Closed))
        except (Away, Unfit, ChildFailed, Interrupted, SourceError, SettingsInvalid):
            # Away, Unfit: the store takes no rights back now; they count as used.
            return False
        return True

    def _give_back(self, closed: Closed) -> None:
        if self._access is not None and (closed.unused or closed.told):
            self._access.rights.note(closed)

    def _ask(self, request: Frame, expected: type[_Frame]) -> _Frame:
        self._send(request)
        reply = self._reply()
        if not isinstance(reply, expected):
            raise self._astray(reply)
        self._owing = False
        return reply

    def _send(self, request: Frame) -> None:
        if self._owing:
            raise RuntimeError("a source is asked for one thing at a time, and pages are read to their end")
        self._owing = True
        self._child.send(request, self._patience)

    def _reply(self) -> Reply:
        """Give the next frame, after everything that the source asks for, or says, first."""
        while isinstance(reply := self._received(), Aside | Blocked):
            if isinstance(reply, Blocked):
                self._block(reply)
            else:
                self._child.send(answer(self._access, reply), self._patience)
        return reply

    def _block(self, told: Blocked) -> None:
        if self._access is not None:
            self._access.rights.block(told.until, told.why, everywhere=told.everywhere)

    def _received(self) -> Reply:
        try:
            return self._child.receive(self._patience)
        except (SourceError, SettingsInvalid):
            # That is an answer too: the child is as good as before.
            self._owing = False
            raise

    def _astray(self, reply: Reply) -> Exception:
        return self._child.failed(Cause.UNREADABLE, f"answered with {type(reply).__name__} out of turn")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self.close()
