"""What every call of the accounts server and the products goes through before it is answered.

Rule: the control API is left alone, so that a test can always undo what it did.
"""

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from contactd_zoho_sandbox.finance.answers import Refused, bad_method, bad_url, refused
from contactd_zoho_sandbox.steering.answers import ControlRefused, control_refused
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
            if not _reset(request):
                status = response.status
            return response
        finally:
            zoho.journal.note(request.method, request.path, request.query_string, status)

    return journal


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


def _reset(request: web.Request) -> bool:
    return request.transport is None or request.transport.is_closing()
