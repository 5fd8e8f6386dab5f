"""Accounts, calls that are counted, what sources keep between runs, and workspaces that take turns: 0.3.0."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add what 0.2.0 had no use for, and the indices by which the clock and admission ask."""
    op.add_column("connection", sa.Column("consent_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("connection", sa.Column("account_checked_at", _BIG, nullable=False, server_default=sa.text("0")))
    op.add_column("connection", sa.Column("refresh_after", _BIG, nullable=False, server_default=sa.text("0")))
    op.add_column("connection", sa.Column("refresh_why", _WORDS, nullable=False, server_default=""))
    op.add_column("suppression", sa.Column("run_id", _BIG, nullable=True))
    _count_calls()
    # It was a time, and is the number of a turn: from the first one on, all are alike.
    op.execute("UPDATE workspace SET served_at = 0")
    waits = sa.text("state = 'waiting' AND waiting_reason <> 'paused'")
    op.drop_index("run_waiting", "run")
    for name, columns in (
        ("run_waiting", ["workspace_id", "not_before", "id", "connection_id"]),
        ("run_ready", ["not_before", "workspace_id"]),
    ):
        op.create_index(name, "run", columns, sqlite_where=waits, postgresql_where=waits)


def _count_calls() -> None:
    for name, default in (("recent", "[]"), ("blocked_why", ""), ("time_zone", "")):
        op.add_column("budget", sa.Column(name, _WORDS, nullable=False, server_default=default))
    for name in ("day_used", "day_others", "per_minute", "per_day", "leave_percent", "at_once"):
        op.add_column("budget", sa.Column(name, _BIG, nullable=False, server_default=sa.text("0")))
    op.create_table(
        "shelf",
        sa.Column("connection_id", _BIG, primary_key=True, autoincrement=False),
        sa.Column("module", _WORDS, primary_key=True),
        sa.Column("record_id", _WORDS, primary_key=True),
        sa.Column("stamp", _BIG, nullable=False),
        sa.Column("found_at", _BIG, nullable=False),
        sa.Column("hashes", _WORDS, nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
    )
    op.create_index("shelf_found", "shelf", ["found_at"])
