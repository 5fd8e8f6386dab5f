"""The calls of Zoho Accounts that bring tokens, take them back, and tell whose they are.

Rule: an error of the token endpoint comes under HTTP 200, as it does at Zoho,
or under 400 where a switch says so; only the body tells it from success.
"""

from collections.abc import Mapping

from aiohttp import web

from contactd_zoho_sandbox.accounts.centers import Center, Centers
from contactd_zoho_sandbox.accounts.forms import form_of, json_answer
from contactd_zoho_sandbox.accounts.tokens import AccessToken, TokenRefused
from contactd_zoho_sandbox.accounts.users import user_info
from contactd_zoho_sandbox.switches import Switches

#: The word that goes before the token in the header of a call.
SCHEME = "Zoho-oauthtoken"

#: What an error says beside its word, where it says something.
_DESCRIPTIONS = {
    "invalid_client": "The client is not known here.",
    "invalid_client_secret": "The client secret is wrong.",
    "invalid_code": "The code is invalid or was used.",
}


class AccountsRoutes:
    """Translates between HTTP and the accounts of *center*."""

    def __init__(self, center: Center, centers: Centers, switches: Switches) -> None:
        self._center = center
        self._centers = centers
        self._switches = switches
        self._accounts = center.accounts

    def routes(self) -> list[web.RouteDef]:
        """Return what is served."""
        return [
            web.post("/oauth/v2/token", self._token),
            web.post("/oauth/v2/token/revoke", self._revoke),
            web.get("/oauth/user/info", self._user_info),
            web.get("/oauth/serverinfo", self._servers),
        ]

    async def _token(self, request: web.Request) -> web.Response:
        form = await form_of(request)
        try:
            return json_answer(self._granted(form))
        except TokenRefused as exc:
            return self._refused(exc)

    def _granted(self, form: Mapping[str, str]) -> dict[str, object]:
        grant_type = form.get("grant_type", "")
        if grant_type not in {"authorization_code", "refresh_token"}:
            raise TokenRefused("unsupported_grant_type" if grant_type else "invalid_request")
        self._accounts.authenticate(form.get("client_id", ""), form.get("client_secret", ""))
        if grant_type == "refresh_token":
            return tokens_answer(self._accounts.refresh(form.get("refresh_token", "")), self._center)
        redirect_uri, verifier = form.get("redirect_uri", ""), form.get("code_verifier", "")
        access = self._accounts.exchange(form.get("code", ""), redirect_uri, verifier)
        lasting = {"refresh_token": access.refresh_token} if access.refresh_token else {}
        return tokens_answer(access, self._center) | lasting

    def _refused(self, exc: TokenRefused) -> web.Response:
        word = str(exc)
        if word == "Access Denied":
            answer = {"error": word, "error_description": exc.description, "status": "failure"}
            return json_answer(answer, self._switches.throttle_status)
        if self._switches.token_error_status == 200:
            return json_answer({"error": word})
        description = exc.description or _DESCRIPTIONS.get(word, "The request cannot be answered.")
        return json_answer({"error": word, "error_description": description}, 400)

    async def _revoke(self, request: web.Request) -> web.Response:
        form = await form_of(request)
        if self._accounts.revoke(form.get("token", "")):
            return json_answer({"status": "success"})
        return json_answer({"error": "invalid_token"})

    async def _user_info(self, request: web.Request) -> web.Response:
        access = self._accounts.bearer(bearer_of(request) or "")
        if access is None:
            return json_answer({"cause": "INVALID_OAUTHTOKEN", "status": "failure"}, status=401)
        if not access.allows("AaaServer.profile.READ"):
            return json_answer({"cause": "INVALID_OAUTHSCOPE", "status": "failure"}, status=401)
        return json_answer(user_info(self._accounts.user))

    async def _servers(self, _request: web.Request) -> web.Response:
        locations = {center.code: center.accounts_url for center in self._centers.all}
        return json_answer({"result": "success", "locations": locations})


def tokens_answer(access: AccessToken, center: Center) -> dict[str, object]:
    """Return how *center* tells of an access token."""
    return {
        "access_token": access.token,
        "scope": access.scope,
        "api_domain": center.api_url,
        "token_type": "Bearer",
        "expires_in": center.accounts.limits.token_seconds,
    }


def bearer_of(request: web.Request) -> str | None:
    """Return the token in the header of *request*, or None if the header is not there or malformed."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme == SCHEME and token else None
