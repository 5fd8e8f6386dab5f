"""The control calls about time."""

import msgspec
from aiohttp import web

from contactd_zoho_sandbox.clock import Clock
from contactd_zoho_sandbox.steering.answers import control_answered, control_body


class Setting(msgspec.Struct, forbid_unknown_fields=True):
    """What becomes of time, in this order: *reset*, *frozen*, then so many seconds on."""

    advance: float = 0.0
    frozen: bool | None = None
    reset: bool = False


class ClockRoutes:
    """Tells and sets *clock*."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        """Return what is served."""
        return [web.get("/sandbox/clock", self._get), web.post("/sandbox/clock", self._set)]

    async def _get(self, _request: web.Request) -> web.Response:
        return control_answered({"now": self._clock.now(), "frozen": self._clock.frozen})

    async def _set(self, request: web.Request) -> web.Response:
        wanted = await control_body(request, Setting)
        if wanted.reset:
            self._clock.reset()
        if wanted.frozen is not None:
            (self._clock.freeze if wanted.frozen else self._clock.thaw)()
        self._clock.advance(wanted.advance)
        return await self._get(request)
