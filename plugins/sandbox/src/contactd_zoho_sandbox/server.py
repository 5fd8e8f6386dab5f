"""What a data center answers, from the first call to the last: accounts, products and control API.

Rule: nothing is said to be ready before the port answers, and a stop lets go of
every call that a fault holds, so that it never takes long.
"""

from collections.abc import Iterable
from typing import Protocol

from aiohttp import web

from contactd_zoho_sandbox.accounts.consent import ConsentRoutes
from contactd_zoho_sandbox.accounts.devices import DeviceRoutes
from contactd_zoho_sandbox.accounts.routes import AccountsRoutes
from contactd_zoho_sandbox.finance.people import PeopleRoutes
from contactd_zoho_sandbox.finance.products import PRODUCTS
from contactd_zoho_sandbox.finance.routes import FinanceRoutes
from contactd_zoho_sandbox.steering.breaking import FaultRoutes
from contactd_zoho_sandbox.steering.clock import ClockRoutes
from contactd_zoho_sandbox.steering.contacts import ContactRoutes
from contactd_zoho_sandbox.steering.middleware import counted, journaled, struck, worded
from contactd_zoho_sandbox.steering.routes import SteeringRoutes
from contactd_zoho_sandbox.steering.tokens import TokenRoutes
from contactd_zoho_sandbox.zoho import Zoho

HOST = "127.0.0.1"

#: Where the other data center answers: as in Canada, its accounts and its API have different hosts.
OTHER_HOST, OTHER_API_HOST = "127.0.0.2", "127.0.0.3"

#: Calls that are still being answered at a stop have this long, in seconds.
PATIENCE = 1.0

#: A fault may carry a long body; a page of contacts never comes in.
LARGEST_BODY = 16 * 1024 * 1024


class Part(Protocol):
    """Something that answers calls."""

    def routes(self) -> list[web.RouteDef]:
        """Return what is served."""
        ...


class PortTaken(Exception):
    """The port that was asked for cannot be had."""


class Server:
    """Serves *zoho* on the loopback; *port* 0 takes a free one.

    Its accounts answer at *host*; its API does so at *api_host* where that is
    another one, at a port of its own.
    """

    def __init__(self, zoho: Zoho, port: int = 0, *, host: str = HOST, api_host: str = "") -> None:
        self._zoho = zoho
        self._port = port
        self._host = host
        self._api_host = api_host
        accounts, api = self._accounts_parts(), self._api_parts()
        #: Everything that is served at its host, the control API always.
        self.application = self._application([*accounts, *([] if api_host else api), *self._steering_parts()])
        self._runners = [_runner(self.application)]
        if api_host:
            self._runners.append(_runner(self._application(api)))

    @property
    def url(self) -> str:
        """Where its accounts and the control API answer."""
        return self._zoho.center.accounts_url

    async def start(self) -> None:
        """Take the ports and answer.

        Raises:
            PortTaken: somebody else has one.
        """
        center = self._zoho.center
        center.accounts_url = center.api_url = await _taken(self._runners[0], self._host, self._port)
        for runner in self._runners[1:]:
            center.api_url = await _taken(runner, self._api_host, 0)

    async def stop(self) -> None:
        """Answer no more."""
        self._zoho.faults.close()
        for runner in self._runners:
            await runner.cleanup()

    def _accounts_parts(self) -> list[Part]:
        zoho = self._zoho
        return [
            AccountsRoutes(zoho.center, zoho.centers, zoho.switches),
            ConsentRoutes(zoho.center, zoho.centers),
            DeviceRoutes(zoho.center, zoho.centers, zoho.devices, zoho.clock),
        ]

    def _api_parts(self) -> list[Part]:
        zoho = self._zoho
        return [
            *(FinanceRoutes(product, zoho) for product in PRODUCTS),
            *(PeopleRoutes(product, zoho) for product in PRODUCTS),
        ]

    def _steering_parts(self) -> list[Part]:
        zoho = self._zoho
        return [
            SteeringRoutes(zoho, lambda: self.url),
            TokenRoutes(zoho.accounts),
            ContactRoutes(zoho),
            ClockRoutes(zoho.clock),
            FaultRoutes(zoho.faults),
        ]

    def _application(self, parts: Iterable[Part]) -> web.Application:
        zoho = self._zoho
        middlewares = [journaled(zoho), worded, counted(zoho), struck(zoho)]
        application = web.Application(middlewares=middlewares, client_max_size=LARGEST_BODY)
        for part in parts:
            application.router.add_routes(part.routes())
        return application


def _runner(application: web.Application) -> web.AppRunner:
    return web.AppRunner(application, access_log=None, handler_cancellation=True, shutdown_timeout=PATIENCE)


async def _taken(runner: web.AppRunner, host: str, port: int) -> str:
    """Take a port for what *runner* serves, and return its address."""
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as exc:
        raise PortTaken(
            f"The port {port} of {host} cannot be taken ({exc.strerror}); "
            f"choose another with --port, or leave it out to get a free one."
        ) from exc
    return f"http://{host}:{runner.addresses[0][1]}"
