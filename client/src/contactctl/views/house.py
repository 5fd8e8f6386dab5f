"""How the daemon looks, its workspaces, and what it wants people to know."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from contactctl.blocks import Block, Cell, Column, Facts, Heading, Line, Listing, Shown, Tone
from contactctl.names import short
from contactctl.render import brief, moment, policies_told, shorts, toned, when, word, yes

if TYPE_CHECKING:
    from contactd_proto.v1.daemon_pb2 import Daemon
    from contactd_proto.v1.notification_pb2 import Notification
    from contactd_proto.v1.system_pb2 import ServerInfo
    from contactd_proto.v1.workspace_pb2 import Workspace


def server_view(server: "ServerInfo", address: str) -> Iterator[Block]:
    """Show what the daemon is, and where it was found."""
    yield Heading(f"contactd {server.version}")
    yield Facts(
        [
            ("Address", address),
            ("Role", word(server, "daemon_role")),
            ("Your role", word(server, "role")),
            ("Since", when(server, "start_time")),
            ("Speaks", ", ".join(server.api_versions)),
            ("Store", f"{server.store_kind}, shape {server.schema_version}"),
            ("Instance", server.instance_id),
        ]
    )


#: As much of an instance as the runs of a daemon are marked with.
_SHORT = 8


def _daemon_row(daemon: "Daemon") -> list[Shown]:
    state = toned(word(daemon, "state"))
    since = f" since {brief(daemon.away_time)}" if daemon.HasField("away_time") else ""
    return [
        short(daemon.name)[:_SHORT],
        daemon.machine,
        word(daemon, "role"),
        Cell(f"{state.text}{since}", state.tone),
        brief(daemon.start_time),
        daemon.version,
        ", ".join(daemon.kinds),
        shorts(daemon.runs),
    ]


DAEMONS: "Listing[Daemon]" = Listing(
    (
        Column("Instance"),
        Column("Machine", wraps=True),
        Column("Role"),
        Column("State", wraps=True),
        Column("Started", spare=1),
        Column("Version", spare=2),
        Column("Kinds", wraps=True),
        Column("Carries", wraps=True),
    ),
    _daemon_row,
    none="no daemon has written itself down",
)


def _workspace_row(workspace: "Workspace") -> list[Shown]:
    return [short(workspace.name), workspace.title, workspace.edition]


WORKSPACES: "Listing[Workspace]" = Listing(
    (Column("Workspace"), Column("Title", wraps=True), Column("Edition")),
    _workspace_row,
    none="there is no workspace",
)


def workspace_view(workspace: "Workspace") -> Iterator[Block]:
    """Show a workspace."""
    yield Heading(short(workspace.name))
    yield Facts(
        [
            ("Title", workspace.title),
            ("Edition", workspace.edition),
            ("What it has", workspace.edition_description),
            ("A person is called", workspace.person),
            ("Owners", ", ".join(workspace.owner_emails)),
            ("Asks for lawful basis", yes(workspace.gdpr_enabled)),
            ("Contact limit", f"{workspace.contact_limit:,}" if workspace.contact_limit else "none"),
            ("Weight", str(workspace.weight)),
            ("Policies", policies_told(workspace.policies)),
            ("Etag", workspace.etag),
        ]
    )


def _notification_row(notification: "Notification") -> list[Shown]:
    return [
        short(notification.name),
        brief(notification.create_time),
        toned(word(notification, "severity")),
        Cell(notification.message, Tone.QUIET if notification.read else Tone.PLAIN),
        short(notification.run or notification.sync),
        "" if notification.read else "new",
    ]


NOTIFICATIONS: "Listing[Notification]" = Listing(
    (
        Column("No.", number=True),
        Column("Time", wraps=True),
        Column("Severity"),
        Column("What happened", wraps=True),
        Column("About", spare=1),
        Column("Read"),
    ),
    _notification_row,
    none="there is nothing to tell",
)


def notification_view(notification: "Notification") -> Iterator[Block]:
    """Show a notification, and where to look next."""
    yield Heading(notification.message)
    yield Facts(
        [
            ("No.", short(notification.name)),
            ("Time", moment(notification.create_time)),
            ("Kind", notification.kind),
            ("Severity", toned(word(notification, "severity"))),
            ("Sync", short(notification.sync)),
            ("Run", short(notification.run)),
            ("Read", yes(notification.read)),
        ]
    )
    if notification.sync:
        yield Line(Cell(f"contactctl notifications open {short(notification.name)} shows the sync", Tone.QUIET))


def notification_line(notification: "Notification") -> str:
    """Say a notification in one line."""
    severity = word(notification, "severity")
    return f"{short(notification.name)}  {brief(notification.create_time)}  {severity}  {notification.message}"
