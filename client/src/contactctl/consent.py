"""Consent that a person gives elsewhere: in a browser, or on another device by a short code.

Rule: whatever ends it but the consent leaves nothing behind at the daemon. No
secret passes through here, and the code that comes back goes to the daemon as it is.
"""

import os
import sys
import threading
import time
import webbrowser
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from contactctl.callback import Callback
from contactctl.daemon import PATIENT, Daemon
from contactctl.exits import Exit
from contactctl.failures import Failure
from contactctl.names import short
from contactctl.output import Output
from contactctl.render import plural
from contactd_proto.v1.connection_pb2 import (
    Authorization,
    BeginAuthorizationRequest,
    CancelAuthorizationRequest,
    CompleteAuthorizationRequest,
    Connection,
    PollAuthorizationRequest,
)

if TYPE_CHECKING:
    from contactctl.options import Setup

#: How many seconds a person may take in a browser; the daemon gives no more.
_PATIENCE = 600.0

#: What can open a browser, and where a browser that is opened would be seen by nobody.
_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
_ELSEWHERE = ("SSH_CONNECTION", "SSH_TTY")


@dataclass(frozen=True, slots=True)
class Redirect:
    """Where a browser comes back to, as it was registered: a name of this machine, and a port."""

    host: str
    port: int


def in_a_browser(daemon: Daemon, setup: "Setup", wanted: Connection, back: Redirect, *, opens: bool) -> Connection:
    """Have consent given to *wanted* in a browser, which is sent *back* to this machine.

    Raises:
        Failure: the daemon refused, the owner did, or nobody consented in time.
    """
    callback = Callback(back.port, back.host)
    try:
        request = BeginAuthorizationRequest(
            connection=wanted, flow=Authorization.FLOW_BROWSER, redirect_uri=callback.address
        )
        with _begun(daemon, request) as begun:
            _tell(setup.output, begun.address)
            if opens and _has_screen(setup.environ):
                # A browser in the foreground would wait for us, and we for it.
                threading.Thread(target=webbrowser.open, args=(begun.address,), daemon=True).start()
            found = callback.wait(begun.state, seconds=_PATIENCE, note=setup.output.note)
            finished = CompleteAuthorizationRequest(name=wanted.name, callback=found)
            return daemon.call(daemon.connections.CompleteAuthorization, finished, within=PATIENT)
    finally:
        callback.close()


def on_a_device(
    daemon: Daemon, output: Output, wanted: Connection, *, pause: Callable[[float], None] = time.sleep
) -> Connection:
    """Have consent given to *wanted* on another device; *pause* is how to wait between two questions.

    Raises:
        Failure: the daemon refused, the owner did, or nobody consented in time.
    """
    request = BeginAuthorizationRequest(connection=wanted, flow=Authorization.FLOW_DEVICE)
    with _begun(daemon, request) as begun:
        minutes = plural(max(1, round((begun.expire_time.ToSeconds() - time.time()) / 60)), "minute")
        output.note(f"open {begun.address} on any device and type {begun.user_code} there, within {minutes}")
        wait = begun.interval.ToSeconds()
        poll = PollAuthorizationRequest(name=wanted.name, state=begun.state)
        while True:
            pause(wait)
            try:
                answer = daemon.call(daemon.connections.PollAuthorization, poll, within=PATIENT)
            except Failure as failure:
                if failure.status not in {"UNAVAILABLE", "RESOURCE_EXHAUSTED"}:
                    raise
                output.note(f"{failure.message}; it is asked again")
                continue
            if answer.HasField("connection"):
                return answer.connection
            wait = answer.interval.ToSeconds()


@contextmanager
def _begun(daemon: Daemon, request: BeginAuthorizationRequest) -> Iterator[Authorization]:
    """Begin a consent for the block, and end it if the block does not come to its own end."""
    begun = daemon.call(daemon.connections.BeginAuthorization, request, within=PATIENT)
    try:
        yield begun
    except (Failure, KeyboardInterrupt) as ended:
        cancel = CancelAuthorizationRequest(name=request.connection.name, state=begun.state)
        with suppress(Failure):
            daemon.call(daemon.connections.CancelAuthorization, cancel)
        if isinstance(ended, Failure):
            raise
        raise Failure(
            Exit.INTERRUPTED,
            f"nobody consented for '{short(request.connection.name)}', and nothing of it is kept",
            status="CANCELLED",
        ) from None


def _tell(output: Output, address: str) -> None:
    output.note("open this address in a browser, sign in as the owner of the account, and accept:")
    output.note(address)
    output.note("if the browser runs on another machine, paste the address here that it is sent to in the end")


def _has_screen(environ: Mapping[str, str]) -> bool:
    if any(environ.get(name) for name in _ELSEWHERE):
        return False
    return sys.platform == "darwin" or os.name == "nt" or any(environ.get(name) for name in _SCREENS)
