"""One port for everything: accounts, products and control API, from the first call to the last.

Rule: nothing is said to be ready before the port answers, and a stop lets go of
every call that a fault holds, so that it never takes long.
"""

from typing import Protocol

from aiohttp import web

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
    """Serves *zoho* on the loopback; *port* 0 takes a free one."""

    def __init__(self, zoho: Zoho, port: int = 0) -> None:
        self._zoho = zoho
        self._port = port
        #: Everything that is served.
        self.application = self._application()
        self._runner = web.AppRunner(
            self.application, access_log=None, handler_cancellation=True, shutdown_timeout=PATIENCE
        )

    @property
    def url(self) -> str:
        """Where it answers; also what the token endpoint tells as `api_domain`."""
        return f"http://{HOST}:{self._port}"

    async def start(self) -> None:
        """Take the port and answer.

        Raises:
            PortTaken: somebody else has it.
        """
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, HOST, self._port).start()
        except OSError as exc:
            raise PortTaken(
                f"The port {self._port} of {HOST} cannot be taken ({exc.strerror}); "
                f"choose another with --port, or leave it out to get a free one."
            ) from exc
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Answer no more."""
        self._zoho.faults.close()
        await self._runner.cleanup()

    def _application(self) -> web.Application:
        zoho = self._zoho
        middlewares = [journaled(zoho), worded, counted(zoho), struck(zoho)]
        application = web.Application(middlewares=middlewares, client_max_size=LARGEST_BODY)
        parts: list[Part] = [
            AccountsRoutes(zoho.accounts, lambda: self.url),
            *(FinanceRoutes(product, zoho) for product in PRODUCTS),
            *(PeopleRoutes(product, zoho) for product in PRODUCTS),
            SteeringRoutes(zoho, lambda: self.url),
            TokenRoutes(zoho.accounts),
            ContactRoutes(zoho),
            ClockRoutes(zoho.clock),
            FaultRoutes(zoho.faults),
        ]
        for part in parts:
            application.router.add_routes(part.routes())
        return application
