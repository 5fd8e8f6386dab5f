"""How the products answer: one envelope for everything, and a table of refusals.

Facts: plugins/zoho/FACTS.md "2.1" (envelope), "3.3" (errors and headers). What
is disputed there is decided by switches.
"""

from collections.abc import Mapping

from aiohttp import web

from contactd_zoho_sandbox.finance.rows import encode
from contactd_zoho_sandbox.switches import Switches

#: Under this key a call may say that its page begins so many rows later than it should.
SHIFT = "contactd_zoho_sandbox.shift"

#: As recorded on every answer, whether they make sense on a loopback or not.
HEADERS: Mapping[str, str] = {
    "Server": "ZGS",
    "Content-Type": "application/json;charset=UTF-8",
    "Cache-Control": "no-store, no-cache, must-revalidate, max-age=0, private",
    "Pragma": "no-cache",
    "Content-Disposition": "attachment;",
    "Allow": "OPTIONS, DELETE, POST, GET, PUT",
    "Vary": "accept-encoding",
    "Set-Cookie": "zbcscook=sandbox; Path=/; HttpOnly",
    "Strict-Transport-Security": "max-age=63072000",
    "build_version": "sandbox",
    "client_build_version": "sandbox",
    "server_build_version": "sandbox",
}


class Refused(Exception):
    """A call that is answered by an error: HTTP status, Zoho's code, Zoho's message."""

    def __init__(self, status: int, code: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})


def no_token() -> Refused:
    """There is no Authorization header, or it is not of the form that Zoho wants."""
    return Refused(401, 14, "Invalid value passed for authtoken.")


def not_authorized() -> Refused:
    """The token is dead or garbage, or lacks the scope: Zoho does not say which."""
    return Refused(401, 57, "You are not authorized to perform this operation")


def no_organization() -> Refused:
    """The call names no organization."""
    return Refused(400, 6, "Please specify the organization_id of the organization.")


def foreign_organization(organization_id: str, switches: Switches) -> Refused:
    """The user is no member of the organization."""
    message = f"This user is not associated with the CompanyID/CompanyName: {organization_id}."
    return Refused(switches.foreign_status, 6041, message)


def bad_value(parameter: str) -> Refused:
    """A parameter or field has a value that it cannot have."""
    return Refused(400, 2, f"Invalid value passed for {parameter}")


def bad_shape(parameter: str) -> Refused:
    """A parameter or field is too long or of the wrong type."""
    return Refused(400, 4, f"The value of {parameter} is too long or of the wrong type.")


def missing(field: str) -> Refused:
    """A field that must be there is not."""
    return Refused(400, 6, f"Please enter a value for {field}.")


def not_json() -> Refused:
    """The body of a writing call cannot be read."""
    return Refused(400, 1038, "JSON is not well formed")


def unknown(thing: str) -> Refused:
    """There is no such thing that a body could name."""
    return Refused(404, 1002, f"{thing} does not exist.")


def gone(thing: str, switches: Switches) -> Refused:
    """There is no such thing at this path, or no longer."""
    if switches.gone_code == 5:
        return Refused(switches.gone_status, 5, _INVALID_URL)
    return Refused(switches.gone_status, 1002, f"{thing} does not exist.")


def name_taken(name: str) -> Refused:
    """Names of customers are unique, and so are those of vendors."""
    return Refused(400, 3062, f"The contact name '{name}' already exists. Please specify a different name.")


_INVALID_URL = "Invalid URL Passed"


def bad_url() -> Refused:
    """There is nothing at this path."""
    return Refused(404, 5, _INVALID_URL)


def bad_method() -> Refused:
    """There is something at this path, but not for this method."""
    return Refused(405, 37, "The HTTP method is not allowed for the requested resource")


_TOO_OFTEN = "exceeded the maximum number of requests per minute"
_BY_ALL = f"{_TOO_OFTEN} that can originate from an organization"
_TOO_MANY = "the maximum number of in process requests allowed"

#: The message of each code under HTTP 429, and the seconds of its Retry-After where one was seen.
THROTTLES: Mapping[int, tuple[str, int | None]] = {
    43: (f"For security reasons you have been blocked for some time as you have {_TOO_OFTEN}.", 3600),
    44: (f"For security reasons your organization has been blocked as it have {_BY_ALL}.", 1800),
    45: ("The API call for this organization has exceeded the maximum call rate limit of {limit}.", None),
    1070: (f"You have reached {_TOO_MANY}. Kindly try again after some time.", None),
}


def throttled(code: int, *, retry_after: int | None, limit: str = "1,000") -> Refused:
    """Too many calls; *code* says by which measure."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return Refused(429, code, THROTTLES[code][0].format(limit=limit), headers)


def answered(resources: Mapping[str, object], *, message: str = "success", status: int = 200) -> web.Response:
    """Return a good answer that holds *resources* under their names."""
    return respond(encode({"code": 0, "message": message, **resources}), status)


def refused(refusal: Refused) -> web.Response:
    """Return *refusal* as Zoho words it."""
    body = encode({"code": refusal.code, "message": refusal.message})
    return respond(body, refusal.status, refusal.headers)


def respond(body: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """Return *body*, which is JSON already, with the headers of a product."""
    return web.Response(body=body, status=status, headers={**HEADERS, **(headers or {})})
