"""Who is calling, and what they may.

Rule: deny by default. Each method of the contract names the least role that
may call it; a method that names none is refused to all. This is the only
place that decides.

Over a socket or a plain port the caller is known by the role of that place.
Over TLS the client's certificate says both: its common name is the caller's
name, and its one URI `contactd://role/ROLE` is the role.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from google.protobuf.descriptor import ServiceDescriptor

from contactd.api.listeners import Role
from contactd.domain.refusals import Denied
from contactd_proto import v1
from contactd_proto.v1 import access_pb2

#: Beside the contract; whoever may look may also ask whether the daemon is well, and how it is spoken to.
_BESIDE = {
    "/grpc.health.v1.Health/Check": Role.VIEWER,
    "/grpc.health.v1.Health/Watch": Role.VIEWER,
    "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo": Role.VIEWER,
}

_ROLE_URI = "contactd://role/"
#: Names that callers without a certificate have, and the daemon itself: no certificate may bear one.
_OWN_NAMES = frozenset({"contactd", "engine", "scheduler", "local", *(role.word for role in Role)})
#: What X.509 allows a common name to have.
_LONGEST_NAME = 64


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is calling: *name* stands in events and in the log."""

    name: str
    role: Role


class Connected(Protocol):
    """What is asked of a call's context to tell who is calling."""

    def auth_context(self) -> Mapping[str, Any]:
        """Tell what the transport has proved."""
        ...


#: Tells who is calling, from the context of a call; one for each listener.
Identify = Callable[[Connected], Actor]

_CALLER: ContextVar[Actor] = ContextVar("caller")


def enter(actor: Actor) -> None:
    """Let *actor* be the caller from here on; each call has a context of its own."""
    _CALLER.set(actor)


def caller(_context: object) -> Actor:
    """Tell who makes the call that is being answered."""
    return _CALLER.get()


def everybody(name: str, role: Role) -> Identify:
    """Identify all callers of one place alike."""
    actor = Actor(name, role)
    return lambda _context: actor


def certified(context: Connected) -> Actor:
    """Identify the caller by the certificate that the handshake has checked.

    Raises:
        Denied: the certificate names no role, or nobody, or the connection is older than TLS 1.3.
    """
    proved = context.auth_context()
    # grpcio cannot be told the least version, but tells which one it is (an older one does not).
    version = _texts(proved, "ssl_tls_version")
    if version not in ([], ["TLSv1.3"]):
        raise Denied(f"the connection is {version[0]}; connect with TLS 1.3", reason="TLS_TOO_OLD")
    return Actor(_certified_name(proved), _certified_role(proved))


def _certified_role(proved: Mapping[str, Any]) -> Role:
    named = [uri.removeprefix(_ROLE_URI) for uri in _texts(proved, "peer_uri") if uri.startswith(_ROLE_URI)]
    roles = {role.word: role for role in Role}
    if len(named) != 1 or named[0] not in roles:
        raise Denied(
            f"the certificate must name one role, by a URI such as '{_ROLE_URI}operator' "
            "among its alternative names; ask whoever issued it for one that does",
            reason="CERTIFICATE_WITHOUT_ROLE",
        )
    return roles[named[0]]


def _certified_name(proved: Mapping[str, Any]) -> str:
    names = _texts(proved, "x509_common_name")
    if len(names) != 1 or not names[0].isprintable() or not 0 < len(names[0]) <= _LONGEST_NAME:
        raise Denied(
            "the certificate must have one common name, of the person or program that it stands for",
            reason="CERTIFICATE_WITHOUT_NAME",
        )
    if names[0].lower() in _OWN_NAMES:
        raise Denied(
            f"the certificate's common name '{names[0]}' is one that contactd uses itself; "
            "take the name of the person or program that it stands for",
            reason="CERTIFICATE_NAME_RESERVED",
            name=names[0],
        )
    return names[0]


def _texts(proved: Mapping[str, Any], name: str) -> list[str]:
    return [value.decode(errors="replace") for value in proved.get(name, ())]


def permit(actor: Actor, method: str) -> None:
    """Let *actor* call *method*, such as `/contactd.v1.SyncService/PauseSync`.

    Raises:
        Denied: the role is too low, or the method names none.
    """
    needed = required().get(method)
    verb = method.rpartition("/")[2]
    if needed is None:
        raise Denied(f"'{verb}' is not open to anybody", method=verb)
    if actor.role < needed:
        raise Denied(
            f"'{verb}' needs the role '{needed.word}', and you have '{actor.role.word}'; "
            "ask somebody who has it, or connect as one who has",
            method=verb,
            needed=needed.word,
            role=actor.role.word,
        )


@cache
def required() -> Mapping[str, Role]:
    """Give the table: method -> the least role that may call it, read from the contract."""
    table = dict(_BESIDE)
    for service in services():
        for method in service.methods:
            role = method.GetOptions().Extensions[access_pb2.role]
            if role:
                table[f"/{service.full_name}/{method.name}"] = Role(role)
    return table


def services() -> Iterator[ServiceDescriptor]:
    """Go through the services of the contract."""
    for module in pkgutil.iter_modules(v1.__path__):
        if module.name.endswith("_pb2"):
            stubs = importlib.import_module(f"{v1.__name__}.{module.name}")
            yield from stubs.DESCRIPTOR.services_by_name.values()
