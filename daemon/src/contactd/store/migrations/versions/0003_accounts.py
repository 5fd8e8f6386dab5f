"""Consent that is under way, accounts that are looked at again, and workspaces that take turns: 0.3.0."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the columns that 0.2.0 had no use for, and the indices by which the clock and admission ask."""
    op.add_column("connection", sa.Column("consent_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("connection", sa.Column("account_checked_at", _BIG, nullable=False, server_default=sa.text("0")))
    # It was a time, and is the number of a turn: from the first one on, all are alike.
    op.execute("UPDATE workspace SET served_at = 0")
    waits = sa.text("state = 'waiting' AND waiting_reason <> 'paused'")
    op.drop_index("run_waiting", "run")
    for name, columns in (
        ("run_waiting", ["workspace_id", "not_before", "id", "connection_id"]),
        ("run_ready", ["not_before", "workspace_id"]),
    ):
        op.create_index(name, "run", columns, sqlite_where=waits, postgresql_where=waits)
