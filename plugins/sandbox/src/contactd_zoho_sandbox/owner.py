"""What the owner of an account does in a browser, for a test, a demo or a person without one.

    BROWSER="python -m contactd_zoho_sandbox.owner %s" contactctl connections authorize books

It opens the consent page, accepts, and goes where it is sent, as a browser would.

Rule: nothing but the standard library is imported here, and it does nothing
that a person could not do.
"""

import argparse
import http.client
from collections.abc import Mapping
from contextlib import closing
from urllib.parse import parse_qsl, urlencode, urlsplit


class ConsentFailed(Exception):
    """The page did not lead on; the text is what it said."""


def consent(address: str, *, who: str = "", accept: bool = True) -> str:
    """Answer the consent page at *address* as *who*, and return where the browser is sent; it does not go there."""
    place = urlsplit(address)
    form = {**dict(parse_qsl(place.query)), **_answer(address, who, accept=accept)}
    status, location, body = _call("POST", f"{place.scheme}://{place.netloc}{place.path}", form)
    if status != 302:
        raise ConsentFailed(body)
    return location


def type_code(address: str, user_code: str, *, who: str = "", accept: bool = True) -> None:
    """Type the *user_code* of a device at *address* as *who*."""
    form = {"user_code": user_code, **_answer(address, who, accept=accept)}
    status, _, body = _call("POST", address, form)
    if status != 200:
        raise ConsentFailed(body)


def visit(address: str) -> int:
    """Go where a browser was sent, and return the status that it meets there."""
    return _call("GET", address)[0]


def _answer(address: str, who: str, *, accept: bool) -> dict[str, str]:
    status, _, page = _call("GET", address)
    if status != 200:
        raise ConsentFailed(page)
    first = page.partition("<option>")[2].partition("</option>")[0]
    return {"who": who or first, "answer": "accept" if accept else "reject"}


def _call(method: str, address: str, form: Mapping[str, str] | None = None) -> tuple[int, str, str]:
    place = urlsplit(address)
    target = f"{place.path}?{place.query}" if place.query else place.path
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    with closing(http.client.HTTPConnection(place.netloc, timeout=60)) as connection:
        connection.request(method, target, urlencode(form) if form else None, headers)
        response = connection.getresponse()
        return response.status, response.headers.get("Location", ""), response.read().decode()


def main() -> None:
    """Consent at the address on the command line, and go on as a browser would."""
    arguments = argparse.ArgumentParser(prog="python -m contactd_zoho_sandbox.owner", description=__doc__)
    arguments.add_argument("address", help="the address of the consent page")
    arguments.add_argument("--who", default="", help="the address of the account; the first one by default")
    arguments.add_argument("--reject", action="store_true", help="do not accept")
    given = arguments.parse_args()
    visit(consent(given.address, who=given.who, accept=not given.reject))


if __name__ == "__main__":
    main()
