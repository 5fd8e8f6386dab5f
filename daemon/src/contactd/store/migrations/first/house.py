"""What the store keeps about itself."""

import sqlalchemy as sa
from alembic import op

from contactd.store.migrations.first.columns import big, octets, text


def make() -> None:
    """Make the tables."""
    op.create_table(
        "access_token",
        big("id", key=True),
        text("name"),
        text("role"),
        octets("secret_hash"),
        text("last_four"),
        big("created_at"),
        big("expires_at", null=True),
        big("used_at", null=True),
        big("revoked_at", null=True),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "budget",
        text("vendor", key=True),
        text("organization", key=True),
        big("day_limit", 0),
        big("day_left", 0),
        big("day_ends", 0),
        big("blocked_until", 0),
        big("updated_at", 0),
    )
    op.create_table("counter", text("name", key=True), big("value"))
    op.create_table(
        "event",
        big("revision", key=True),
        big("workspace_id", null=True),
        big("created_at"),
        text("actor"),
        text("kind"),
        text("subject"),
        text("detail", "{}"),
        octets("hash", null=True),
    )
    op.create_table(
        "notification",
        big("id", key=True),
        big("workspace_id"),
        text("kind"),
        text("severity"),
        text("message"),
        big("sync_id", null=True),
        big("run_id", null=True),
        big("created_at"),
        big("read_at", null=True),
    )
    op.create_index("notification_unread", "notification", ["workspace_id", "read_at"])
    op.create_table(
        "request",
        text("actor", key=True),
        text("request_id", key=True),
        octets("body_hash"),
        octets("answer"),
        big("created_at"),
    )
    op.create_index("request_age", "request", ["created_at"])
    op.create_table("store_meta", text("name", key=True), text("value"))
