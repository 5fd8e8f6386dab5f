"""What gRPC raises, as the failure that a person reads.

Rule: the daemon's own sentence is passed on as it is. Only where there is
none, because nobody answered, do we make one.
"""

from typing import TYPE_CHECKING, Any, cast

from google.rpc import error_details_pb2
from grpc_status import rpc_status

from contactctl.exits import advice_for, exit_of
from contactctl.failures import Failure, Violation
from contactctl.target import START_ADVICE, TLS_ADVICE, is_socket

if TYPE_CHECKING:
    import grpc

#: Collections that have a `list` command which shows what there is.
_LISTED = (
    "plugins",
    "connections",
    "lists",
    "topics",
    "fields",
    "syncs",
    "runs",
    "contacts",
    "suppressions",
    "notifications",
    "workspaces",
)
#: What grpc says when TLS fails. A daemon that does not trust the client's
#: certificate, or waits for TLS and gets none, just hangs up.
_TLS_SIGNS = ("handshake failed", "verification check failed", "socket closed", "connection reset")


def failure_of(error: "grpc.RpcError", *, address: str, waited: float | None) -> Failure:
    """Translate *error*, met at *address* after waiting at most *waited* seconds."""
    # Every error of a call is the call too; the types do not know.
    call = cast("grpc.Call", error)
    status, message = call.code().name, call.details() or ""
    details = _details(call)
    info = details.get("ErrorInfo")
    if info is None and status == "UNAVAILABLE":
        return _unreachable(address, message)
    if info is None and status == "DEADLINE_EXCEEDED":
        message = f"contactd at {address} did not answer" + (f" within {waited:g} s" if waited else "")
    reason = info.reason if info is not None else ""
    return Failure(
        exit_of(status, reason),
        message or f"contactd at {address} refused with {status} and no word of explanation",
        tuple(filter(None, (_where_to_look(details), advice_for(status, reason)))),
        status=status,
        reason=reason,
        metadata=dict(info.metadata) if info is not None else {},
        violations=_violations(details),
    )


def _unreachable(address: str, message: str) -> Failure:
    # grpc tells of every address that it tried; the last part is what happened.
    cause = message.rpartition("last error: ")[2] or "nobody answers"
    return Failure(
        exit_of("UNAVAILABLE", ""),
        f"cannot reach contactd at {address}: {cause}",
        TLS_ADVICE if _is_about_tls(address, cause) else START_ADVICE,
        status="UNAVAILABLE",
    )


def _is_about_tls(address: str, cause: str) -> bool:
    """Tell whether somebody answered at *address*, but the two could not agree on TLS."""
    return not is_socket(address) and any(sign in cause.lower() for sign in _TLS_SIGNS)


def _details(call: "grpc.Call") -> dict[str, Any]:
    """Unpack the details that came along, by the name of their type."""
    try:
        status = rpc_status.from_call(call)
    except ValueError:  # details that belong to another status: as good as none
        return {}
    found: dict[str, Any] = {}
    for packed in status.details if status is not None else ():
        kind = packed.TypeName().removeprefix("google.rpc.")
        message = getattr(error_details_pb2, kind, lambda: None)()
        if message is not None and packed.Unpack(message):
            found[kind] = message
    return found


def _violations(details: dict[str, Any]) -> tuple[Violation, ...]:
    request = details.get("BadRequest")
    return tuple(Violation(v.field, v.description) for v in request.field_violations) if request else ()


def _where_to_look(details: dict[str, Any]) -> str:
    resource = details.get("ResourceInfo")
    parts = resource.resource_name.split("/") if resource is not None else []
    collections = [part for part in parts[:-1] if part in _LISTED]
    return f"contactctl {collections[-1]} list shows what there is" if collections else ""
