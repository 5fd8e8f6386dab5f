"""The control calls about the sandbox itself: state, journal, limits, faults."""

from collections.abc import Callable

import msgspec
from aiohttp import web

from contactd_zoho_sandbox.limits import Limits
from contactd_zoho_sandbox.steering.answers import ControlRefused, control_answered, control_body
from contactd_zoho_sandbox.steering.faults import Planted
from contactd_zoho_sandbox.steering.kinds import AnyFault
from contactd_zoho_sandbox.zoho import Zoho

#: A wait for a strike ends by itself after this long, in seconds.
LONGEST_WAIT = 600.0


class SteeringRoutes:
    """Shows and sets how the sandbox behaves; *address* is where it answers."""

    def __init__(self, zoho: Zoho, address: Callable[[], str]) -> None:
        self._zoho = zoho
        self._address = address

    def routes(self) -> list[web.RouteDef]:
        """Return what is served."""
        return [
            web.get("/sandbox/state", self._state),
            web.get("/sandbox/journal", self._journal),
            web.delete("/sandbox/journal", self._clear_journal),
            web.post("/sandbox/limits", self._set_limits),
            web.get("/sandbox/faults", self._faults),
            web.post("/sandbox/faults", self._plant),
            web.delete("/sandbox/faults", self._take_back_all),
            web.get(r"/sandbox/faults/{fault_id:\d+}", self._fault),
            web.delete(r"/sandbox/faults/{fault_id:\d+}", self._take_back),
        ]

    async def _state(self, _request: web.Request) -> web.Response:
        accounts = self._zoho.accounts
        return control_answered(
            {
                "url": self._address(),
                "client_id": accounts.client.client_id,
                "client_secret": accounts.client.client_secret,
                "email": accounts.user.email,
                "organizations": [
                    {
                        "organization_id": book.organization.organization_id,
                        "name": book.organization.name,
                        "contacts": len(book),
                    }
                    for book in self._zoho.books.values()
                ],
                "exchanges": accounts.exchanges,
                "refreshes": accounts.refreshes,
                "limits": self._zoho.meter.limits,
            }
        )

    async def _journal(self, request: web.Request) -> web.Response:
        entries = list(self._zoho.journal.entries(request.query.get("path", "*")))
        return control_answered({"calls": entries})

    async def _clear_journal(self, _request: web.Request) -> web.Response:
        self._zoho.journal.clear()
        return control_answered({})

    async def _set_limits(self, request: web.Request) -> web.Response:
        given = await control_body(request, dict[str, object])
        limits = self._zoho.meter.limits
        try:
            wanted = msgspec.convert(msgspec.structs.asdict(limits) | given, Limits)
        except msgspec.ValidationError as exc:
            raise ControlRefused(f"The limits are wrong: {exc}.") from exc
        for name, value in msgspec.structs.asdict(wanted).items():
            setattr(limits, name, value)
        self._zoho.meter.forget()
        return control_answered({"limits": limits})

    async def _faults(self, _request: web.Request) -> web.Response:
        return control_answered({"faults": [_shown(planted) for planted in self._zoho.faults]})

    async def _plant(self, request: web.Request) -> web.Response:
        faults = await control_body(request, list[AnyFault])
        return control_answered({"faults": [_shown(planted) for planted in self._zoho.faults.plant(faults)]})

    async def _take_back_all(self, _request: web.Request) -> web.Response:
        self._zoho.faults.close()
        return control_answered({})

    async def _fault(self, request: web.Request) -> web.Response:
        """Show a fault; with `struck=N`, only once it has struck so often, or `seconds` have gone by."""
        planted = self._planted(request)
        await self._zoho.faults.struck(
            planted, int(_number(request, "struck")), min(_number(request, "seconds"), LONGEST_WAIT)
        )
        return control_answered(_shown(planted))

    async def _take_back(self, request: web.Request) -> web.Response:
        self._zoho.faults.take_back(self._planted(request).fault_id)
        return control_answered({})

    def _planted(self, request: web.Request) -> Planted:
        fault_id = request.match_info["fault_id"]
        planted = self._zoho.faults.get(int(fault_id))
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
