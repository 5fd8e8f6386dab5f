"""The kinds of fault, each with what it does to a call that it strikes.

In JSON a fault is an object whose `kind` is the lower-case name of its class.
All of them share the fields of `Fault`, which say whom it strikes.
"""

import asyncio
import contextlib
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from aiohttp import web
from msgspec import Meta

from contactd_zoho_sandbox.accounts.routes import bearer_of
from contactd_zoho_sandbox.accounts.tokens import Accounts
from contactd_zoho_sandbox.finance.answers import SHIFT, THROTTLES, refused, respond, throttled

Count = Annotated[int, Meta(ge=0)]
HttpStatus = Annotated[int, Meta(ge=200, le=599)]

#: What an answer has around its content.
ENVELOPE = frozenset({"code", "message", "page_context"})

HTML = "<html><head><title>{status}</title></head><body><h1>{status}</h1><p>ZGS</p></body></html>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A call that is being struck, and what a fault may touch there."""

    request: web.Request
    #: Answers the call as if there were no fault.
    go_on: Callable[[], Awaitable[web.StreamResponse]]
    accounts: Accounts
    #: Set when the fault is taken back, or the sandbox stops.
    released: asyncio.Event


class Fault(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="kind",
    tag=str.lower,
):
    """Whom a fault strikes: calls whose method, path (a glob) and query are as said.

    It lets the first *after* of them pass, strikes *times* (None: all that
    come), and is then spent.
    """

    path: str = "*"
    method: str = "*"
    query: dict[str, str] = {}
    times: Count | None = 1
    after: Count = 0

    async def strike(self, scene: Scene) -> web.StreamResponse:
        """Answer the call in this fault's way."""
        raise NotImplementedError


class Answer(Fault, frozen=True, kw_only=True):
    """Answers with any status and body: *text* as it is, or else *json*."""

    status: HttpStatus = 500
    json: Any = msgspec.field(default_factory=lambda: {"code": 1000, "message": "Internal Error"})
    text: str | None = None
    content_type: str = "application/json;charset=UTF-8"
    headers: dict[str, str] = {}

    async def strike(self, _scene: Scene) -> web.StreamResponse:
        """Answer with what was planted."""
        body = msgspec.json.encode(self.json) if self.text is None else self.text.encode()
        return respond(body, self.status, {"Content-Type": self.content_type, **self.headers})


class Html(Fault, frozen=True, kw_only=True):
    """Answers with a page of HTML, as a gateway before Zoho does."""

    status: HttpStatus = 502

    async def strike(self, _scene: Scene) -> web.StreamResponse:
        """Answer with a page for people."""
        page = HTML.format(status=self.status).encode()
        return respond(page, self.status, {"Content-Type": "text/html;charset=UTF-8"})


class Code(Fault, frozen=True, kw_only=True):
    """Answers with a code that is not 0 under HTTP 200."""

    code: int = 1000
    message: str = "Internal Error"

    async def strike(self, _scene: Scene) -> web.StreamResponse:
        """Answer with an error that looks like success."""
        return respond(msgspec.json.encode({"code": self.code, "message": self.message}))


class Throttle(Fault, frozen=True, kw_only=True):
    """Answers 429 by one of Zoho's codes; *retry_after* replaces the code's own."""

    code: int = 44
    retry_after: Count | None = None

    def __post_init__(self) -> None:
        if self.code not in THROTTLES:
            raise ValueError(f"the code of a throttle is one of {sorted(THROTTLES)}")

    async def strike(self, _scene: Scene) -> web.StreamResponse:
        """Answer that there were too many calls."""
        usual = THROTTLES[self.code][1]
        return refused(throttled(self.code, retry_after=usual if self.retry_after is None else self.retry_after))


class Expire(Fault, frozen=True, kw_only=True):
    """Ends the access token that the call came with, just before it is answered."""

    async def strike(self, scene: Scene) -> web.StreamResponse:
        """Answer as to a dead token."""
        scene.accounts.expire(bearer_of(scene.request) or "")
        return await scene.go_on()


class Revoke(Fault, frozen=True, kw_only=True):
    """Revokes the grant behind the access token that the call came with, just before it is answered."""

    async def strike(self, scene: Scene) -> web.StreamResponse:
        """Answer as to a dead token, for which there will be no other."""
        access = scene.accounts.bearer(bearer_of(scene.request) or "")
        if access is not None:
            scene.accounts.revoke(access.refresh_token)
        return await scene.go_on()


class Alter(Fault, frozen=True, kw_only=True):
    """Changes keys of the JSON that answers: *put* into the answer itself, *each* into all its rows, less *drop*."""

    put: dict[str, Any] = {}
    each: dict[str, Any] = {}
    drop: list[str] = []

    async def strike(self, scene: Scene) -> web.StreamResponse:
        """Answer with new keys, other types, or nothing where something was."""
        whole = await scene.go_on()
        return web.Response(body=altered(body_of(whole), self), status=whole.status, headers=_kept(whole))


class Shift(Fault, frozen=True, kw_only=True):
    """Gives the rows of a page as if *by* rows before it had gone: some are missed; below 0, some come again."""

    by: int = 1

    async def strike(self, scene: Scene) -> web.StreamResponse:
        """Answer as when others edit in the middle of a reading."""
        scene.request[SHIFT] = self.by
        return await scene.go_on()


class Truncate(Fault, frozen=True, kw_only=True):
    """Answers with the first half of the body, as if it were the whole."""

    async def strike(self, scene: Scene) -> web.StreamResponse:
        """Answer with JSON that breaks off."""
        whole = await scene.go_on()
        body = body_of(whole)
        return web.Response(body=body[: len(body) // 2], status=whole.status, headers=_kept(whole))


class Cut(Fault, frozen=True, kw_only=True):
    """Sends the first half of the body and closes the connection."""

    async def strike(self, scene: Scene) -> web.StreamResponse:
        """Begin to answer, and hang up."""
        whole = await scene.go_on()
        body = body_of(whole)
        response = web.StreamResponse(status=whole.status, headers=_kept(whole))
        response.content_length = len(body)
        await response.prepare(scene.request)
        await response.write(body[: len(body) // 2])
        if scene.request.transport is not None:
            scene.request.transport.close()
        return response


class Reset(Fault, frozen=True, kw_only=True):
    """Resets the connection without a word; the call itself is not done."""

    async def strike(self, scene: Scene) -> web.StreamResponse:
        """Hang up the hard way."""
        transport = scene.request.transport
        if transport is not None:
            # Closing with nothing to linger for sends RST instead of FIN.
            connection = transport.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            transport.abort()
        return web.Response(status=500)


class Delay(Fault, frozen=True, kw_only=True):
    """Answers as usual, only later."""

    seconds: Annotated[float, Meta(gt=0)] = 1.0

    async def strike(self, scene: Scene) -> web.StreamResponse:
        """Wait a while, or until the fault is taken back."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(scene.released.wait(), self.seconds)
        return await scene.go_on()


class Hold(Fault, frozen=True, kw_only=True):
    """Answers as usual, but not before the fault is taken back."""

    async def strike(self, scene: Scene) -> web.StreamResponse:
        """Wait until somebody lets go."""
        await scene.released.wait()
        return await scene.go_on()


AnyFault = Answer | Html | Code | Throttle | Expire | Revoke | Alter | Shift | Truncate | Cut | Reset | Delay | Hold


def body_of(response: web.StreamResponse) -> bytes:
    """Return the body of an answer that has not been sent."""
    body = response.body if isinstance(response, web.Response) else None
    return body if isinstance(body, bytes) else b""


def altered(body: bytes, alter: Alter) -> bytes:
    """Return the JSON *body* as *alter* wants it; what it does not name stays as it is, to the digit."""
    parts = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    for name, part in parts.items():
        if name not in ENVELOPE and bytes(part).startswith((b"{", b"[{")):
            parts[name] = _altered_rows(part, alter)
    return msgspec.json.encode(parts | alter.put)


def _altered_rows(part: msgspec.Raw, alter: Alter) -> msgspec.Raw:
    row = dict[str, msgspec.Raw]
    rows = msgspec.json.decode(part, type=row | list[row])
    every = rows if isinstance(rows, list) else [rows]
    for each in every:
        for name in alter.drop:
            each.pop(name, None)
        each.update({name: msgspec.Raw(msgspec.json.encode(value)) for name, value in alter.each.items()})
    return msgspec.Raw(msgspec.json.encode(rows))


def _kept(response: web.StreamResponse) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name != "Content-Length"}
