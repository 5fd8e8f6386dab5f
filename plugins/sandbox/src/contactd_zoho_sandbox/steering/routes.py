"""The control calls about the sandbox itself: state, journal, limits, switches, faults."""

from collections.abc import Callable
from typing import Literal

import msgspec
from aiohttp import web

from contactd_zoho_sandbox.steering.answers import ControlRefused, control_answered, control_body
from contactd_zoho_sandbox.zoho import Zoho


class Others(msgspec.Struct, forbid_unknown_fields=True):
    """Calls that other tools of an organization made today; of the first one if it is not said."""

    calls: int
    organization_id: str = ""
    product: Literal["books", "invoice"] = "books"


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
            web.get("/sandbox/usage", self._usage),
            web.post("/sandbox/usage", self._use),
            web.post("/sandbox/switches", self._set_switches),
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
                "switches": self._zoho.switches,
            }
        )

    async def _journal(self, request: web.Request) -> web.Response:
        entries = list(self._zoho.journal.entries(request.query.get("path", "*")))
        return control_answered({"calls": entries})

    async def _clear_journal(self, _request: web.Request) -> web.Response:
        self._zoho.journal.clear()
        return control_answered({})

    async def _set_limits(self, request: web.Request) -> web.Response:
        await _set(request, self._zoho.meter.limits)
        self._zoho.meter.forget()
        return control_answered({"limits": self._zoho.meter.limits})

    async def _set_switches(self, request: web.Request) -> web.Response:
        await _set(request, self._zoho.switches)
        return control_answered({"switches": self._zoho.switches})

    async def _usage(self, _request: web.Request) -> web.Response:
        return control_answered({"usage": self._zoho.meter.usage()})

    async def _use(self, request: web.Request) -> web.Response:
        others = await control_body(request, Others)
        book = self._zoho.book(others.organization_id)
        if book is None:
            raise ControlRefused(f"There is no organization '{others.organization_id}'.", 404)
        self._zoho.meter.use(book.organization, others.product, others.calls)
        return control_answered({})


async def _set(request: web.Request, settings: msgspec.Struct) -> None:
    """Set the fields of *settings* that *request* names; all, or none if one of them is wrong."""
    given = await control_body(request, dict[str, object])
    try:
        wanted = msgspec.convert(msgspec.structs.asdict(settings) | given, type(settings))
    except msgspec.ValidationError as exc:
        raise ControlRefused(f"The {type(settings).__name__.lower()} are wrong: {exc}.") from exc
    for name, value in msgspec.structs.asdict(wanted).items():
        setattr(settings, name, value)
