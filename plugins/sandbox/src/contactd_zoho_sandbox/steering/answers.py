"""How the control API answers: plain JSON, and a whole sentence where it refuses."""

from collections.abc import Mapping
from typing import TypeVar

import msgspec
from aiohttp import web

from contactd_zoho_sandbox.finance.rows import encode

T = TypeVar("T")


class ControlRefused(Exception):
    """A control call that cannot be done; the text is a sentence for the one who wrote the test."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.status = status


def control_answered(document: Mapping[str, object]) -> web.Response:
    """Return a good answer."""
    return web.Response(body=encode(document), content_type="application/json")


def control_refused(sentence: str, status: int) -> web.Response:
    """Return a refusal."""
    return web.Response(body=encode({"error": sentence}), status=status, content_type="application/json")


async def control_body(request: web.Request, shape: type[T]) -> T:
    """Return the body of *request* as *shape*; no body is an empty object.

    Raises:
        ControlRefused: the body is no JSON, or not of this shape.
    """
    try:
        return msgspec.json.decode(await request.read() or b"{}", type=shape)
    except msgspec.DecodeError as exc:
        raise ControlRefused(f"The body of {request.method} {request.path} is wrong: {exc}.") from exc
