"""What people set up: workspaces, connections, lists, topics, fields, syncs and mappings."""

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import SQLModel

from contactd.store.tables.columns import big, id_column, octets, words


class Workspace(SQLModel, table=True):
    """What belongs together. *policies* is JSON, *policy_version* grows with it. *served_at*: where its turn ended."""

    __tablename__ = "workspace"
    id: int = id_column()
    name: str = words(unique=True)
    title: str = words()
    edition: str = words(default="open")
    owner_emails: str = words(default="[]")
    gdpr_enabled: int = big(default=0)
    contact_limit: int = big(default=0)
    policies: str = words(default="{}")
    policy_version: int = big(default=1)
    served_at: int = big(default=0)
    weight: int = big(default=1)
    version: int = big(default=1)
    created_at: int = big()


class Connection(SQLModel, table=True):
    """An account at a source. *secrets*, *grant*, *token* and *consent* are sealed, bound to this row.

    *consent* is one that was begun and is not given yet; *account_checked_at* is
    when the account told its address last.
    """

    __tablename__ = "connection"
    __table_args__ = (UniqueConstraint("workspace_id", "name"),)
    id: int = id_column()
    workspace_id: int = big()
    name: str = words()
    title: str = words()
    kind: str = words()
    settings: str = words(default="{}")
    secrets: bytes | None = octets(null=True)
    state: str = words(default="pending")
    account_email: str = words(default="")
    organization_id: str = words(default="")
    organization_name: str = words(default="")
    grant_sealed: bytes | None = octets(null=True)
    token_sealed: bytes | None = octets(null=True)
    token_expires: int = big(default=0)
    refresh_lease_until: int = big(default=0)
    consent_sealed: bytes | None = octets(null=True)
    account_checked_at: int = big(default=0)
    credential_generation: int = big(default=0)
    max_running: int = big(default=0)
    priority: int = big(default=0)
    version: int = big(default=1)
    created_at: int = big()
    refresh_after: int = big(default=0)
    refresh_why: str = words(default="")


class MailingList(SQLModel, table=True):
    """A mailing list."""

    __tablename__ = "mailing_list"
    __table_args__ = (UniqueConstraint("workspace_id", "name"),)
    id: int = id_column()
    workspace_id: int = big()
    name: str = words()
    title: str = words()
    description: str = words(default="")
    deleted_at: int | None = big(null=True)
    version: int = big(default=1)
    created_at: int = big()


class Topic(SQLModel, table=True):
    """A subject that contacts can say yes or no to."""

    __tablename__ = "topic"
    __table_args__ = (UniqueConstraint("workspace_id", "name"),)
    id: int = id_column()
    workspace_id: int = big()
    name: str = words()
    title: str = words()
    deleted_at: int | None = big(null=True)
    version: int = big(default=1)
    created_at: int = big()


class ContactField(SQLModel, table=True):
    """A field that contacts can have. *choices* is JSON, for the type enum."""

    __tablename__ = "field"
    __table_args__ = (UniqueConstraint("workspace_id", "name"),)
    id: int = id_column()
    workspace_id: int = big()
    name: str = words()
    title: str = words()
    type: str = words()
    origin: str = words()
    sync_id: int | None = big(null=True)
    choices: str = words(default="[]")
    deleted_at: int | None = big(null=True)
    version: int = big(default=1)
    created_at: int = big()


class Sync(SQLModel, table=True):
    """A standing order: what people want. What happened is on its runs.

    *topics*, *policies*, *schedule* and *criteria_types* (the types of the source
    fields that *criteria* speaks of, by name) are JSON. *next_run_at* is null when
    nothing is due. *misfire_grace* is microseconds. *selection* and *criteria* never change.
    """

    __tablename__ = "sync"
    __table_args__ = (
        UniqueConstraint("workspace_id", "name"),
        Index(
            "sync_due",
            "next_run_at",
            sqlite_where=text("state = 'active' AND next_run_at IS NOT NULL"),
            postgresql_where=text("state = 'active' AND next_run_at IS NOT NULL"),
        ),
    )
    id: int = id_column()
    workspace_id: int = big()
    connection_id: int = big(index=True)
    name: str = words()
    description: str = words(default="")
    module: str = words()
    selection: str = words(default="all")
    criteria: str = words(default="")
    criteria_types: str = words(default="{}")
    list_id: int = big()
    subscription_type: str = words()
    topics: str = words(default="[]")
    lawful_basis: str = words(default="")
    update_empty: int = big(default=0)
    schedule: str = words(default="{}")
    next_run_at: int | None = big(null=True)
    sweep_schedule: str = words(default="{}")
    next_sweep_at: int | None = big(null=True)
    misfire: str = words(default="run_once")
    misfire_grace: int = big(default=0)
    skipped_slots: int = big(default=0)
    retrieve_after: int | None = big(null=True)
    mapping_version: int = big(default=1)
    policies: str = words(default="{}")
    state: str = words(default="draft")
    inactive_reason: str = words(default="")
    limit_reached: int = big(default=0)
    watermark: int | None = big(null=True)
    version: int = big(default=1)
    created_at: int = big()
    deleted_at: int | None = big(null=True)


class MappingLine(SQLModel, table=True):
    """One line of one version of a sync's mapping."""

    __tablename__ = "mapping_line"
    sync_id: int = big(key=True)
    version: int = big(key=True)
    position: int = big(key=True)
    source_field: str = words()
    source_type: str = words()
    target_field: str = words()
    create_field: int = big(default=0)
