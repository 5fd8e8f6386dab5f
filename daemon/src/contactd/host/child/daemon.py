"""The daemon as a child sees it: the other end of a socket, and a question now and then."""

import os
import socket
from threading import Lock
from typing import TypeVar

from contactd.host.asides import Blocked, Find, Keep, Renew, Take
from contactd.host.channel import Channel
from contactd.host.frame import Frame
from contactd.host.frames import Broken, Failed, Request

_Frame = TypeVar("_Frame", bound=Frame)

#: What each question is about, where it was asked too late.
_ABOUT: dict[type[Frame], str] = {
    Renew: "asked for a token",
    Take: "asked for a call",
    Blocked: "told of a block",
    Find: "asked for its shelf",
    Keep: "asked for its shelf",
}


class Daemon:
    """The other end. When it hangs up, this process is over, whatever it is doing."""

    def __init__(self, link: socket.socket) -> None:
        self._channel: Channel[Request] = Channel(link, Request)

    def send(self, frame: Frame) -> None:
        """Send *frame*, and wait while the daemon is busy.

        Raises:
            Broken: it holds what cannot be sent.
        """
        try:
            self._channel.send(frame)
        except OSError:
            os._exit(0)

    def receive(self) -> Request:
        """Wait for the next frame."""
        try:
            return self._channel.receive()
        except (EOFError, OSError):
            # No exception: it would pass through the plugin's code, which could swallow it.
            os._exit(0)


class Line:
    """Questions to the daemon while it waits for an answer of ours. Any thread of the plugin may ask, one at a time."""

    def __init__(self, daemon: Daemon) -> None:
        self._daemon = daemon
        self._asking = Lock()
        self._open = False

    def ask(self, question: Frame, answer: type[_Frame]) -> _Frame:
        """Ask *question*, and give its *answer*.

        Raises:
            Broken: nobody listens now.
            SourceError: the daemon refuses.
        """
        with self._asking:
            self._check_open(question)
            self._daemon.send(question)
            match self._daemon.receive():
                case answer() as told:
                    return told
                case Failed() as failed:
                    raise failed.error()
                case other:
                    raise Broken(f"was sent {type(other).__name__} instead of {answer.__name__}")

    def say(self, word: Frame) -> None:
        """Tell the daemon something that it does not answer.

        Raises:
            Broken: nobody listens now.
        """
        with self._asking:
            self._check_open(word)
            self._daemon.send(word)

    def allow(self, *, asking: bool) -> None:
        """Let the source ask from now on, or no more; a question under way is waited for."""
        with self._asking:
            self._open = asking

    def _check_open(self, frame: Frame) -> None:
        if not self._open:
            raise Broken(f"{_ABOUT[type(frame)]} while no run was waiting for it")
