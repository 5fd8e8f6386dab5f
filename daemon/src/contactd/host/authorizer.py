"""Consent turned into tokens: each call in a child of its own, which then ends.

Nothing but such a child ever sees a grant in the clear beside the daemon.
"""

from collections.abc import Mapping
from typing import TypeVar

from contactd.host.authorizing import (
    AccountRead,
    Authorize,
    BeginBrowser,
    BeginDevice,
    BrowserBegun,
    Complete,
    DeviceTold,
    Exchange,
    Granted,
    OrganizationsRead,
    Poll,
    Polled,
    ReadAccount,
    ReadOrganizations,
    Refresh,
    Refreshed,
    Revoke,
    Revoked,
)
from contactd.host.errors import Cause, ChildFailed
from contactd.host.frame import Frame
from contactd.host.frames import Kind
from contactd.host.process import Child
from contactd.host.starter import Starter
from contactd_sdk import Account, Consented, DeviceCode, Grant, Organization, Secret, Token

#: Seconds that one call may take, its process and the vendor's answer included.
LIMIT = 60.0

_Frame = TypeVar("_Frame", bound=Frame)


class Authorizers:
    """The authorizers of every kind. Any thread may call.

    Each call raises what the authorizer raised (`SourceError`,
    `SettingsInvalid`), or `ChildFailed`.
    """

    def __init__(self, starter: Starter, *, limit: float = LIMIT) -> None:
        self._starter = starter
        self._limit = limit

    def complete(self, kind: Kind, settings: Mapping[str, str], code: Secret) -> Grant:
        """Exchange a grant *code* for what lasts."""
        return self._call(kind, Complete(kind.name, dict(settings), code.reveal()), Granted).grant

    def begin(self, kind: Kind, settings: Mapping[str, str], *, redirect: str, state: str, challenge: str) -> str:
        """Give the address where a person consents, who is then sent on to *redirect*."""
        request = BeginBrowser(kind.name, dict(settings), redirect, state, challenge)
        return self._call(kind, request, BrowserBegun).address

    def exchange(self, kind: Kind, settings: Mapping[str, str], consented: Consented) -> Grant:
        """Exchange what came back from a browser for what lasts."""
        code, verifier = consented.code.reveal(), consented.verifier.reveal()
        request = Exchange(kind.name, dict(settings), code, dict(consented.parameters), consented.redirect, verifier)
        return self._call(kind, request, Granted).grant

    def begin_device(self, kind: Kind, settings: Mapping[str, str]) -> DeviceCode:
        """Get a code that a person types at the vendor."""
        return self._call(kind, BeginDevice(kind.name, dict(settings)), DeviceTold).device

    def poll(self, kind: Kind, settings: Mapping[str, str], device: DeviceCode) -> Grant | DeviceCode:
        """Ask whether the person consented: the grant, or else what to ask with next."""
        reply = self._call(kind, Poll(kind.name, dict(settings), device), Polled)
        found = reply.grant or reply.device
        if found is None:
            raise ChildFailed(kind.plugin, Cause.UNREADABLE, "told neither a grant nor what to ask with next")
        return found

    def refresh(self, kind: Kind, settings: Mapping[str, str], grant: Grant) -> Token:
        """Get a token for *grant*."""
        return self._call(kind, Refresh(kind.name, dict(settings), grant), Refreshed).token

    def revoke(self, kind: Kind, settings: Mapping[str, str], grant: Grant) -> None:
        """Give *grant* back."""
        self._call(kind, Revoke(kind.name, dict(settings), grant), Revoked)

    def account(self, kind: Kind, settings: Mapping[str, str], token: Token) -> Account:
        """Tell whose account it is."""
        return self._call(kind, ReadAccount(kind.name, dict(settings), token), AccountRead).account

    def organizations(self, kind: Kind, settings: Mapping[str, str], token: Token) -> list[Organization]:
        """List the organizations to choose from."""
        request = ReadOrganizations(kind.name, dict(settings), token)
        return self._call(kind, request, OrganizationsRead).organizations

    def identity(self, kind: Kind, settings: Mapping[str, str], token: Token) -> tuple[Account, list[Organization]]:
        """Tell whose account it is and the organizations to choose from, in one process."""
        child = self._starter.start(kind.plugin)
        try:
            account = self._asked(child, ReadAccount(kind.name, dict(settings), token), AccountRead).account
            request = ReadOrganizations(kind.name, dict(settings), token)
            return account, self._asked(child, request, OrganizationsRead).organizations
        finally:
            child.end()

    def _call(self, kind: Kind, request: Authorize, answer: type[_Frame]) -> _Frame:
        child = self._starter.start(kind.plugin)
        try:
            return self._asked(child, request, answer)
        finally:
            child.end()

    def _asked(self, child: Child, request: Authorize, answer: type[_Frame]) -> _Frame:
        reply = child.ask(request, self._limit)
        if not isinstance(reply, answer):
            raise child.failed(Cause.UNREADABLE, f"answered with {type(reply).__name__} out of turn")
        return reply
