"""The calls of Zoho Accounts.

Rule: an error of the token endpoint comes under HTTP 200, as it does at Zoho;
only the body tells it from success.
"""

import base64
import binascii
from collections.abc import Callable, Mapping

import msgspec
from aiohttp import web

from contactd_zoho_sandbox.accounts.tokens import AccessToken, Accounts, TokenRefused
from contactd_zoho_sandbox.accounts.users import user_info

#: The word that goes before the token in the header of a call.
SCHEME = "Zoho-oauthtoken"


class AccountsRoutes:
    """Translates between HTTP and *accounts*; *address* is where the API answers."""

    def __init__(self, accounts: Accounts, address: Callable[[], str]) -> None:
        self._accounts = accounts
        self._address = address

    def routes(self) -> list[web.RouteDef]:
        """Return what is served."""
        return [
            web.post("/oauth/v2/token", self._token),
            web.post("/oauth/v2/token/revoke", self._revoke),
            web.get("/oauth/user/info", self._user_info),
        ]

    async def _token(self, request: web.Request) -> web.Response:
        form = await _form(request)
        try:
            return _json(self._granted(form))
        except TokenRefused as exc:
            return _json({"error": str(exc)})

    def _granted(self, form: Mapping[str, str]) -> dict[str, object]:
        grant_type = form.get("grant_type", "")
        if grant_type not in {"authorization_code", "refresh_token"}:
            raise TokenRefused("unsupported_grant_type" if grant_type else "invalid_request")
        self._accounts.authenticate(form.get("client_id", ""), form.get("client_secret", ""))
        if grant_type == "refresh_token":
            return self._answer(self._accounts.refresh(form.get("refresh_token", "")))
        access = self._accounts.exchange(form.get("code", ""))
        return self._answer(access) | {"refresh_token": access.refresh_token}

    def _answer(self, access: AccessToken) -> dict[str, object]:
        return {
            "access_token": access.token,
            "scope": access.scope,
            "api_domain": self._address(),
            "token_type": "Bearer",
            "expires_in": self._accounts.limits.token_seconds,
        }

    async def _revoke(self, request: web.Request) -> web.Response:
        form = await _form(request)
        if self._accounts.revoke(form.get("token", "")):
            return _json({"status": "success"})
        return _json({"error": "invalid_token"})

    async def _user_info(self, request: web.Request) -> web.Response:
        access = self._accounts.bearer(bearer_of(request) or "")
        if access is None:
            return _json({"cause": "INVALID_OAUTHTOKEN", "status": "failure"}, status=401)
        if not access.allows("AaaServer.profile.READ"):
            return _json({"cause": "INVALID_OAUTHSCOPE", "status": "failure"}, status=401)
        return _json(user_info(self._accounts.user))


def bearer_of(request: web.Request) -> str | None:
    """Return the token in the header of *request*, or None if the header is not there or malformed."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme == SCHEME and token else None


async def _form(request: web.Request) -> dict[str, str]:
    """Return the parameters wherever they are: query, form body, and the client in a basic header too."""
    form = dict(request.query)
    form |= {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme == "Basic":
        form |= _basic(encoded)
    return form


def _basic(encoded: str) -> dict[str, str]:
    try:
        client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return {}
    return {"client_id": client_id, "client_secret": secret}


def _json(document: Mapping[str, object], status: int = 200) -> web.Response:
    return web.Response(
        body=msgspec.json.encode(document), status=status, content_type="application/json", charset="utf-8"
    )
