"""What runs did: runs, counts, outcomes and what is still undecided."""

from sqlalchemy import Index, text
from sqlmodel import SQLModel

from contactd.store.tables.columns import big, id_column, octets, words

#: What waits for its turn or for a time, and not for people.
_WAITS = "state = 'waiting' AND waiting_reason <> 'paused'"


class Run(SQLModel, table=True):
    """One execution of a sync: facts. *config* is the snapshot it works with, as JSON.

    From *pruned_at* on the rows of its ledger are gone; its totals stay.
    """

    __tablename__ = "run"
    __table_args__ = (
        Index(
            "run_live",
            "sync_id",
            unique=True,
            sqlite_where=text("state IN ('waiting', 'admitted', 'running', 'held')"),
            postgresql_where=text("state IN ('waiting', 'admitted', 'running', 'held')"),
        ),
        Index(
            "run_slot",
            "sync_id",
            "scheduled_for",
            unique=True,
            sqlite_where=text("run_trigger = 'schedule'"),
            postgresql_where=text("run_trigger = 'schedule'"),
        ),
        Index(
            "run_waiting",
            "workspace_id",
            "not_before",
            "id",
            "connection_id",
            sqlite_where=text(_WAITS),
            postgresql_where=text(_WAITS),
        ),
        Index("run_ready", "not_before", "workspace_id", sqlite_where=text(_WAITS), postgresql_where=text(_WAITS)),
        Index(
            "run_active",
            "connection_id",
            sqlite_where=text("state IN ('admitted', 'running')"),
            postgresql_where=text("state IN ('admitted', 'running')"),
        ),
        Index("run_sync", "sync_id", "id"),
    )
    id: int = id_column()
    sync_id: int = big()
    workspace_id: int = big()
    connection_id: int = big()
    scheduled_for: int = big()
    run_trigger: str = words()
    mode: str = words()
    state: str = words()
    waiting_reason: str = words(default="slot")
    waiting_message: str = words(default="")
    not_before: int = big(default=0)
    attempt: int = big(default=0)
    failures: int = big(default=0)
    fence: int = big(default=0)
    owner: str = words(default="")
    cursor: str | None = words(null=True)
    phase: str = words(default="pages")
    window_since: int | None = big(null=True)
    source_began: int | None = big(null=True)
    max_modified: int | None = big(null=True)
    steps: int = big(default=0)
    pages: int = big(default=0)
    sequence: int = big(default=0)
    expected_total: int = big(default=0)
    undecided: int = big(default=0)
    removals: int = big(default=0)
    confirmed: int = big(default=0)
    rejected: int = big(default=0)
    cancel_requested: int = big(default=0)
    with_errors: int = big(default=0)
    config: str | None = words(null=True)
    mapping_version: int = big(default=0)
    error_reason: str = words(default="")
    error_message: str = words(default="")
    undoes: int | None = big(null=True)
    pruned_at: int | None = big(null=True)
    created_at: int = big()
    started_at: int | None = big(null=True)
    finished_at: int | None = big(null=True)
    revision: int = big(default=0)


class RunCount(SQLModel, table=True):
    """How many records one page gave each outcome and reason: signed, and only ever summed (I1)."""

    __tablename__ = "run_count"
    __table_args__ = ({"sqlite_with_rowid": False},)
    run_id: int = big(key=True)
    page: int = big(key=True)
    outcome: str = words(key=True)
    reason: str = words(key=True)
    records: int = big()


class OutcomeRow(SQLModel, table=True):
    """What happened to one record, for all outcomes but `unchanged` and a plain `added`.

    An added contact's own *created_run* is its mark; a row is kept where there
    is a warning. *detail*, *changed* (a JSON array) and the images are those of
    `domain.ledger.Row`. *before* is the contact before this run first touched
    it, *aside* one that a changed address left behind: both an `Image`, as a
    JSON array, which `store.known.image_of` reads. *mapped* is what the record
    held, `email` and contact fields.
    """

    __tablename__ = "outcome"
    __table_args__ = (
        Index("outcome_source", "run_id", "source_id", unique=True),
        Index("outcome_contact", "contact_id"),
        Index(
            "outcome_refused",
            "email_key",
            sqlite_where=text("outcome IN ('skipped', 'failed')"),
            postgresql_where=text("outcome IN ('skipped', 'failed')"),
        ),
        {"sqlite_with_rowid": False},
    )
    run_id: int = big(key=True)
    sequence: int = big(key=True)
    source_id: str = words()
    title: str = words(default="")
    address: str = words(default="")
    email_key: str | None = words(null=True)
    outcome: str = words()
    reason: str = words(default="")
    detail: str = words(default="")
    contact_id: int | None = big(null=True)
    changed: str | None = words(null=True)
    before: str | None = words(null=True)
    aside: str | None = words(null=True)
    mapped: str | None = words(null=True)
    created_at: int = big()


class Parked(SQLModel, table=True):
    """A record that only the end of its run can decide. *record* is MessagePack."""

    __tablename__ = "parked"
    __table_args__ = (Index("parked_key", "run_id", "why", "email_key"), {"sqlite_with_rowid": False})
    run_id: int = big(key=True)
    source_id: str = words(key=True)
    why: str = words()
    email_key: str | None = words(null=True)
    record: bytes = octets()
