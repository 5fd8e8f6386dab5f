"""Where the daemon listens, and which role each place gives.

Rule: a socket file has one role, fixed by its folder; its owner, group and
mode say who may open it. Off this machine, the client's certificate says it.
"""

from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import TypeAlias


class Role(IntEnum):
    """Who may make a call; each may do what the ones before it may. The numbers are the contract's."""

    VIEWER = 1
    OPERATOR = 2
    ADMIN = 3

    @property
    def word(self) -> str:
        """The role as people write it."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class UnixSocket:
    """A socket file; whoever may open it has *role*."""

    path: Path
    role: Role

    def __str__(self) -> str:
        return f"unix://{self.path}"


@dataclass(frozen=True, slots=True)
class Tls:
    """A port for other machines; *client_ca* has signed who may come, and each certificate names a role."""

    address: str
    port: int
    certificate: Path
    key: Path
    client_ca: Path

    def __str__(self) -> str:
        return endpoint(self.address, self.port)


@dataclass(frozen=True, slots=True)
class Plain:
    """A port of the loopback without TLS; everybody on this machine has *role*."""

    address: str
    port: int
    role: Role

    def __str__(self) -> str:
        return endpoint(self.address, self.port)


Listener: TypeAlias = UnixSocket | Tls | Plain

#: The socket in each role's folder.
SOCKET_NAME = "api.sock"


def sockets(folder: Path) -> tuple[UnixSocket, ...]:
    """Name the socket files below *folder*, one in a folder for each role."""
    return tuple(
        UnixSocket(folder / role.word / SOCKET_NAME, role) for role in (Role.ADMIN, Role.OPERATOR, Role.VIEWER)
    )


def endpoint(address: str, port: int) -> str:
    """Write *address* and *port* as one text."""
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
