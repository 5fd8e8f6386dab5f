"""What a fault is, and what must come of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from contactd_sdk import AuthFailed, Misconfigured, SourceError, Throttled, Unavailable

#: Stands in every message of the vendor, and must stand in none of ours.
PRIVATE = "for ann@example.com with 1000.0123456789abcdef0123456789abcdef.0123456789abcdef0123456789abcdef"


class Given(Enum):
    """What the connector gives instead of an error."""

    #: The same as without the fault.
    SAME = "the same"
    #: That this contact is gone.
    GONE = "gone"
    #: Nothing, which is allowed where something else can stand in.
    NOTHING = "nothing"


@dataclass(frozen=True)
class Outcome:
    """What comes of a fault: an *error* that *says* what to do, or else what is *given*.

    *struck* is how often the failing endpoint is called at most until the
    connector gives up, *wait* for how many seconds it says it stays away,
    *setting* what it blames.
    """

    error: type[SourceError] | None = None
    says: str = ""
    struck: int = 1
    wait: int | None = None
    setting: str | None = None
    given: Given = Given.SAME


def fine(struck: int = 9) -> Outcome:
    """Nothing comes of it."""
    return Outcome(struck=struck)


def denied(says: str, struck: int = 1) -> Outcome:
    """A person must consent again, or be given a permission."""
    return Outcome(AuthFailed, says, struck)


def wrong(says: str, setting: str | None = None) -> Outcome:
    """A person must change a setting."""
    return Outcome(Misconfigured, says, setting=setting)


def later(wait: int, says: str) -> Outcome:
    """The run goes on at a time that is told."""
    return Outcome(Throttled, says, wait=wait)


def away(says: str = "") -> Outcome:
    """Nobody must act; it is tried again."""
    return Outcome(Unavailable, says)


@dataclass(frozen=True)
class Fault:
    """What is planted at an endpoint, and what comes of it. *wipes*: it puts something else for the content."""

    plant: Mapping[str, Any]
    outcome: Outcome
    wipes: object = ...


def refusal(status: int, code: int, **headers: str) -> dict[str, Any]:
    """Give a fault that refuses as the products do."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = {"code": code, "message": f"Refused {PRIVATE}"}
    return {"kind": "answer", "status": status, "json": body, "headers": named, "times": None}


def oauth(status: int, error: str, description: str = "") -> dict[str, Any]:
    """Give a fault that refuses as Zoho Accounts does."""
    body = {"error": error, "error_description": description} if description else {"error": error}
    return {"kind": "answer", "status": status, "json": body, "times": None}
