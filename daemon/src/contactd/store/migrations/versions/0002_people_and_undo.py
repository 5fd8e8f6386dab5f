"""What people do by hand, and what takes it back: 0.2.0."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the columns that 0.1.0 had no use for."""
    op.add_column("contact", sa.Column("touched_run", _BIG, nullable=True))
    op.add_column("field", sa.Column("deleted_at", _BIG, nullable=True))
    op.add_column("run", sa.Column("pruned_at", _BIG, nullable=True))
    op.add_column("notification", sa.Column("revision", _BIG, nullable=False, server_default=sa.text("0")))
    op.create_index("notification_revision", "notification", ["workspace_id", "revision"])
    op.add_column("sync", sa.Column("criteria_types", _WORDS, nullable=False, server_default="{}"))
    op.add_column("outcome", sa.Column("aside", _WORDS, nullable=True))
    op.create_index("parked_key", "parked", ["run_id", "why", "email_key"])
    counted = sa.text("status = 'live' AND subscription_type = 'marketing'")
    op.create_index("contact_counted", "contact", ["workspace_id"], sqlite_where=counted, postgresql_where=counted)
    refused = sa.text("outcome IN ('skipped', 'failed')")
    op.create_index("outcome_refused", "outcome", ["email_key"], sqlite_where=refused, postgresql_where=refused)
    op.create_index("event_subject", "event", ["subject"])
    op.create_table(
        "hand_change",
        sa.Column("revision", _BIG, primary_key=True, autoincrement=False),
        sa.Column("contact_id", _BIG, nullable=False),
        sa.Column("changes", _WORDS, nullable=False),
        sa.Column("created_at", _BIG, nullable=False),
    )
    op.create_index("ix_hand_change_contact_id", "hand_change", ["contact_id"])
