"""The places where servers listen, on the file system and on the network.

A socket file that a dead daemon left behind is taken away; one that a living
daemon answers at is left alone. grpc would take both.
"""

import errno
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from contactd.api.listeners import Listener, Plain, Role, Tls, UnixSocket
from contactd.domain.refusals import Conflict, Fault, Invalid

#: Who may open a socket: its owner, or its group as well. The folder's group is the socket's.
_MODES = {Role.ADMIN: 0o600, Role.OPERATOR: 0o660, Role.VIEWER: 0o660}


def check(listener: Listener) -> None:
    """See that *listener* can be listened at, and that nobody does.

    Raises:
        Conflict: somebody does (`ADDRESS_TAKEN`).
        Invalid: it cannot be.
    """
    if isinstance(listener, UnixSocket):
        _check_socket(listener)
    else:
        _check_port(listener)


@contextmanager
def narrow() -> Iterator[None]:
    """Let nobody but the owner open what is made meanwhile."""
    before = os.umask(0o177)
    try:
        yield
    finally:
        os.umask(before)


def open_to_role(listener: UnixSocket) -> None:
    """Let those open the socket who have its role."""
    listener.path.chmod(_MODES[listener.role])


def _check_socket(listener: UnixSocket) -> None:
    path = listener.path
    try:
        # Folders that are for a group were made by systemd-tmpfiles; one of our own making is for its owner.
        path.parent.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        if path.exists() or path.is_symlink():
            _take_away(path)
    except OSError as exc:
        raise Invalid(
            Fault(
                "listen.unix",
                f"the socket '{path}' cannot be made ({exc.strerror}); make its folder writable for the user "
                "that contactd runs as, or name another folder in [listen] unix",
            )
        ) from exc


def _take_away(path: Path) -> None:
    if not path.is_socket():
        raise Invalid(
            Fault("listen.unix", f"'{path}' is in the way and is no socket; remove it, or name another folder")
        )
    if _answers(path):
        raise Conflict(
            f"another contactd listens at '{path}'; stop that one, "
            "or give this one a folder of its own in [listen] unix",
            reason="ADDRESS_TAKEN",
            address=str(path),
        )
    path.unlink()


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        # A daemon that is too busy to take the connection is alive as well.
        probe.settimeout(0)
        refused = probe.connect_ex(str(path))
        return refused not in {errno.ECONNREFUSED, errno.ENOENT}


def _check_port(listener: Tls | Plain) -> None:
    setting = "listen.tls.port" if isinstance(listener, Tls) else "listen.insecure"
    family = socket.AF_INET6 if ":" in listener.address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((listener.address, listener.port))
    except OSError as exc:
        if exc.errno == errno.EADDRINUSE:
            raise Conflict(
                f"somebody else listens at '{listener}'; stop that one, or choose another port in {setting}",
                reason="ADDRESS_TAKEN",
                address=str(listener),
            ) from exc
        message = f"contactd cannot listen at '{listener}' ({exc.strerror}); choose another address or port"
        raise Invalid(Fault(setting, message)) from exc
