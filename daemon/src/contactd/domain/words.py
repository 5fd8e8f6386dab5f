"""The words that the contract, the tables, the commands and the documents share.

Source: daemon/REQUIREMENTS.md 1.8. A word that is not here is not a state.
"""

from enum import StrEnum


class ConnectionState(StrEnum):
    """Whether a connection can be read."""

    PENDING = "pending"
    ENABLED = "enabled"
    CREDENTIAL_INVALID = "credential_invalid"
    DISABLED = "disabled"


class SyncState(StrEnum):
    """What people want of a sync."""

    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"
    INACTIVE = "inactive"
    COMPLETED = "completed"
    DISCONNECTED = "disconnected"
    DELETED = "deleted"


class RunState(StrEnum):
    """What a run is doing. An admitted run is shown as waiting."""

    WAITING = "waiting"
    ADMITTED = "admitted"
    RUNNING = "running"
    HELD = "held"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


#: A sync has at most one run in one of these.
LIVE_RUNS = (RunState.WAITING, RunState.ADMITTED, RunState.RUNNING, RunState.HELD)


class Trigger(StrEnum):
    """Why a run was made."""

    FIRST = "first"
    SCHEDULE = "schedule"
    MANUAL = "manual"
    EDIT = "edit"
    CATCH_UP = "catch_up"
    UNDO = "undo"


class Mode(StrEnum):
    """How much a run reads: what changed, all, or all and what is gone is removed."""

    INCREMENTAL = "incremental"
    FULL = "full"
    SWEEP = "sweep"


class Waiting(StrEnum):
    """Why a run waits."""

    SLOT = "slot"
    THROTTLED = "throttled"
    QUOTA = "quota"
    DRAINED = "drained"
    PAUSED = "paused"
    RETRY = "retry"
    SOURCE_AWAY = "source_away"
    STORE_AWAY = "store_away"
    DAEMON_AWAY = "daemon_away"


class Outcome(StrEnum):
    """What happened to one record. The total of a run is the sum over these."""

    ADDED = "added"
    READDED = "readded"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REMOVED = "removed"
    SKIPPED = "skipped"
    FAILED = "failed"


class Reason(StrEnum):
    """Why a record had its outcome; `NONE` where the outcome says it all."""

    NONE = ""
    MALFORMED = "malformed"
    REJECTED = "rejected"
    NOT_CUSTOMER = "not_customer"
    INACTIVE = "inactive"
    BEFORE_WINDOW = "before_window"
    CRITERIA = "criteria"
    EMPTY_EMAIL = "empty_email"
    INVALID_PATTERN = "invalid_pattern"
    ROLE_ADDRESS = "role_address"
    BLOCKED = "blocked"
    COMPLAINT = "complaint"
    ERASED = "erased"
    BOUNCED = "bounced"
    DO_NOT_MAIL = "do_not_mail"
    FILE_DUPLICATE = "file_duplicate"
    LIMIT = "limit"
    UNKNOWN_RECORD = "unknown_record"
    LINKED = "linked"
    OWNERSHIP = "ownership"
    EMAIL_CHANGED = "email_changed"
    EMAIL_CHANGED_MERGED = "email_changed_merged"
    DETACHED = "detached"


class LinkState(StrEnum):
    """What a source record is to the contact that has its address."""

    OWNER = "owner"
    SHADOW = "shadow"
    STALE = "stale"
    SKIPPED = "skipped"
    GONE = "gone"


class ContactStatus(StrEnum):
    """Whether a contact is there."""

    LIVE = "live"
    DELETED = "deleted"
    ERASED = "erased"


class SubscriptionType(StrEnum):
    """What mail a contact may get."""

    MARKETING = "marketing"
    NON_MARKETING = "non_marketing"
    UNSUBSCRIBED = "unsubscribed"


class LawfulBasis(StrEnum):
    """Why a contact may be written to: GDPR, article 6 (R19). `NONE` is none that is known."""

    NONE = ""
    CONSENT = "consent"
    CONTRACT = "contract"
    LEGAL_OBLIGATION = "legal_obligation"
    VITAL_INTERESTS = "vital_interests"
    PUBLIC_TASK = "public_task"
    LEGITIMATE_INTERESTS = "legitimate_interests"


class Membership(StrEnum):
    """What a contact is to a list. A sync makes one where there is none, and never revives one."""

    SUBSCRIBED = "subscribed"
    UNSUBSCRIBED = "unsubscribed"
    REMOVED = "removed"


class SuppressionKind(StrEnum):
    """Why no mail may go to an address, whatever any sync says."""

    HARD_BOUNCE = "hard_bounce"
    DO_NOT_MAIL = "do_not_mail"
    COMPLAINT = "complaint"
    BLOCKED = "blocked"
    ERASED = "erased"


class SetBy(StrEnum):
    """Who wants that no mail goes to an address: the person, somebody who keeps the lists, or the daemon."""

    SELF = "self"
    ACCOUNT = "account"
    SYSTEM = "system"


class FieldOrigin(StrEnum):
    """Who made a contact field."""

    BUILT_IN = "built_in"
    MANUAL = "manual"
    SYNC = "sync"


class Recurrence(StrEnum):
    """How often a sync runs by itself."""

    ONCE = "once"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    CRON = "cron"


class Misfire(StrEnum):
    """What becomes of a time at which a sync was due, once it is over: it is made up for by one run, or dropped."""

    RUN_ONCE = "run_once"
    SKIP = "skip"


class FormerMembers(StrEnum):
    """What becomes of contacts that a sync put on a list which it fills no more: they are left there, or move."""

    LEAVE = "leave"
    MOVE = "move"


class Inactive(StrEnum):
    """What becomes of a record that is inactive at the source (row 4)."""

    SYNC = "sync"
    SKIP = "skip"
    REMOVE = "remove"


class RoleAddress(StrEnum):
    """What becomes of an address of a role or group (row 10)."""

    SKIP = "skip"
    ALLOW = "allow"


class Typo(StrEnum):
    """What becomes of an address at a known misspelling: taken, or skipped with a suggestion (row 9)."""

    OFF = "off"
    KNOWN = "known"


class OnLeave(StrEnum):
    """What becomes of a contact whose record leaves the criteria (row 6)."""

    KEEP = "keep"
    DETACH = "detach"


class Suppressed(StrEnum):
    """What becomes of the fields of a contact that may not be mailed (row 13)."""

    SKIP = "skip"
    REFRESH = "refresh"


class CountsView(StrEnum):
    """How the counts of a run are shown to people: two projections of one ledger."""

    NEW = "new"
    OLD = "old"


class Severity(StrEnum):
    """How much a notification matters."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"
