"""What every call of the accounts server and the products goes through before it is answered.

Rule: the control API is left alone, so that a test can always undo what it did.
"""

from email.utils import formatdate
from functools import lru_cache

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from contactd_zoho_sandbox.accounts.routes import bearer_of
from contactd_zoho_sandbox.finance.answers import Refused, bad_method, bad_url, refused
from contactd_zoho_sandbox.finance.products import product_of
from contactd_zoho_sandbox.steering.answers import ControlRefused, control_refused
from contactd_zoho_sandbox.steering.journal import Entry, token_id
from contactd_zoho_sandbox.steering.kinds import Scene
from contactd_zoho_sandbox.zoho import Zoho

CONTROL = "/sandbox/"


def journaled(zoho: Zoho) -> Middleware:
    """Return what notes each call in the journal, once it is known how it ended."""

    @web.middleware
    async def journal(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith(CONTROL):
            return await handler(request)
        status = 0
        try:
            response = await handler(request)
            response.headers["Date"] = _date(zoho.clock.now())
            if not _reset(request):
                status = response.status
            return response
        finally:
            zoho.journal.note(_entry(request, zoho.clock.now(), status))

    return journal


def counted(zoho: Zoho) -> Middleware:
    """Return what counts the calls of an organization that are in process, however long a fault holds them."""

    @web.middleware
    async def count(request: web.Request, handler: Handler) -> web.StreamResponse:
        product = product_of(request)
        book = zoho.books.get(product.organization_of(request)) if product else None
        if product is None or book is None:
            return await handler(request)
        with zoho.meter.processing(book.organization, product):
            return await handler(request)

    return count


def struck(zoho: Zoho) -> Middleware:
    """Return what lets planted faults strike."""

    @web.middleware
    async def strike(request: web.Request, handler: Handler) -> web.StreamResponse:
        planted = None
        if not request.path.startswith(CONTROL):
            planted = await zoho.faults.striking(request)
        if planted is None:
            return await handler(request)
        scene = Scene(
            request=request,
            go_on=lambda: handler(request),
            accounts=zoho.accounts,
            released=planted.released,
        )
        return await planted.fault.strike(scene)

    return strike


@web.middleware
async def worded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Word what the router refuses as Zoho does, and all that the control API refuses as sentences."""
    try:
        return await handler(request)
    except ControlRefused as exc:
        return control_refused(str(exc), exc.status)
    except Refused as exc:
        return control_refused(f"The contact cannot be taken: {exc.message}.", 400)
    except (web.HTTPNotFound, web.HTTPMethodNotAllowed) as exc:
        if request.path.startswith(CONTROL):
            sentence = f"There is no {request.method} {request.path}; see the README for the control API."
            return control_refused(sentence, exc.status)
        return refused(bad_url() if exc.status == 404 else bad_method())


def _entry(request: web.Request, now: int, status: int) -> Entry:
    product = product_of(request)
    return Entry(
        at=now,
        method=request.method,
        path=request.path,
        query=request.query_string,
        status=status,
        organization=product.organization_of(request) if product else "",
        token=token_id(bearer_of(request)),
    )


@lru_cache(maxsize=2)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)


def _reset(request: web.Request) -> bool:
    return request.transport is None or request.transport.is_closing()
