"""What people say of a sync, when it is made and when it is edited: the options, and what they mean.

Rule: what was not said is not sent, so that an edit changes nothing else.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypedDict, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from contactctl.failures import usage
from contactctl.names import Names
from contactctl.options import Function
from contactctl.schedule import SaidSchedule, duration_of, make_schedule

if TYPE_CHECKING:
    from contactd_proto.v1.policy_pb2 import Policies
    from contactd_proto.v1.sync_pb2 import Schedule, Sync

#: To look at what was said before it is known in which workspace it is meant.
ANYWHERE = Names("-")

_BASES = (
    "consent",
    "contract",
    "legal-obligation",
    "vital-interests",
    "public-task",
    "legitimate-interests",
)


class SaidPolicies(TypedDict):
    """What the command line says of policies, by the names of the options; `None` or nothing where it does not."""

    inactive: str | None
    roles: str | None
    role_exceptions: tuple[str, ...]
    typos: str | None
    on_leave: str | None
    suppressed: str | None
    strict: bool | None
    raise_type: bool | None


class Said(SaidPolicies):
    """What it says of a sync, likewise."""

    mailing_list: str | None
    description: str | None
    subscription: str | None
    update_empty: bool | None
    topics: tuple[str, ...]
    basis: str | None
    after: str | None
    daily: str | None
    weekly: tuple[str, str] | None
    monthly: tuple[int, str] | None
    cron: str | None
    once: bool
    sweep_daily: str | None
    sweep_weekly: tuple[str, str] | None
    sweep_monthly: tuple[int, str] | None
    zone: str
    misfire: str | None
    misfire_grace: str | None


def term_options(command: Function) -> Function:
    """Offer what can be said of a sync, but for its list and its times."""
    offered = (
        click.option("--description", help="What it is for."),
        click.option(
            "--type", "subscription", type=click.Choice(("marketing", "non-marketing")), help="What mail they may get."
        ),
        click.option("--topic", "topics", multiple=True, help="A topic for its contacts; say it again for one more."),
        click.option("--basis", type=click.Choice(_BASES), help="Why they may be written to, under the GDPR."),
        click.option(
            "--update-empty/--no-update-empty", default=None, help="Empty here what was emptied at the source, or keep."
        ),
        click.option("--after", metavar="TIME", help="Read only what was added or modified after this."),
    )
    return _offered(command, offered)


def policy_options(command: Function) -> Function:
    """Offer the policies: how odd records are dealt with."""
    offered = (
        click.option("--inactive", type=click.Choice(("sync", "skip", "remove")), help="Records that are inactive."),
        click.option("--roles", type=click.Choice(("skip", "allow")), help="Addresses such as info@."),
        click.option("--role-exception", "role_exceptions", multiple=True, metavar="ADDRESS", help="Take it anyway."),
        click.option("--typos", type=click.Choice(("known", "off")), help="Skip known misspellings, or take them."),
        click.option("--on-leave", type=click.Choice(("keep", "detach")), help="Contacts that leave the criteria."),
        click.option("--suppressed", type=click.Choice(("skip", "refresh")), help="Those that may not be mailed."),
        click.option("--strict/--no-strict", default=None, help="Fail a record for one odd value, or drop the value."),
        click.option(
            "--raise-type/--no-raise-type", default=None, help="Whether others' contacts may become marketing ones."
        ),
    )
    return _offered(command, offered)


def schedule_options(command: Function) -> Function:
    """Offer the ways to say when a sync runs, and when it is swept."""
    weekly, monthly = (str, str), (click.IntRange(1, 31), str)
    offered = (
        click.option("--daily", metavar="HH:MM", help="Run every day."),
        click.option("--weekly", type=weekly, metavar="DAY HH:MM", help="Run every week, as mon 06:30."),
        click.option(
            "--monthly",
            type=monthly,
            metavar="DAY HH:MM",
            help="Run every month, as 15 06:30; 31 is the last day of a shorter month.",
        ),
        click.option("--cron", metavar="EXPRESSION", help="Run as a line of cron says, as '0 6,18 * * mon-fri'."),
        click.option("--once", is_flag=True, help="Run when initiated, and then never by itself.  [default]"),
        click.option("--sweep-daily", metavar="HH:MM", help="Look every day for what is gone."),
        click.option("--sweep-weekly", type=weekly, metavar="DAY HH:MM", help="Look every week for what is gone."),
        click.option("--sweep-monthly", type=monthly, metavar="DAY HH:MM", help="Look every month for what is gone."),
        click.option("--zone", default="", help="The time zone of these times.  [default: that of this machine]"),
        click.option(
            "--misfire",
            type=click.Choice(("run-once", "skip")),
            help="Make up for missed times by one run, or drop them.",
        ),
        click.option("--misfire-grace", metavar="TIME", help="How late is not missed yet, as 90s, 15m or 2h."),
    )
    return _offered(command, offered)


def _offered(command: Function, offers: tuple[Any, ...]) -> Function:
    for offer in reversed(offers):
        command = offer(command)
    return command


def said_sync(said: Said, names: "Names", *, local_zone: str) -> "tuple[Sync, list[str]]":
    """Put what was *said* into a message; give it with the paths of what is in it.

    Raises:
        Failure: a time or a day is none, or two of the times exclude each other.
    """
    from contactd_proto.v1.sync_pb2 import Sync

    sync, paths = Sync(), list[str]()
    for path, value in _values(said, names, said["zone"] or local_zone):
        paths.append(path)
        _set(sync, path, value)
    if said["zone"] and not {"schedule", "sweep_schedule", "retrieve_after"} & set(paths):
        raise usage("--zone says where times are meant: say those with it, such as --daily 06:30")
    policies = said_policies(said)
    sync.policies.CopyFrom(policies)
    return sync, [*paths, *(f"policies.{field.name}" for field, _ in policies.ListFields())]


def said_policies(said: SaidPolicies) -> "Policies":
    """Put the policies that were *said* into a message."""
    from contactd_proto.v1.policy_pb2 import Policies

    policies = Policies(role_exceptions=said["role_exceptions"], strict=said["strict"], raise_type=said["raise_type"])
    named = (
        ("inactive", said["inactive"]),
        ("role_address", said["roles"]),
        ("typo", said["typos"]),
        ("on_leave", said["on_leave"]),
        ("suppressed", said["suppressed"]),
    )
    for name, choice in named:
        if choice is not None:
            setattr(policies, name, Policies.DESCRIPTOR.enum_values_by_name[f"{name.upper()}_{choice.upper()}"].number)
    return policies


def _values(said: Said, names: "Names", zone: str) -> Iterator[tuple[str, Any]]:
    """Give the path and value of everything that was said, policies aside."""
    from contactd_proto.v1.contact_pb2 import SubscriptionType
    from contactd_proto.v1.policy_pb2 import LawfulBasis
    from contactd_proto.v1.sync_pb2 import Sync

    if said["mailing_list"] is not None:
        yield "list", names.list(said["mailing_list"])
    if said["description"] is not None:
        yield "description", said["description"]
    if said["subscription"] is not None:
        yield "subscription_type", SubscriptionType.Value(f"SUBSCRIPTION_TYPE_{_upper(said['subscription'])}")
    if said["update_empty"] is not None:
        yield "update_empty_values", said["update_empty"]
    if said["topics"]:
        yield "topics", [names.topic(topic) for topic in said["topics"]]
    if said["basis"] is not None:
        yield "lawful_basis", LawfulBasis.Value(f"LAWFUL_BASIS_{_upper(said['basis'])}")
    if said["after"] is not None:
        yield "retrieve_after", moment_of(said["after"], zone)
    yield from _times(said, zone)
    if said["misfire"] is not None:
        yield "misfire", Sync.Misfire.Value(f"MISFIRE_{_upper(said['misfire'])}")
    if said["misfire_grace"] is not None:
        yield "misfire_grace", duration_of(said["misfire_grace"])


def _times(said: Said, zone: str) -> "Iterator[tuple[str, Schedule]]":
    when = ("daily", "weekly", "monthly", "cron", "once")
    for path, prefix in (("schedule", ""), ("sweep_schedule", "sweep_")):
        chosen = {name: said.get(f"{prefix}{name}") for name in when}
        if any(chosen.values()):
            schedule = SaidSchedule(**cast("dict[str, Any]", chosen), zone=said["zone"])
            yield path, make_schedule(schedule, local_zone=zone)


def _set(sync: "Sync", path: str, value: Any) -> None:
    match path:
        case "topics":
            sync.topics.extend(value)
        case "retrieve_after":
            sync.retrieve_after.FromDatetime(value)
        case "schedule" | "sweep_schedule" | "misfire_grace":
            getattr(sync, path).CopyFrom(value)
        case _:
            setattr(sync, path, value)


def moment_of(text: str, zone: str) -> datetime:
    """Read a date, or a date and time; in *zone* where it does not say its own.

    Raises:
        Failure: it is none.
    """
    try:
        # Python reads a Z behind a time, but not behind a date.
        moment = datetime.fromisoformat(text.removesuffix("Z"))
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC if text.endswith("Z") else ZoneInfo(zone))
    except (ValueError, ZoneInfoNotFoundError):
        raise usage(f"'{text}' is no time: say 2026-01-31, or 2026-01-31T06:30, with Z behind it for UTC") from None


def _upper(choice: str) -> str:
    return choice.replace("-", "_").upper()
