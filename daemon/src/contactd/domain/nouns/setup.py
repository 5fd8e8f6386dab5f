"""What people set up."""

from dataclasses import dataclass, field

from contactd.domain.policies import Policies
from contactd.domain.words import ConnectionState, LawfulBasis, Misfire, Recurrence, SubscriptionType, SyncState
from contactd_sdk import FieldType


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """What belongs together: connections, lists, syncs and contacts."""

    id: int
    name: str
    title: str
    edition: str
    owner_emails: tuple[str, ...]
    gdpr_enabled: bool
    contact_limit: int
    weight: int
    policies: Policies
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """An account at a source, without its secrets."""

    id: int
    workspace_id: int
    workspace: str
    name: str
    title: str
    kind: str
    settings: dict[str, str]
    state: ConnectionState
    account_email: str
    organization_id: str
    organization_name: str
    credential_generation: int
    #: Of two connections that know a value, the one with the smaller number is believed.
    priority: int
    version: int
    created_at: int
    #: What this answer wants its reader to know, as sentences; not stored.
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When a sync runs: local wall time (`HH:MM`, or as *cron* says) in an IANA zone; *weekday* 1 is Monday."""

    recurrence: Recurrence = Recurrence.ONCE
    time: str = ""
    time_zone: str = ""
    weekday: int = 0
    day_of_month: int = 0
    cron: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingLine:
    """Which source field goes to which contact field; *create* makes that one if it is not there."""

    source_field: str
    target_field: str
    source_type: FieldType = FieldType.TEXT
    create: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """The lines of one version of a sync's mapping."""

    workspace: str
    sync: str
    lines: tuple[MappingLine, ...]
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sync:
    """A standing order. *connection*, *list* and *topics* are names within its workspace."""

    id: int
    workspace_id: int
    workspace: str
    name: str
    description: str
    connection_id: int
    connection: str
    module: str
    list_id: int
    list: str
    subscription_type: SubscriptionType
    update_empty: bool
    schedule: Schedule
    state: SyncState
    inactive_reason: str
    next_run_at: int | None
    watermark: int | None
    mapping_version: int
    version: int
    created_at: int
    #: Canonical text over source fields; empty is all records. Never changes (I6).
    criteria: str
    topics: tuple[str, ...]
    lawful_basis: LawfulBasis
    #: Only what was added or modified after this is read; `None` is all.
    retrieve_after: int | None
    #: When everything is read to find what is gone; `ONCE` is never by itself.
    sweep_schedule: Schedule
    next_sweep_at: int | None
    #: What becomes of times that were missed, and how late one may be that was not: microseconds, 0 is `due.GRACE`.
    misfire: Misfire
    misfire_grace: int
    policies: Policies
    #: Times at which it was due and could not run.
    dropped_slots: int
    deleted_at: int | None
    #: Whether old records want to be read again since it was edited.
    edited: bool
    attention: tuple[str, ...] = field(default=())
