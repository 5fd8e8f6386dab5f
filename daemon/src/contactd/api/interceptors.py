"""What every call goes through: who is calling, whether they may, and that nothing leaks.

Rule: a refusal goes out as a status with its sentence; everything else that
is raised stays inside, and only an incident number goes out. Messages are
read and written in here as well, since grpc tells a client the text of
whatever is raised outside.
"""

from collections import Counter
from typing import Any, TypeAlias

import grpc
import structlog
from grpc import aio

log = structlog.get_logger()

Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"
Context: TypeAlias = "aio.ServicerContext[Any, Any]"

OK = "OK"
CANCELLED = "CANCELLED"


class Calls:
    """How many calls of each method ended how, and how long they took together."""

    def __init__(self) -> None:
        self.ended: Counter[tuple[str, str]] = Counter()
        self.seconds: Counter[str] = Counter()

    def end(self, method: str, status: str, seconds: float) -> None:
        """Count a call that has ended."""
        self.ended[method, status] += 1
        self.seconds[method] += seconds  # type: ignore[assignment]
        log.debug("call_ended", method=method, status=status, milliseconds=round(seconds * 1000, 1))
