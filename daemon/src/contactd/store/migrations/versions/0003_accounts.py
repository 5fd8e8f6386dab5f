"""Consent that is under way, and accounts that are looked at again: 0.3.0."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the columns that 0.2.0 had no use for."""
    op.add_column("connection", sa.Column("consent_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("connection", sa.Column("account_checked_at", _BIG, nullable=False, server_default=sa.text("0")))
