"""What a program that calls contactctl can tell from its exit code, as one table.

The key is the reason in the daemon's answer, or else its gRPC status. A line
of advice follows the daemon's own sentence; it never replaces it.
"""

from enum import IntEnum


class Exit(IntEnum):
    """How a command ended."""

    OK = 0
    REFUSED = 1
    USAGE = 2
    NOT_FOUND = 3
    STATE = 4
    DENIED = 5
    AWAY = 6
    DEADLINE = 7
    FINDINGS = 8
    INTERRUPTED = 130


#: What client/README.md says about each of them.
MEANINGS: dict[Exit, str] = {
    Exit.OK: "done",
    Exit.REFUSED: "the daemon refused, the run that was watched did not succeed, or standard output cannot be written",
    Exit.USAGE: "the command line or the configuration is wrong; nothing was sent",
    Exit.NOT_FOUND: "what was named does not exist",
    Exit.STATE: "its state does not allow it, or somebody changed it meanwhile",
    Exit.DENIED: "you may not",
    Exit.AWAY: "the daemon, or something that it needs, does not answer",
    Exit.DEADLINE: "the answer did not come in time",
    Exit.FINDINGS: "checked, and something was found",
    Exit.INTERRUPTED: "stopped by ctrl-C",
}

BY_STATUS: dict[str, Exit] = {
    "CANCELLED": Exit.REFUSED,
    "UNKNOWN": Exit.REFUSED,
    "INVALID_ARGUMENT": Exit.REFUSED,
    "DEADLINE_EXCEEDED": Exit.DEADLINE,
    "NOT_FOUND": Exit.NOT_FOUND,
    "ALREADY_EXISTS": Exit.REFUSED,
    "PERMISSION_DENIED": Exit.DENIED,
    "RESOURCE_EXHAUSTED": Exit.REFUSED,
    "FAILED_PRECONDITION": Exit.STATE,
    "ABORTED": Exit.STATE,
    "OUT_OF_RANGE": Exit.REFUSED,
    "UNIMPLEMENTED": Exit.REFUSED,
    "INTERNAL": Exit.REFUSED,
    "UNAVAILABLE": Exit.AWAY,
    "DATA_LOSS": Exit.REFUSED,
    "UNAUTHENTICATED": Exit.DENIED,
}

#: Refusals that mean something else than their status says by itself.
BY_REASON: dict[str, Exit] = {
    "EMAIL_MISMATCH": Exit.REFUSED,
    "SYNC_LIMIT_REACHED": Exit.REFUSED,
}

ADVICE: dict[str, str] = {
    "ABORTED": "somebody changed it meanwhile: look at it again, then try again",
    "DEADLINE_EXCEEDED": "--timeout SECONDS waits longer",
    "EMAIL_MISMATCH": "authorize with the account that is registered under the workspace's own address",
    "INTERNAL": "this is a fault in contactd: its log has the details",
    "PERMISSION_DENIED": "contactctl info shows your role; ask somebody who has a higher one",
    "UNAUTHENTICATED": "name your token with --token-file or CONTACTCTL_TOKEN_FILE",
    "UNIMPLEMENTED": "what answers there is older than this contactctl, or is not contactd",
    "UNAVAILABLE": "try again in a moment",
}


def exit_of(status: str, reason: str) -> Exit:
    """Find how to end for an answer of *status* with *reason*."""
    return BY_REASON.get(reason) or BY_STATUS.get(status, Exit.REFUSED)


def advice_for(status: str, reason: str) -> str:
    """Find what to do about an answer of *status* with *reason*; often nothing more can be said."""
    return ADVICE.get(reason) or ADVICE.get(status, "")
