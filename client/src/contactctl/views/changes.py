"""What changed about contacts, before and after."""

from typing import TYPE_CHECKING

from contactctl.blocks import Column, Listing, Shown
from contactctl.names import short
from contactctl.render import toned, value_text, word

if TYPE_CHECKING:
    from contactd_proto.v1.ledger_pb2 import Change, ContactChange

#: What stands where there was, or is, nothing.
_NOTHING = "nothing"


def change_text(change: "Change") -> str:
    """Say what one thing was and what it became."""
    before, after = value_text(change.before) or _NOTHING, value_text(change.after) or _NOTHING
    return f"{change.what}: {before} → {after}"


def _row(told: "ContactChange") -> list[Shown]:
    changes = "; ".join(change_text(change) for change in told.changes)
    return [
        short(told.contact),
        told.email,
        toned(word(told, "outcome")),
        told.reason,
        changes or told.explanation,
    ]


CHANGES: "Listing[ContactChange]" = Listing(
    (
        Column("Contact", number=True),
        Column("E-mail", wraps=True),
        Column("Outcome"),
        Column("Reason", spare=1),
        Column("What changed", wraps=True),
    ),
    _row,
    none="it changed nobody",
)
