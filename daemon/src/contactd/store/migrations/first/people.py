"""What the daemon knows of people."""

import sqlalchemy as sa
from alembic import op

from contactd.store.migrations.first.columns import big, octets, text


def make() -> None:
    """Make the tables."""
    op.create_table(
        "consent_event",
        big("id", key=True),
        big("workspace_id"),
        big("contact_id"),
        text("subject"),
        text("old", ""),
        text("new"),
        text("actor"),
        text("source_text", ""),
        big("created_at"),
    )
    op.create_index("ix_consent_event_contact_id", "consent_event", ["contact_id"])
    op.create_table(
        "contact",
        big("id", key=True),
        big("workspace_id"),
        text("email"),
        text("email_key", null=True),
        text("fields", "{}"),
        text("provenance", null=True),
        text("subscription_type"),
        text("lawful_basis", ""),
        text("status", "live"),
        big("stale", 0),
        big("manual", 0),
        big("created_run", null=True),
        big("created_at"),
        big("updated_at"),
        big("revision"),
    )
    op.create_index("contact_created_run", "contact", ["created_run"])
    op.create_index(
        "contact_key",
        "contact",
        ["workspace_id", "email_key"],
        unique=True,
        sqlite_where=sa.text("email_key IS NOT NULL"),
        postgresql_where=sa.text("email_key IS NOT NULL"),
    )
    op.create_index("contact_revision", "contact", ["workspace_id", "revision"])
    op.create_table(
        "link",
        big("sync_id", key=True),
        text("source_id", key=True),
        big("contact_id", null=True),
        text("email_key", null=True),
        big("source_created", null=True),
        big("source_modified", null=True),
        octets("content_hash", null=True),
        text("state"),
        text("mapped", null=True),
        big("seen_run"),
        text("outcome"),
        text("reason", ""),
        big("first_run"),
        big("revision"),
        sqlite_with_rowid=False,
    )
    op.create_index("link_contact", "link", ["contact_id"])
    op.create_index("link_key", "link", ["sync_id", "email_key"])
    op.create_table(
        "list_member",
        big("list_id", key=True),
        big("contact_id", key=True),
        text("state"),
        big("sync_id", null=True),
        big("revision"),
        sqlite_with_rowid=False,
    )
    op.create_index("list_member_contact", "list_member", ["contact_id"])
    op.create_table(
        "suppression",
        big("id", key=True),
        big("workspace_id"),
        text("email_key", null=True),
        octets("key_hash", null=True),
        text("kind"),
        text("scope", "workspace"),
        big("scope_id", null=True),
        text("set_by"),
        text("evidence", ""),
        big("created_at"),
    )
    op.create_index("suppression_hash", "suppression", ["key_hash"])
    op.create_index("suppression_key", "suppression", ["workspace_id", "email_key"])
    op.create_table(
        "topic_member",
        big("topic_id", key=True),
        big("contact_id", key=True),
        text("state"),
        big("sync_id", null=True),
        big("revision"),
        sqlite_with_rowid=False,
    )
    op.create_index("topic_member_contact", "topic_member", ["contact_id"])
