"""Refusals -> google.rpc statuses; the only place that knows codes.

Every status has one `ErrorInfo` with the reason and each variable of the
sentence. All of it travels in the trailers of the answer, which clients take
up to 8 KiB: what is too long is cut, and says so.
"""

from collections.abc import Iterator
from typing import Any

import grpc
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2

from contactd.domain.refusals import (
    Away,
    Conflict,
    ContactdError,
    Denied,
    Exhausted,
    Exists,
    Fault,
    Invalid,
    NotFound,
    Stale,
)

DOMAIN = "contactd"

CODES: dict[type[ContactdError], grpc.StatusCode] = {
    NotFound: grpc.StatusCode.NOT_FOUND,
    Conflict: grpc.StatusCode.FAILED_PRECONDITION,
    Stale: grpc.StatusCode.ABORTED,
    Exists: grpc.StatusCode.ALREADY_EXISTS,
    Invalid: grpc.StatusCode.INVALID_ARGUMENT,
    Denied: grpc.StatusCode.PERMISSION_DENIED,
    Exhausted: grpc.StatusCode.RESOURCE_EXHAUSTED,
    Away: grpc.StatusCode.UNAVAILABLE,
}

#: The codes by the numbers that they have in a status.
CODE_OF_NUMBER: dict[int, grpc.StatusCode] = {code.value[0]: code for code in grpc.StatusCode}

#: The fact that says after how many seconds it is worth trying again.
RETRY_AFTER = "retry_after"

_DEFAULT_RETRY = 5
_LONGEST_MESSAGE = 600
_LONGEST_FACT = 200
#: For all of the violations together, in octets.
_ROOM = 2400


def code_of(refusal: ContactdError) -> grpc.StatusCode:
    """Tell the code of a refusal, by its family."""
    for family in type(refusal).__mro__:
        if family in CODES:
            return CODES[family]
    return grpc.StatusCode.FAILED_PRECONDITION


def status_of(refusal: ContactdError) -> Any:
    """Turn a refusal into a `google.rpc.Status` with its details."""
    return _status(code_of(refusal), refusal.message, _info(refusal.reason, refusal.facts), *_details(refusal))


def unexpected(incident: str) -> Any:
    """Turn a bug into a status that tells nothing but where its log entry is."""
    message = f"something went wrong inside contactd; its log tells more under incident '{incident}'"
    return _status(grpc.StatusCode.INTERNAL, message, _info("INTERNAL", {"incident": incident}))


def metadata(status: Any) -> tuple[tuple[str, bytes], ...]:
    """Give the trailers that carry *status* with its details."""
    return (("grpc-status-details-bin", status.SerializeToString()),)


def _status(code: grpc.StatusCode, message: str, *details: Message) -> Any:
    status = status_pb2.Status(code=code.value[0], message=_short(message, _LONGEST_MESSAGE))
    for detail in details:
        status.details.add().Pack(detail)
    return status


def _info(reason: str, facts: dict[str, str]) -> Any:
    short = {name: _short(value, _LONGEST_FACT) for name, value in facts.items()}
    return error_details_pb2.ErrorInfo(reason=reason, domain=DOMAIN, metadata=short)


def _details(refusal: ContactdError) -> Iterator[Message]:
    message = _short(refusal.message, _LONGEST_MESSAGE)
    match refusal:
        case Invalid():
            yield _bad_request(refusal.faults)
        case NotFound():
            name = _short(refusal.name, _LONGEST_FACT)
            yield error_details_pb2.ResourceInfo(resource_type=refusal.kind, resource_name=name, description=message)
        case Conflict():
            failure = error_details_pb2.PreconditionFailure()
            subject = _short(refusal.facts.get("name", ""), _LONGEST_FACT)
            failure.violations.add(type=refusal.reason, subject=subject, description=message)
            yield failure
        case Away() | Exhausted():
            retry = error_details_pb2.RetryInfo()
            retry.retry_delay.FromSeconds(_seconds(refusal.facts.get(RETRY_AFTER, "")))
            yield retry


def _seconds(text: str) -> int:
    return int(text) if text.isdecimal() else _DEFAULT_RETRY


def _bad_request(faults: tuple[Fault, ...]) -> Any:
    request = error_details_pb2.BadRequest()
    for told, fault in enumerate(faults):
        request.field_violations.add(
            field=_short(fault.field, _LONGEST_FACT),
            description=_short(fault.message, _LONGEST_MESSAGE),
            reason=fault.reason,
        )
        if request.ByteSize() > _ROOM:
            del request.field_violations[-1]
            request.field_violations.add(description=f"and {len(faults) - told} more; mend these first")
            break
    return request


def _short(text: str, octets: int) -> str:
    encoded = text.encode(errors="replace")
    if len(encoded) <= octets:
        return encoded.decode()
    return encoded[:octets].decode(errors="ignore") + "…"
