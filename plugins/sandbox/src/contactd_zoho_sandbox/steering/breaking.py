"""The control calls about faults."""

from aiohttp import web

from contactd_zoho_sandbox.steering.answers import ControlRefused, control_answered, control_body
from contactd_zoho_sandbox.steering.faults import Faults, Planted
from contactd_zoho_sandbox.steering.kinds import AnyFault

#: A wait for a strike ends by itself after this long, in seconds.
LONGEST_WAIT = 600.0


class FaultRoutes:
    """Plants *faults*, shows them and takes them back."""

    def __init__(self, faults: Faults) -> None:
        self._planted_faults = faults

    def routes(self) -> list[web.RouteDef]:
        """Return what is served."""
        return [
            web.get("/sandbox/faults", self._faults),
            web.post("/sandbox/faults", self._plant),
            web.delete("/sandbox/faults", self._take_back_all),
            web.get(r"/sandbox/faults/{fault_id:\d+}", self._fault),
            web.delete(r"/sandbox/faults/{fault_id:\d+}", self._take_back),
        ]

    async def _faults(self, _request: web.Request) -> web.Response:
        return control_answered({"faults": [_shown(planted) for planted in self._planted_faults]})

    async def _plant(self, request: web.Request) -> web.Response:
        faults = await control_body(request, list[AnyFault])
        return control_answered({"faults": [_shown(planted) for planted in self._planted_faults.plant(faults)]})

    async def _take_back_all(self, _request: web.Request) -> web.Response:
        self._planted_faults.close()
        return control_answered({})

    async def _fault(self, request: web.Request) -> web.Response:
        """Show a fault; with `struck=N`, only once it has struck so often, or `seconds` have gone by."""
        planted = self._planted(request)
        await self._planted_faults.struck(
            planted, int(_number(request, "struck")), min(_number(request, "seconds"), LONGEST_WAIT)
        )
        return control_answered(_shown(planted))

    async def _take_back(self, request: web.Request) -> web.Response:
        self._planted_faults.take_back(self._planted(request).fault_id)
        return control_answered({})

    def _planted(self, request: web.Request) -> Planted:
        fault_id = request.match_info["fault_id"]
        planted = self._planted_faults.get(int(fault_id))
        if planted is None:
            raise ControlRefused(f"There is no fault '{fault_id}'; it was taken back, or never planted.", 404)
        return planted


def _number(request: web.Request, name: str) -> float:
    text = request.query.get(name, "0")
    try:
        return float(text)
    except ValueError as exc:
        raise ControlRefused(f"'{name}' must be a number, not '{text}'.") from exc


def _shown(planted: Planted) -> dict[str, object]:
    return {
        "id": planted.fault_id,
        "fault": planted.fault,
        "seen": planted.seen,
        "struck": planted.struck,
    }
