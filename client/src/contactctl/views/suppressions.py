"""How entries of the suppression list look."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from contactctl.blocks import Block, Column, Facts, Heading, Listing, Shown
from contactctl.names import short
from contactctl.render import when, word

if TYPE_CHECKING:
    from contactd_proto.v1.suppression_pb2 import Suppression

#: How much of a digest is shown in a table.
_DIGEST = 12


def _row(entry: "Suppression") -> list[Shown]:
    return [
        short(entry.name),
        entry.email or f"({entry.digest[:_DIGEST]}…)",
        word(entry, "kind"),
        _scope(entry),
        word(entry, "set_by"),
        when(entry, "create_time"),
        entry.evidence,
    ]


def _scope(entry: "Suppression") -> str:
    if entry.list:
        return f"list {short(entry.list)}"
    return f"topic {short(entry.topic)}" if entry.topic else "all mail"


SUPPRESSIONS: "Listing[Suppression]" = Listing(
    (
        Column("Entry", number=True),
        Column("Address", wraps=True),
        Column("Kind"),
        Column("For"),
        Column("Said by"),
        Column("Since", spare=2),
        Column("Evidence", wraps=True, spare=1),
    ),
    _row,
    none="no address is kept from mail",
)


def suppression_view(entry: "Suppression") -> Iterator[Block]:
    """Show an entry."""
    yield Heading(entry.email or short(entry.name))
    yield Facts(
        [
            ("Entry", short(entry.name)),
            ("Kind", word(entry, "kind")),
            ("For", _scope(entry)),
            ("Said by", word(entry, "set_by")),
            ("Evidence", entry.evidence),
            ("Since", when(entry, "create_time")),
            ("Digest", entry.digest),
        ]
    )
