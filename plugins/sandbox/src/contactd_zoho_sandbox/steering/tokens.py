"""The control calls about grants and tokens."""

import msgspec
from aiohttp import web

from contactd_zoho_sandbox.accounts.scopes import READING, scopes
from contactd_zoho_sandbox.accounts.tokens import Accounts
from contactd_zoho_sandbox.steering.answers import ControlRefused, control_answered, control_body


class Consent(msgspec.Struct, forbid_unknown_fields=True):
    """What is consented to; *seconds* is the life of a grant code."""

    scope: str = READING
    seconds: int | None = None

    def __post_init__(self) -> None:
        self.scope = scopes(self.scope)


class Owner(msgspec.Struct, forbid_unknown_fields=True):
    """The address that the account's owner has from now on."""

    email: str


class TokenRoutes:
    """Gives what a user would give in a browser, and takes it away again."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def routes(self) -> list[web.RouteDef]:
        """Return what is served."""
        return [
            web.post("/sandbox/grants", self._grant),
            web.post("/sandbox/tokens", self._consent),
            web.post("/sandbox/tokens/expire", self._expire),
            web.post("/sandbox/tokens/revoke", self._revoke),
            web.patch("/sandbox/owner", self._owner),
        ]

    async def _grant(self, request: web.Request) -> web.Response:
        consent = await control_body(request, Consent)
        grant = self._accounts.grant(consent.scope, consent.seconds)
        return control_answered({"code": grant.code, "scope": grant.scope, "expires": grant.expires})

    async def _consent(self, request: web.Request) -> web.Response:
        consent = await control_body(request, Consent)
        if consent.seconds is not None:
            raise ControlRefused(
                "The life of an access token is 'token_seconds' of /sandbox/limits; leave out 'seconds'."
            )
        access = self._accounts.consent(consent.scope)
        return control_answered({"access_token": access.token, "refresh_token": access.refresh_token})

    async def _owner(self, request: web.Request) -> web.Response:
        owner = await control_body(request, Owner)
        self._accounts.readdress(owner.email)
        return control_answered({"email": owner.email})

    async def _expire(self, _request: web.Request) -> web.Response:
        return control_answered({"expired": self._accounts.expire_all()})

    async def _revoke(self, _request: web.Request) -> web.Response:
        return control_answered({"revoked": self._accounts.revoke_all()})
