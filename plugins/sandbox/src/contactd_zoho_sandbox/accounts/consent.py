"""Consent in a browser: the page, the way back, and a refusal.

Rule: a person signs in where their account is. Whichever data center they were
sent to, the code is made by their own, and the callback names it. An error is a
page for a person, never JSON (plugins/zoho/FACTS.md "1.8").
"""

from collections.abc import Mapping
from re import fullmatch
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from contactd_zoho_sandbox.accounts.centers import Center, Centers
from contactd_zoho_sandbox.accounts.pages import consent_page, told
from contactd_zoho_sandbox.accounts.scopes import scopes

#: What counts as registered: every address of the loopback.
_LOOPBACK = r"http://(127\.0\.0\.1|\[::1\]|localhost)(:[0-9]+)?(/.*)?"


class ConsentRefused(Exception):
    """The page cannot be shown; the text is Zoho's word for it."""


class ConsentRoutes:
    """Serves the consent page of *center*, for the people of all *centers*."""

    def __init__(self, center: Center, centers: Centers) -> None:
        self._center = center
        self._centers = centers

    def routes(self) -> list[web.RouteDef]:
        """Return what is served."""
        return [web.get("/oauth/v2/auth", self._show), web.post("/oauth/v2/auth", self._answer)]

    async def _show(self, request: web.Request) -> web.Response:
        try:
            scope = self._checked(request.query)
        except ConsentRefused as exc:
            return told(f"{exc}".upper(), 400)
        people = [center.accounts.user.email for center in self._centers.all]
        return consent_page(scope, people, request.query)

    async def _answer(self, request: web.Request) -> web.Response:
        form = {name: text for name, text in (await request.post()).items() if isinstance(text, str)}
        try:
            scope = self._checked(form)
        except ConsentRefused as exc:
            return told(f"{exc}".upper(), 400)
        home = self._centers.of_user(form.get("who", ""))
        if home is None:
            return told("Nobody here has this account.", 400)
        if not home.accounts.knows(form["client_id"]):
            return told("INVALID_CLIENT", 400)
        if form.get("answer") != "accept":
            return _sent_back(form, {"error": "access_denied"})
        return _sent_back(form, _granted(home, scope, form))

    def _checked(self, asked: Mapping[str, str]) -> str:
        """Return the scopes that are asked for.

        Raises:
            ConsentRefused: something that is asked for cannot be had.
        """
        if asked.get("response_type") != "code":
            raise ConsentRefused("invalid_response_type")
        if not self._center.accounts.knows(asked.get("client_id", "")):
            raise ConsentRefused("invalid_client")
        if not fullmatch(_LOOPBACK, asked.get("redirect_uri", "")):
            raise ConsentRefused("invalid_redirect_uri")
        if asked.get("code_challenge") and asked.get("code_challenge_method") != "S256":
            raise ConsentRefused("invalid_code_challenge")
        try:
            found = scopes(asked.get("scope", ""))
        except ValueError as exc:
            raise ConsentRefused("invalid_oauthscope") from exc
        if not found:
            raise ConsentRefused("invalid_oauthscope")
        return found


def _granted(home: Center, scope: str, form: Mapping[str, str]) -> dict[str, str]:
    # A refresh token is given the first time only, unless consent is asked for anew.
    lasting = form.get("access_type") == "offline"
    anew = form.get("prompt") == "consent" or not home.accounts.consented
    grant = home.accounts.grant(
        scope,
        redirect_uri=form["redirect_uri"],
        challenge=form.get("code_challenge", ""),
        offline=lasting and anew,
    )
    return {"code": grant.code, "location": home.code, "accounts-server": home.accounts_url}


def _sent_back(form: Mapping[str, str], answer: Mapping[str, str]) -> web.Response:
    state = {"state": form["state"]} if "state" in form else {}
    joint = "&" if urlsplit(form["redirect_uri"]).query else "?"
    address = f"{form['redirect_uri']}{joint}{urlencode({**state, **answer})}"
    return web.Response(status=302, headers={"Location": address})
