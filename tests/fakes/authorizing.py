"""Authorizers without a process for each call, which is what tests/host are about.

Everything else is the real thing: the plugin's code, its settings, and frames
that travel as bytes.
"""

from collections.abc import Iterable, Mapping
from typing import TypeVar

import msgspec

from contactd.host.authorizer import Authorizers
from contactd.host.authorizing import AccountRead, Asked, Authorize, OrganizationsRead, ReadAccount, ReadOrganizations
from contactd.host.child.authorizing import called
from contactd.host.frame import Frame
from contactd.host.frames import Kind
from contactd_sdk import Account, Organization, SourceKind, Token
from contactd_sdk.settings import read

_HEAD = """
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from contactd_sdk import *
"""

_Frame = TypeVar("_Frame", bound=Frame)


def kinds_in(code: str) -> Iterable[SourceKind]:
    """Give the kinds that a plugin of this *code* offers."""
    module: dict[str, object] = {"__name__": "plugin"}
    exec(_HEAD + code, module)  # noqa: S102  the test's own code
    offered: Iterable[SourceKind] = module["contactd_sources"]()  # type: ignore[operator]
    return offered


class AuthorizersHere(Authorizers):
    """The authorizers of *kinds*, called in this process."""

    def __init__(self, kinds: Iterable[SourceKind]) -> None:
        self._kinds = {kind.name: kind for kind in kinds}

    def identity(self, kind: Kind, settings: Mapping[str, str], token: Token) -> tuple[Account, list[Organization]]:
        account = self._call(kind, ReadAccount(kind.name, dict(settings), token), AccountRead).account
        request = ReadOrganizations(kind.name, dict(settings), token)
        return account, self._call(kind, request, OrganizationsRead).organizations

    def _call(self, kind: Kind, request: Authorize, answer: type[_Frame]) -> _Frame:
        known = self._kinds[kind.name]
        assert known.authorizer is not None
        asked: Asked = msgspec.msgpack.decode(msgspec.msgpack.encode(request), type=Asked)
        reply = called(known.authorizer(read(known.settings, asked.settings)), asked)
        return msgspec.msgpack.decode(msgspec.msgpack.encode(reply), type=answer)
