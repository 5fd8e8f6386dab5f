"""What a browser brings back: to a port of this machine, or pasted by whoever sits at another one.

Rule: what does not have the state that went along was sent by somebody else.
It is passed over, and the wait goes on.
"""

import io
import os
import select
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from contactctl.exits import Exit
from contactctl.failures import Failure, usage

#: Where it listens, whatever a browser calls that.
HOST = "127.0.0.1"
_PATH = "/callback"

#: Seconds in which a browser says what it wants, once it is connected.
_PATIENCE = 5.0

_DONE = "contactctl has what it needs. You can close this window and go back to your terminal."
_PAGE = "<!doctype html><meta charset=utf-8><title>contactd</title><p>{words}</p>"
_ODD = "this is not the address that the browser was sent to: copy all of it, from http:// to its end, and paste it"


class Callback:
    """A port of the loopback that a browser is sent to, by the name *host*; *port* 0 takes a free one."""

    def __init__(self, port: int, host: str = HOST) -> None:
        """Take the port.

        Raises:
            Failure: somebody else has it.
        """
        self._host = host
        self._found: dict[str, str] = {}
        self._state = ""
        try:
            self._server = HTTPServer((HOST, port), self._handler())
        except (OSError, OverflowError) as error:
            raise usage(
                f"port {port} of this machine cannot be taken: the browser could not come back to it",
                "end what has it, or say another with --redirect-port; it must be registered with the client",
            ) from error

    @property
    def address(self) -> str:
        """Where the browser is sent."""
        return f"http://{self._host}:{self._server.server_address[1]}{_PATH}"

    def wait(self, state: str, *, seconds: float, note: Callable[[str], None]) -> Mapping[str, str]:
        """Wait for the parameters that come back with *state*, or are pasted; an odd paste is told by *note*.

        Raises:
            Failure: nothing came within so many *seconds*.
        """
        self._state = state
        pasted = _Pasted()
        ends = time.monotonic() + seconds
        while not self._found:
            waited: list[Any] = [self._server, *pasted.files]
            ready = select.select(waited, [], [], 0 if pasted.lines else max(0.0, ends - time.monotonic()))[0]
            if not (ready or pasted.lines):
                raise Failure(
                    Exit.DEADLINE,
                    "nobody consented in time; begin again",
                    ("over SSH, paste the address that the browser was sent to",),
                    status="DEADLINE_EXCEEDED",
                )
            if self._server in ready:
                self._server.handle_request()
            for line in pasted.take(ready):
                if not self._is_ours(_parameters(line)):
                    note(_ODD)
        return self._found

    def close(self) -> None:
        """Give the port back."""
        self._server.server_close()

    def _is_ours(self, parameters: dict[str, str]) -> bool:
        ours = bool(self._state) and parameters.get("state") == self._state
        if ours:
            self._found = parameters
        return ours

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        callback = self

        class Handler(BaseHTTPRequestHandler):
            """Answers the browser, and tells nobody else anything."""

            timeout = _PATIENCE

            def do_GET(self) -> None:
                """Take what the browser brings."""
                place = urlsplit(self.path)
                ours = place.path == _PATH and callback._is_ours(_parameters(self.path))
                body = _PAGE.format(words=_DONE if ours else "Nothing is expected here.").encode()
                self.send_response(200 if ours else 404)
                for name, value in (
                    ("Content-Type", "text/html; charset=utf-8"),
                    ("Content-Length", str(len(body))),
                    ("Cache-Control", "no-store"),
                    ("Referrer-Policy", "no-referrer"),
                ):
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Say nothing: the address holds the code."""

        return Handler


class _Pasted:
    """Standard input, line by line, without waiting for it."""

    def __init__(self) -> None:
        #: What to wait for: its descriptor, until it ends.
        self.files: list[int] = []
        #: Lines that are there already.
        self.lines: list[str] = []
        self._half = b""
        if sys.stdin is None:
            return
        try:
            self.files = [sys.stdin.fileno()]
        except io.UnsupportedOperation:
            # No descriptor to wait for: all of it is there already, or nothing can be had.
            with suppress(OSError):
                self.lines = sys.stdin.read().splitlines()

    def take(self, ready: list[Any]) -> list[str]:
        """Give the lines that have come, once."""
        for file in [file for file in self.files if file in ready]:
            octets = os.read(file, 65_536)
            *whole, self._half = (self._half + octets).split(b"\n")
            if not octets:
                self.files = []
                whole = [self._half]
            self.lines += [line.decode(errors="replace") for line in whole]
        found, self.lines = [line for line in self.lines if line.strip()], []
        return found


def _parameters(text: str) -> dict[str, str]:
    try:
        place = urlsplit(text.strip())
    except ValueError:
        return {}
    return dict(parse_qsl(place.query))
