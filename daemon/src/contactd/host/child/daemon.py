"""The daemon as a child sees it: the other end of a socket, and a token now and then."""

import os
import socket
from threading import Lock

from contactd.host.channel import Channel
from contactd.host.frame import Frame
from contactd.host.frames import Broken, Failed, Renew, Renewed, Request
from contactd_sdk import Token


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


class ChildAccess:
    """The way into an account, as a source gets it: renewed by a frame."""

    def __init__(self, daemon: Daemon, organization: str, token: Token) -> None:
        self._daemon = daemon
        self._organization = organization
        self._tokens = [token]
        self._renewing = Lock()
        self._allowed = False

    @property
    def organization(self) -> str:
        """The chosen organization's id."""
        return self._organization

    @property
    def token(self) -> Token:
        """The token in force."""
        return self._tokens[-1]

    @property
    def secrets(self) -> list[str]:
        """Every token there was."""
        return [token.value for token in self._tokens]

    def renew(self) -> Token:
        """Ask the daemon for a newer token. Any thread of the plugin may."""
        with self._renewing:
            if not self._allowed:
                raise Broken("asked for a token while no run was waiting for it")
            self._daemon.send(Renew())
            match self._daemon.receive():
                case Renewed(token=token):
                    self._tokens.append(token)
                    return token
                case Failed() as failed:
                    raise failed.error()
                case other:
                    raise Broken(f"was sent {type(other).__name__} instead of a token")

    def allow(self, *, renewing: bool) -> None:
        """Let the source renew from now on, or no more; a renewal under way is waited for."""
        with self._renewing:
            self._allowed = renewing
