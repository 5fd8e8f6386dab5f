"""How frames travel: a length of four bytes, big end first, then one MessagePack value.

Rule: what comes is decoded straight into one of the types that are expected.
What does not fit is refused; nothing is ever unpickled.
"""

import socket
import struct
import time
from threading import Lock
from typing import Any, Generic, TypeVar

import msgspec

from contactd.host.frame import Frame
from contactd.host.frames import Broken

#: The longest frame either end takes, in bytes.
LIMIT = 64 * 1024 * 1024

_LENGTH = struct.Struct(">I")

_Incoming = TypeVar("_Incoming")


class Unreadable(Exception):
    """What came is no frame that was expected; the message is safe to show."""


class Channel(Generic[_Incoming]):
    """One end of a socket, with frames of the types *expected* coming in.

    Any thread may send; one at a time may receive.
    """

    def __init__(self, link: socket.socket, expected: Any) -> None:
        self._link = link
        self._decoder: msgspec.msgpack.Decoder[_Incoming] = msgspec.msgpack.Decoder(expected)
        self._encoder = msgspec.msgpack.Encoder()
        self._buffer = bytearray()
        self._sending = Lock()

    def send(self, frame: Frame, within: float | None = None) -> None:
        """Send *frame*.

        Raises:
            Broken: it holds what cannot be sent.
            OSError: the other end is gone, or does not take it *within* that many seconds.
        """
        with self._sending:
            try:
                self._encoder.encode_into(frame, self._buffer, _LENGTH.size)
            except (TypeError, ValueError, OverflowError):
                # Not chained: the text of these may hold the value.
                raise Broken(f"gave a value that cannot be sent in {type(frame).__name__}") from None
            size = len(self._buffer) - _LENGTH.size
            if size > LIMIT:
                raise Broken(f"gave {size} bytes at once, and {LIMIT} is the limit")
            _LENGTH.pack_into(self._buffer, 0, size)
            self._link.settimeout(within)
            self._link.sendall(self._buffer)

    def receive(self, within: float | None = None) -> _Incoming:
        """Take the next frame.

        Raises:
            EOFError: the other end is gone.
            ConnectionError: so it is, and it did not read all that was sent.
            TimeoutError: there was no whole frame *within* that many seconds.
            Unreadable: it is none of the expected types.
        """
        deadline = None if within is None else time.monotonic() + within
        (size,) = _LENGTH.unpack(self._take(_LENGTH.size, deadline))
        if size > LIMIT:
            raise Unreadable(f"it claims {size} bytes, and {LIMIT} is the limit")
        frame = self._take(size, deadline)
        try:
            return self._decoder.decode(frame)
        except msgspec.MsgspecError as exc:
            # Only these texts name types and places and never a value.
            raise Unreadable(str(exc) if str(exc).startswith("Expected `") else "it is no frame") from None

    def _take(self, size: int, deadline: float | None) -> bytearray:
        taken = bytearray(size)
        rest = memoryview(taken)
        while rest:
            self._link.settimeout(None if deadline is None else max(deadline - time.monotonic(), 1e-6))
            count = self._link.recv_into(rest)
            if count == 0:
                raise EOFError("the other end is gone")
            rest = rest[count:]
        return taken

    def shut(self) -> None:
        """End the talk from any thread: whoever waits at either end sees the end of it."""
        try:
            self._link.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # the other end was quicker

    def close(self) -> None:
        """Let go of the socket."""
        self._link.close()
