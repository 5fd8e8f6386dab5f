"""What part of the work a daemon does, where several share a store."""

from enum import StrEnum


class DaemonRole(StrEnum):
    """Every daemon looks after the schedule; which of them answer and which carry runs is their operator's choice."""

    ALL = "all"
    CONTROL = "control"
    WORKER = "worker"

    @property
    def answers(self) -> bool:
        """Whether people and services may ask it."""
        return self is not DaemonRole.WORKER

    @property
    def carries(self) -> bool:
        """Whether it carries runs."""
        return self is not DaemonRole.CONTROL
