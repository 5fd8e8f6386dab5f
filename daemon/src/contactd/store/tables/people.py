"""What the daemon knows of people: contacts, memberships, links, suppressions, consent."""

from sqlalchemy import Index, text
from sqlmodel import SQLModel

from contactd.store.tables.columns import big, id_column, octets, words


class Contact(SQLModel, table=True):
    """A person or business.

    *fields* is JSON by field id; *provenance* names where a value came from,
    only where that is not the sync which made the contact (`domain.ledger.Image`). *touched_run* is the
    run that changed the contact last, null where that was a person.
    """

    __tablename__ = "contact"
    __table_args__ = (
        Index(
            "contact_key",
            "workspace_id",
            "email_key",
            unique=True,
            sqlite_where=text("email_key IS NOT NULL"),
            postgresql_where=text("email_key IS NOT NULL"),
        ),
        Index("contact_revision", "workspace_id", "revision"),
        Index("contact_created_run", "created_run"),
        Index(
            "contact_counted",
            "workspace_id",
            sqlite_where=text("status = 'live' AND subscription_type = 'marketing'"),
            postgresql_where=text("status = 'live' AND subscription_type = 'marketing'"),
        ),
    )
    id: int = id_column()
    workspace_id: int = big()
    email: str = words()
    email_key: str | None = words(null=True)
    fields: str = words(default="{}")
    provenance: str | None = words(null=True)
    subscription_type: str = words()
    lawful_basis: str = words(default="")
    status: str = words(default="live")
    stale: int = big(default=0)
    manual: int = big(default=0)
    created_run: int | None = big(null=True)
    touched_run: int | None = big(null=True)
    created_at: int = big()
    updated_at: int = big()
    revision: int = big()


class ListMember(SQLModel, table=True):
    """What a contact is to a list, and which sync put it there (null: a person)."""

    __tablename__ = "list_member"
    __table_args__ = (Index("list_member_contact", "contact_id"), {"sqlite_with_rowid": False})
    list_id: int = big(key=True)
    contact_id: int = big(key=True)
    state: str = words()
    sync_id: int | None = big(null=True)
    revision: int = big()


class TopicMember(SQLModel, table=True):
    """What a contact said to a topic."""

    __tablename__ = "topic_member"
    __table_args__ = (Index("topic_member_contact", "contact_id"), {"sqlite_with_rowid": False})
    topic_id: int = big(key=True)
    contact_id: int = big(key=True)
    state: str = words()
    sync_id: int | None = big(null=True)
    revision: int = big()


class Link(SQLModel, table=True):
    """What a sync knows of a source record, skipped ones too: the identity of the record.

    *outcome* and *reason* are those in *seen_run*. *mapped* keeps the address
    and values of a shadow, as JSON, so that it can take over unread.
    """

    __tablename__ = "link"
    __table_args__ = (
        Index("link_key", "sync_id", "email_key"),
        Index("link_contact", "contact_id"),
        {"sqlite_with_rowid": False},
    )
    sync_id: int = big(key=True)
    source_id: str = words(key=True)
    contact_id: int | None = big(null=True)
    email_key: str | None = words(null=True)
    source_created: int | None = big(null=True)
    source_modified: int | None = big(null=True)
    content_hash: bytes | None = octets(null=True)
    state: str = words()
    mapped: str | None = words(null=True)
    seen_run: int = big()
    outcome: str = words()
    reason: str = words(default="")
    first_run: int = big()
    revision: int = big()


class Suppression(SQLModel, table=True):
    """An address that must not get mail. Outlives the contact; an erased one keeps only *key_hash*.

    *run_id*: the run that brought it along from a former address, null where somebody said it.
    """

    __tablename__ = "suppression"
    __table_args__ = (
        Index("suppression_key", "workspace_id", "email_key"),
        Index("suppression_hash", "key_hash"),
    )
    id: int = id_column()
    workspace_id: int = big()
    email_key: str | None = words(null=True)
    key_hash: bytes | None = octets(null=True)
    kind: str = words()
    scope: str = words(default="workspace")
    scope_id: int | None = big(null=True)
    set_by: str = words()
    evidence: str = words(default="")
    run_id: int | None = big(null=True)
    created_at: int = big()


class HandChange(SQLModel, table=True):
    """What a person changed of a contact, as JSON: [what, before, after] each. *revision* is that of the event."""

    __tablename__ = "hand_change"
    revision: int = id_column()
    contact_id: int = big(index=True)
    changes: str = words()
    created_at: int = big()


class ConsentEvent(SQLModel, table=True):
    """One change of what a contact agreed to. Only ever added to."""

    __tablename__ = "consent_event"
    id: int = id_column()
    workspace_id: int = big()
    contact_id: int = big(index=True)
    subject: str = words()
    old: str = words(default="")
    new: str = words()
    actor: str = words()
    source_text: str = words(default="")
    created_at: int = big()
