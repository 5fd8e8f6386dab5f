"""A small toolkit for sources that speak HTTP: one server, plain calls, plain answers.

    rest = Rest("https://api.example.com/v1", headers={"Authorization": f"Bearer {token.value}"})
    reply = rest.get("/customers", {"page": "2"})

Every answer is a `Reply`, whatever its status: what a status means only its
vendor knows. A call that brings no answer is `Unavailable`, with a sentence
that names the host and what happened, and never a query or a token.

The connection is kept for the next call. A call is made once (the daemon knows
when to try again), goes straight to its host (no proxy is consulted), and no
redirect is followed: it would carry the token to a host that nobody allowed.
Certificates are always checked.

Rule: one call at a time, on one connection, in one thread. What runs ahead
(`get_ahead`) is only sent ahead: the answer waits in the operating system
until it is taken, which costs neither a thread nor a copy.
"""

import re
import ssl
import zlib
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from urllib.parse import SplitResult, urlencode, urlsplit

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
)

from contactd_sdk.errors import Misconfigured, Unavailable

#: No answer may be longer than this, unpacked.
BODY_LIMIT = 16 * 1024 * 1024

_HEADERS = {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "contactd"}

_NO_ADDRESS = "The address of the server must be one such as https://api.example.com."

#: `Reply.retry_after` is never sooner, and never later.
_SOONEST, _LATEST = timedelta(seconds=1), timedelta(days=1)

#: What can befall a call on its way.
_FAULTS = (HTTPError, HTTPException, OSError, zlib.error)


@dataclass(frozen=True, slots=True)
class Patience:
    """For how many seconds a call waits: to be *connected*, and through a *silence*."""

    connected: float = 10.0
    silence: float = 30.0


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered. Names in *headers* are in lower case."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    def header(self, name: str) -> str:
        """Give the header called *name*, whatever its case, or an empty text."""
        return self.headers.get(name.lower(), "")

    def retry_after(self, default: timedelta | int, *, now: datetime) -> datetime:
        """Tell when the server wants to be asked again, by its header `Retry-After`.

        It is understood in seconds and as an HTTP date; *default*, seconds or a
        duration, stands in where it is missing or says neither. The time is one
        second to one day after *now*, which must have a zone.
        """
        wait = _wait(self.header("Retry-After").strip(), now)
        if wait is None:
            wait = default if isinstance(default, timedelta) else timedelta(seconds=default)
        return now + min(max(wait, _SOONEST), _LATEST)


class Pending:
    """A call that was made, and its answer not taken yet."""

    def __init__(self, rest: "Rest", fault: Unavailable | None) -> None:
        self._rest = rest
        self._fault = fault

    def reply(self) -> Reply:
        """Take the answer, once.

        Raises:
            Unavailable: there is none, or another call was made since.
        """
        if self._fault is not None:
            raise self._fault
        return self._rest.take(self)


class Rest:
    """Calls to one server, below the address *base*; *headers* go along with each.

    Raises:
        Misconfigured: *base* is no address.
    """

    def __init__(
        self,
        base: str,
        *,
        headers: Mapping[str, str] | None = None,
        patience: Patience = Patience(),
        body_limit: int = BODY_LIMIT,
    ) -> None:
        place = _place(base)
        self._host = place.netloc.rpartition("@")[2]
        self._prefix = place.path.rstrip("/")
        self._headers = _HEADERS | dict(headers or {})
        self._patience = patience
        self._body_limit = body_limit
        self._connection = _connection(place)
        self._pending: Pending | None = None

    def get(
        self, path: str, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Ask for *path* below the base, with *params* as its query.

        Raises:
            Unavailable: there was no answer.
        """
        return self.get_ahead(path, params, headers).reply()

    def get_ahead(
        self, path: str, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Pending:
        """Make the call of a `get` now, and take its answer later; what befalls it is told then."""
        query = f"?{urlencode(params)}" if params else ""
        return self._send("GET", f"{self._prefix}{path}{query}", headers or {}, None)

    def post_form(self, path: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Reply:
        """Send *form* to *path* below the base; what it says stands in the body, never in the address.

        Raises:
            Unavailable: there was no answer.
        """
        typed = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
        return self._send("POST", f"{self._prefix}{path}", typed, urlencode(form).encode("ascii")).reply()

    def close(self) -> None:
        """Let go of the connection."""
        self._pending = None
        self._connection.close()

    def take(self, pending: Pending) -> Reply:
        """Take the answer to *pending*; see `Pending.reply`."""
        if pending is not self._pending:
            raise Unavailable(f"The answer of {self._host} was given up for another call.")
        self._pending = None
        try:
            with closing(self._connection.getresponse()) as response:
                headers = {name.lower(): value for name, value in response.headers.items()}
                return Reply(response.status, headers, self._body(response))
        except Unavailable:
            self._connection.close()
            raise
        except _FAULTS as fault:
            self._connection.close()
            # Without its cause: the words of others can hold the query.
            raise self._unavailable(fault) from None

    def _send(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None) -> Pending:
        fault = None
        try:
            self._connect()
            whole = self._headers | dict(headers)
            self._connection.request(method, target, body=body, headers=whole, preload_content=False)
        except _FAULTS as exc:
            self._connection.close()
            fault = self._unavailable(exc)
        self._pending = Pending(self, fault)
        return self._pending

    def _connect(self) -> None:
        # An answer that nobody took would be read as that of the next call.
        if self._pending is not None or not self._connection.is_connected:
            self._connection.close()
            self._connection.timeout = self._patience.connected
            self._connection.connect()
            self._connection.timeout = self._patience.silence

    def _body(self, response: urllib3.HTTPResponse) -> bytes:
        limit = self._body_limit
        body = b""
        # Once more after the last byte: only then is a body told that was cut off.
        while len(body) <= limit and (part := response.read(limit + 1 - len(body), decode_content=False)):
            body = body + part if body else part
        if body and response.headers.get("Content-Encoding", "").lower() in {"gzip", "x-gzip"}:
            body = _unpacked(body, limit)
        if len(body) > limit:
            raise Unavailable(f"{self._host} sent an answer of more than {limit} bytes.")
        return body

    def _unavailable(self, fault: Exception) -> Unavailable:
        sentence = next((says for kind, says in _SENTENCES.items() if isinstance(fault, kind)), _BROKEN)
        patience = self._patience
        return Unavailable(sentence.format(host=self._host, connected=patience.connected, silence=patience.silence))


_BROKEN = "{host} broke the connection off before its answer was complete."

#: The first that fits tells what happened: the first is one of the second, and that one of the third.
_SENTENCES: dict[type[Exception], str] = {
    NameResolutionError: "{host} cannot be found: check the address and this machine's name service.",
    NewConnectionError: "{host} refuses connections, or cannot be reached from this machine.",
    ConnectTimeoutError: "{host} did not accept a connection within {connected:g} seconds.",
    ssl.SSLCertVerificationError: ("{host} cannot be trusted: its certificate is not one that this machine accepts."),
    ReadTimeoutError: "{host} said nothing for {silence:g} seconds.",
    TimeoutError: "{host} said nothing for {silence:g} seconds.",
    zlib.error: "{host} sent an answer that cannot be unpacked.",
}


def _wait(text: str, now: datetime) -> timedelta | None:
    """Read the *text* of a `Retry-After`; `None` if it is neither seconds nor a date."""
    if re.fullmatch(r"[0-9]{1,9}", text):
        return timedelta(seconds=int(text))
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    # The oldest form of a date names no zone: in HTTP every date is in UTC.
    return (when if when.tzinfo is not None else when.replace(tzinfo=UTC)) - now


def _unpacked(body: bytes, limit: int) -> bytes:
    """Unpack *body*, but no more than one byte above *limit*: a small body may hold a huge one."""
    stream = zlib.decompressobj(16 + zlib.MAX_WBITS)
    whole = stream.decompress(body, limit + 1)
    if not stream.eof and len(whole) <= limit:
        raise zlib.error("cut off")
    return whole


def _place(base: str) -> SplitResult:
    try:
        place = urlsplit(base)
        usable = place.scheme in {"http", "https"} and bool(place.hostname) and place.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise Misconfigured(_NO_ADDRESS)
    return place


def _connection(place: SplitResult) -> HTTPConnection:
    host = place.hostname or ""
    try:
        if place.scheme == "https":
            return HTTPSConnection(host, place.port, ssl_context=ssl.create_default_context())
        return HTTPConnection(host, place.port)
    except HTTPException:
        raise Misconfigured(_NO_ADDRESS) from None
