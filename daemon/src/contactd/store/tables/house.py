"""What the store keeps about itself, its callers and its vendors."""

from sqlalchemy import Index
from sqlmodel import SQLModel

from contactd.store.tables.columns import big, id_column, octets, words


class StoreMeta(SQLModel, table=True):
    """What is true of the store as a whole, such as its own id."""

    __tablename__ = "store_meta"
    name: str = words(key=True)
    value: str = words()


class Counter(SQLModel, table=True):
    """The last number given out, by what it was given to. `revision` is one of them."""

    __tablename__ = "counter"
    name: str = words(key=True)
    value: int = big()


class Event(SQLModel, table=True):
    """The one log of what changed. *hash* chains the entries that audit reads."""

    __tablename__ = "event"
    __table_args__ = (Index("event_subject", "subject"),)
    revision: int = id_column()
    workspace_id: int | None = big(null=True)
    created_at: int = big()
    actor: str = words()
    kind: str = words()
    subject: str = words()
    detail: str = words(default="{}")
    hash: bytes | None = octets(null=True)


class Notification(SQLModel, table=True):
    """What people should know without having asked. *revision* is that of its making, then of its being read."""

    __tablename__ = "notification"
    __table_args__ = (
        Index("notification_unread", "workspace_id", "read_at"),
        Index("notification_revision", "workspace_id", "revision"),
    )
    id: int = id_column()
    workspace_id: int = big()
    kind: str = words()
    severity: str = words()
    message: str = words()
    sync_id: int | None = big(null=True)
    run_id: int | None = big(null=True)
    created_at: int = big()
    read_at: int | None = big(null=True)
    revision: int = big(default=0)


class Request(SQLModel, table=True):
    """The first answer to a request id, given again to the same request."""

    __tablename__ = "request"
    __table_args__ = (Index("request_age", "created_at"),)
    actor: str = words(key=True)
    request_id: str = words(key=True)
    body_hash: bytes = octets()
    answer: bytes = octets()
    created_at: int = big()


class AccessToken(SQLModel, table=True):
    """A token that a program shows: only its hash is kept."""

    __tablename__ = "access_token"
    id: int = id_column()
    name: str = words(unique=True)
    role: str = words()
    secret_hash: bytes = octets()
    last_four: str = words()
    created_at: int = big()
    expires_at: int | None = big(null=True)
    used_at: int | None = big(null=True)
    revoked_at: int | None = big(null=True)


class Budget(SQLModel, table=True):
    """What was granted of an organization's calls at a vendor, what it has left, and until when it is blocked.

    *recent* is JSON: when rights were granted, and how many. The last four are
    within what they were granted last.
    """

    __tablename__ = "budget"
    vendor: str = words(key=True)
    organization: str = words(key=True)
    day_limit: int = big(default=0)
    day_left: int = big(default=0)
    day_ends: int = big(default=0)
    blocked_until: int = big(default=0)
    updated_at: int = big(default=0)
    recent: str = words(default="[]")
    day_used: int = big(default=0)
    day_others: int = big(default=0)
    blocked_why: str = words(default="")
    time_zone: str = words(default="")
    per_minute: int = big(default=0)
    per_day: int = big(default=0)
    leave_percent: int = big(default=0)
    at_once: int = big(default=0)


class Daemon(SQLModel, table=True):
    """A daemon that shares the store, from its start to its stop, and for a while if it went without a word.

    *lock* is what it holds on a server while it is there, *owner* what its runs
    are marked with, *kinds* a JSON array of the kinds of sources that it has.
    """

    __tablename__ = "daemon"
    instance: str = words(key=True)
    machine: str = words()
    role: str = words()
    version: str = words()
    owner: str = words()
    kinds: str = words()
    lock: int = big()
    started_at: int = big()
    away_since: int | None = big(null=True)


class Shelf(SQLModel, table=True):
    """What a source keeps of a record as it was at *stamp*. *hashes* are keyed, of every address in *payload*."""

    __tablename__ = "shelf"
    __table_args__ = (Index("shelf_found", "found_at"),)
    connection_id: int = big(key=True)
    module: str = words(key=True)
    record_id: str = words(key=True)
    stamp: int = big()
    found_at: int = big()
    hashes: str = words()
    payload: bytes = octets()
