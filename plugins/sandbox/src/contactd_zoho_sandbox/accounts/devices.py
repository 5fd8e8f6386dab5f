"""Consent on another device: a code that a person types, and a client that asks whether they did.

Rule: whoever asks too soon is told to slow down, and whoever's account is in
another data center sends the client on there (plugins/zoho/FACTS.md "1.5").
"""

import secrets
from dataclasses import dataclass

from aiohttp import web

from contactd_zoho_sandbox.accounts.centers import Center, Centers
from contactd_zoho_sandbox.accounts.forms import form_of, json_answer
from contactd_zoho_sandbox.accounts.pages import device_page, told
from contactd_zoho_sandbox.accounts.routes import tokens_answer
from contactd_zoho_sandbox.accounts.scopes import scopes
from contactd_zoho_sandbox.accounts.tokens import TokenRefused
from contactd_zoho_sandbox.clock import Clock

#: No sign that could be taken for another.
_SIGNS = "BCDFGHJKLMNPQRSTVWXZ"


@dataclass(slots=True)
class Device:
    """One consent under way; *home* is the data center of who accepted, *refused* that somebody did."""

    user_code: str
    scope: str
    expires: int
    asked: int = 0
    home: Center | None = None
    refused: bool = False


class Devices:
    """The codes that were given and not used yet, in all data centers; they end with the process."""

    def __init__(self) -> None:
        self._devices: dict[str, Device] = {}

    def begin(self, scope: str, expires: int) -> tuple[str, Device]:
        """Make a code for a device and one for a person."""
        letters = [secrets.choice(_SIGNS) for _ in range(8)]
        device = Device(f"{''.join(letters[:4])}-{''.join(letters[4:])}", scope, expires)
        code = f"1000.{secrets.token_hex(16)}.{secrets.token_hex(16)}"
        self._devices[code] = device
        return code, device

    def typed(self, user_code: str) -> Device | None:
        """Return what a person means by *user_code*."""
        wanted = user_code.strip().upper()
        return next((device for device in self._devices.values() if device.user_code == wanted), None)

    def get(self, code: str) -> Device | None:
        """Return what a device means by *code*."""
        return self._devices.get(code)

    def end(self, code: str) -> None:
        """Forget a code."""
        self._devices.pop(code, None)


class DeviceRoutes:
    """Serves the device flow of *center*."""

    def __init__(self, center: Center, centers: Centers, devices: Devices, clock: Clock) -> None:
        self._center = center
        self._centers = centers
        self._devices = devices
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        """Return what is served."""
        return [
            web.post("/oauth/v3/device/code", self._begin),
            web.post("/oauth/v3/device/token", self._token),
            web.get("/oauth/v3/device", self._show),
            web.post("/oauth/v3/device", self._answer),
        ]

    async def _begin(self, request: web.Request) -> web.Response:
        form = await form_of(request)
        limits = self._center.accounts.limits
        try:
            if form.get("grant_type") != "device_request":
                raise TokenRefused("invalid_request")
            if not self._center.accounts.knows(form.get("client_id", "")):
                raise TokenRefused("invalid_client")
            code, device = self._devices.begin(
                _scopes(form.get("scope", "")), self._clock.now() + limits.device_seconds
            )
        except TokenRefused as exc:
            return json_answer({"error": str(exc)})
        return json_answer(
            {
                "user_code": device.user_code,
                "device_code": code,
                "verification_url": f"{self._center.accounts_url}/oauth/v3/device",
                "expires_in": limits.device_seconds,
                "interval": limits.device_interval,
            }
        )

    async def _token(self, request: web.Request) -> web.Response:
        form = await form_of(request)
        code = form.get("code", "")
        try:
            if form.get("grant_type") != "device_token":
                raise TokenRefused("invalid_request")
            self._center.accounts.authenticate(form.get("client_id", ""), form.get("client_secret", ""))
            home = self._consented(code)
        except TokenRefused as exc:
            return json_answer({"error": str(exc)})
        if home is not self._center:
            return json_answer({"error": "other_dc", "user_location": home.code})
        device = self._devices.get(code)
        self._devices.end(code)
        access = home.accounts.consent(device.scope if device else "", counted=True)
        return json_answer(tokens_answer(access, self._center) | {"refresh_token": access.refresh_token})

    def _consented(self, code: str) -> Center:
        """Return where the account is of who typed the code.

        Raises:
            TokenRefused: nobody did yet, somebody refused, or it is too late.
        """
        device, now = self._devices.get(code), self._clock.now()
        if device is None:
            raise TokenRefused("invalid_code")
        if device.refused or now >= device.expires:
            self._devices.end(code)
            raise TokenRefused("access_denied" if device.refused else "expired")
        before, device.asked = device.asked, now
        if device.home is None:
            soon = now - before < self._center.accounts.limits.device_interval
            raise TokenRefused("slow_down" if before and soon else "authorization_pending")
        return device.home

    async def _show(self, request: web.Request) -> web.Response:
        people = [center.accounts.user.email for center in self._centers.all]
        return device_page(people, request.query.get("user_code", ""))

    async def _answer(self, request: web.Request) -> web.Response:
        form = await form_of(request)
        device, home = self._devices.typed(form.get("user_code", "")), self._centers.of_user(form.get("who", ""))
        if device is None or home is None or self._clock.now() >= device.expires:
            return told("No device shows this code, or it is too old.", 400)
        if form.get("answer") == "accept":
            device.home = home
            return told("You can go back to your device.")
        device.refused = True
        return told("The device gets nothing.")


def _scopes(text: str) -> str:
    try:
        found = scopes(text)
    except ValueError as exc:
        raise TokenRefused("invalid_scope") from exc
    if not found:
        raise TokenRefused("invalid_scope")
    return found
