"""How connections look, and the organizations to choose from."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from contactctl.blocks import Block, Cell, Column, Facts, Heading, Line, Listing, Shown, Tone
from contactctl.names import short
from contactctl.render import toned, when, word, yes

if TYPE_CHECKING:
    from contactd_proto.v1.connection_pb2 import Connection, DisableEffects, Organization


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
            ("Priority", str(connection.priority)),
            ("Credential", f"no. {connection.credential_generation}" if connection.credential_generation else ""),
            ("Made", when(connection, "create_time")),
            *_quota(connection),
            ("Etag", connection.etag),
        ]
    )
    if connection.quota.blocked_message:
        until = when(connection.quota, "blocked_until")
        yield Line(Cell(f"blocked until {until}: {connection.quota.blocked_message}", Tone.WATCH_OUT))
    for warning in connection.warnings:
        yield Line(Cell(f"warning: {warning}", Tone.WATCH_OUT))
    yield Line(Cell(f"next: {_next(connection)}", Tone.QUIET))


def _quota(connection: "Connection") -> list[tuple[str, Shown]]:
    """Tell the calls of today: ours, everybody's, and when today ends."""
    quota = connection.quota
    if not quota.per_minute:
        # No run has asked yet; there may be a block all the same.
        return []
    assumed = "" if quota.limit_told else ", as is assumed until the source tells"
    others = f"; others made {quota.others} at least" if quota.others else ""
    return [
        ("Calls today", f"{quota.made} of {quota.share}, at most {quota.per_minute} in a minute"),
        ("Calls of all", f"{quota.limit} a day{assumed}; {quota.limit - quota.share} are left for other tools{others}"),
        ("Day ends", when(quota, "day_end_time")),
    ]


def _next(connection: "Connection") -> str:
    """Give the command that leads on from where a connection is."""
    name = short(connection.name)
    match word(connection, "state"):
        case "enabled":
            return f"contactctl syncs create SYNC --connection {name} --list LIST"
        case "pending" if connection.account_email:
            return (
                f"contactctl connections organizations {name}, then contactctl connections select {name} ORGANIZATION"
            )
        case _:
            return f"contactctl connections authorize {name}"


def effects_view(effects: "DisableEffects") -> Iterator[Block]:
    """Show what disabling a connection would do."""
    yield Heading(f"What disabling {short(effects.connection)} does")
    for sentence in effects.sentences:
        yield Line(sentence)
    confirms = f"contactctl connections disable {short(effects.connection)} --confirm {effects.effects_id}"
    yield Line(Cell(f"{confirms} does exactly this", Tone.QUIET))


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
