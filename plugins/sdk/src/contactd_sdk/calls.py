"""Calls that a vendor counts: what may be used of them, and how a source asks for the right to make one.

Rule: one organization at a vendor has one budget, which the daemon keeps for
all who read it. A source whose kind has an *allowance* makes no call without a
right to it.
"""

from typing import Annotated, Protocol

import msgspec

from contactd_sdk.values import Aware

_Some = Annotated[int, msgspec.Meta(ge=1)]


class Allowance(msgspec.Struct, frozen=True):
    """What all who read one organization may use of its calls, together.

    *per_minute*: calls in any 60 seconds. *per_day*: the day's quota, until the
    vendor tells it. *leave*: how many percent of the day's quota are left for
    the organization's other tools. *at_once*: how many runs may read it at one
    time.
    """

    per_minute: _Some
    per_day: _Some
    leave: Annotated[int, msgspec.Meta(ge=0, le=99)] = 50
    at_once: _Some = 3


class Quota(msgspec.Struct, frozen=True):
    """What an answer told of the day: its *limit* of calls, those *left*, and when it *ends* (aware)."""

    limit: Annotated[int, msgspec.Meta(ge=0)]
    left: Annotated[int, msgspec.Meta(ge=0)]
    ends: Aware


class Calls(Protocol):
    """The rights to call, as a source has them. A right that is not used within seconds is gone.

    Where the kind has no allowance nothing is counted: `take` gives at once,
    and `spare` is always true.
    """

    def take(self) -> None:
        """Take the right to make one call now; the daemon is asked where none is in hand.

        Raises:
            Spent: our own budget has none left.
            Throttled: the vendor blocks the organization.
        """
        ...

    def spare(self) -> bool:
        """Take a right if one is in hand, and tell whether: only then may a call be made ahead."""
        ...

    def told(self, quota: Quota) -> None:
        """Pass on what an answer told of the day."""
        ...

    def blocked(self, until: Aware, why: str, *, everywhere: bool = False) -> None:
        """Report that the vendor blocks the organization *until* then, in a whole sentence that says *why*.

        *everywhere*: the account or this machine is, and with it every organization that is read from here.
        Nobody calls before. It is stored when the source raises `Throttled` after it.
        """
        ...
