"""What a daemon that answers for nothing but itself says to everything else that the contract has."""

from typing import Any, NoReturn

import grpc

from contactd.api import access
from contactd.domain.refusals import Conflict

_MESSAGE = (
    "this daemon carries runs, and answers for nothing but itself; "
    "ask one of its fleet that was started with `--role control` or `--role all`"
)


class Elsewhere(grpc.GenericRpcHandler):
    """Refuses every call of the contract, by a sentence: whoever asks is told whom to ask."""

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> "grpc.RpcMethodHandler[Any, Any] | None":
        """Give what refuses a call; a method that no daemon has is none of ours."""
        if handler_call_details.method not in _methods():
            return None
        return grpc.unary_unary_rpc_method_handler(_refuse, request_deserializer=bytes)


def _methods() -> frozenset[str]:
    return frozenset(
        f"/{service.full_name}/{method.name}" for service in access.services() for method in service.methods
    )


async def _refuse(_request: bytes, _context: object) -> NoReturn:
    raise Conflict(_MESSAGE, reason="ANSWERED_ELSEWHERE")
