"""How connections look, and the organizations to choose from."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from contactctl.blocks import Block, Cell, Column, Facts, Heading, Line, Listing, Shown, Tone
from contactctl.names import short
from contactctl.render import toned, when, word, yes

if TYPE_CHECKING:
    from contactd_proto.v1.connection_pb2 import Connection, Organization


def _row(connection: "Connection") -> list[Shown]:
    return [
        short(connection.name),
        connection.title,
        connection.kind,
        toned(word(connection, "state")),
        connection.organization.title,
    ]


CONNECTIONS: "Listing[Connection]" = Listing(
    (
        Column("Connection"),
        Column("Title", wraps=True),
        Column("Kind"),
        Column("State"),
        Column("Organization", wraps=True),
    ),
    _row,
    none="there is no connection yet; contactctl connections create makes one",
)


def connection_view(connection: "Connection") -> Iterator[Block]:
    """Show a connection, with what its daemon wants to be known."""
    yield Heading(short(connection.name))
    yield Facts(
        [
            ("Title", connection.title),
            ("Kind", connection.kind),
            ("State", toned(word(connection, "state"))),
            ("Account", connection.account_email),
            ("Organization", _organization(connection)),
            *((key, value) for key, value in sorted(connection.settings.items())),
            ("Made", when(connection, "create_time")),
            ("Etag", connection.etag),
        ]
    )
    for warning in connection.warnings:
        yield Line(Cell(f"warning: {warning}", Tone.WATCH_OUT))


def _organization(connection: "Connection") -> str:
    if not connection.HasField("organization"):
        return ""
    return f"{connection.organization.title} ({connection.organization.id})"


def _organization_row(organization: "Organization") -> list[Shown]:
    return [organization.id, organization.title, organization.time_zone, yes(organization.default)]


ORGANIZATIONS: "Listing[Organization]" = Listing(
    (
        Column("Organization"),
        Column("Title", wraps=True),
        Column("Time zone", wraps=True),
        Column("Default"),
    ),
    _organization_row,
    none="the account can see no organization",
)
