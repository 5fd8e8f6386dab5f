"""Every request of the daemon has its answer here."""

import sys
import traceback
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec.structs import replace

from contactd.host.authorizing import Authorize
from contactd.host.child.access import ChildAccess
from contactd.host.child.authorizing import called, secrets_of
from contactd.host.child.daemon import Daemon, Line
from contactd.host.child.loading import manifest, unusable
from contactd.host.frames import (
    Broken,
    Close,
    Closed,
    Describe,
    Described,
    Failed,
    FieldsRead,
    GoneRead,
    Open,
    Opened,
    PageRead,
    PagesRead,
    ReadFields,
    ReadGone,
    ReadPages,
    Reply,
    Request,
    refused,
)
from contactd_sdk import (
    ConfirmingSource,
    FieldsSource,
    SettingFault,
    SettingsInvalid,
    Source,
    SourceError,
    SourceKind,
)
from contactd_sdk.settings import read, schema

#: A secret shorter than this would blot out half of every sentence.
_SHORTEST = 4


class Answers:
    """The one plugin of this child and, while a run has it, its open source."""

    def __init__(self, daemon: Daemon, plugin: str, kinds: Mapping[str, SourceKind]) -> None:
        self._daemon = daemon
        self._plugin = plugin
        self._kinds = kinds
        self._source: Source | None = None
        self._line = Line(daemon)
        self._access: ChildAccess | None = None
        self._secrets: set[str] = set()

    def serve(self) -> None:
        """Answer one request after another; the process ends when the daemon hangs up."""
        while True:
            request = self._daemon.receive()
            self._line.allow(asking=True)
            answer = self._answered(request)
            # No question may wait for an answer once the daemon listens no more.
            self._line.allow(asking=False)
            self._send(answer)

    def _send(self, answer: Reply) -> None:
        try:
            self._daemon.send(answer)
        except Broken as exc:
            self._daemon.send(Failed("broken", str(exc)))

    def _answered(self, request: Request) -> Reply:
        try:
            return self._answer(request)
        except (SourceError, SettingsInvalid) as exc:
            return self._hidden(refused(exc))
        except Broken as exc:
            return Failed("broken", str(exc))
        except (Exception, SystemExit) as exc:  # noqa: BLE001  the outermost frame of a plugin's code
            return _bug(exc)

    def _answer(self, request: Request) -> Reply:
        match request:
            case Describe():
                answer = self._describe()
            case Open():
                answer = self._open(request)
            case ReadFields():
                answer = FieldsRead(list(self._fields(request.module)))
            case ReadGone():
                answer = GoneRead(self._gone(request))
            case ReadPages():
                answer = self._pages(request)
            case Close():
                answer = self._close()
            case Authorize():
                answer = self._authorize(request)
            case _:
                raise Broken(f"was asked {type(request).__name__} out of turn")
        return answer

    def _describe(self) -> Reply:
        try:
            return Described(tuple(manifest(self._plugin, kind) for kind in self._kinds.values()))
        except Exception as exc:  # noqa: BLE001  part of a plugin being loaded
            return unusable(exc)

    def _kind(self, name: str) -> SourceKind:
        if name not in self._kinds:
            raise Broken(f"does not offer the kind '{name}' any more")
        return self._kinds[name]

    def _open(self, request: Open) -> Reply:
        kind = self._kind(request.kind)
        settings = self._settings(kind, request.settings, withheld=kind.authorizer is not None)
        if kind.authorizer is None:
            self._source = kind.open(settings)
            return Opened()
        if request.token is None:
            raise Broken("was opened without the token that its kind needs")
        # That of a source before leads nowhere any more: each has its own.
        self._line.allow(asking=False)
        self._line = Line(self._daemon)
        self._line.allow(asking=True)
        allowance = kind.allowance(settings) if kind.allowance is not None else None
        self._access = ChildAccess(self._line, request.organization, request.token, allowance)
        self._source = kind.open(settings, self._access)
        return Opened()

    def _settings(self, kind: SourceKind, given: Mapping[str, str], *, withheld: bool) -> Any:
        names = {row.name for row in schema(kind.settings) if row.type == "secret"}
        self._secrets = {text for name, text in given.items() if name in names}
        return read(kind.settings, given, withheld=withheld)

    def _opened(self) -> Source:
        if self._source is None:
            raise Broken("has no source open")
        return self._source

    def _gone(self, request: ReadGone) -> frozenset[str]:
        source = self._opened()
        if not isinstance(source, ConfirmingSource):
            raise Broken("declares Capability.CONFIRM, and its source has no gone()")
        return frozenset(source.gone(request.module, request.ids))

    def _fields(self, module: str) -> Iterable[Any]:
        source = self._opened()
        if not isinstance(source, FieldsSource):
            raise Broken("declares Capability.FIELDS, and its source has no fields()")
        return source.fields(module)

    def _pages(self, request: ReadPages) -> Reply:
        for page in self._opened().pages(request.cursor, request.window):
            # Waits while the daemon is busy: the source is never more than the
            # socket's buffer ahead.
            self._daemon.send(PageRead(page))
        return PagesRead()

    def _close(self) -> Reply:
        self._line.allow(asking=False)
        source, access = self._opened(), self._access
        self._source = self._access = None
        self._secrets = set()
        source.close()
        return access.calls.left() if access else Closed()

    def _authorize(self, request: Authorize) -> Reply:
        kind = self._kind(request.kind)
        if kind.authorizer is None:
            raise Broken(f"has no authorizer for the kind '{kind.name}'")
        authorizer = kind.authorizer(self._settings(kind, request.settings, withheld=False))
        self._secrets.update(secrets_of(request))
        return called(authorizer, request)

    def _hidden(self, failed: Failed) -> Failed:
        """Take every secret we know of out of what the plugin says, which promised to leave them out."""
        known = self._secrets.union(self._access.secrets if self._access else ())

        def hide(text: str) -> str:
            for secret in known:
                text = text.replace(secret, "…") if len(secret) >= _SHORTEST else text
            return text

        faults = tuple(SettingFault(fault.name, hide(fault.message)) for fault in failed.faults)
        return replace(failed, message=hide(failed.message), faults=faults)


def _bug(exc: BaseException) -> Failed:
    # To stderr the places, for the plugin's author; never the values.
    traceback.print_tb(exc.__traceback__)
    sys.stderr.write(f"{type(exc).__name__}\n")
    return Failed("broken", f"failed with {type(exc).__name__}, which is a bug in it")
