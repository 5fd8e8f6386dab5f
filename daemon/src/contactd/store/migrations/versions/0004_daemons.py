"""Which daemons share the store: 0.3.0."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the table that each daemon has a row in."""
    op.create_table(
        "daemon",
        sa.Column("instance", _WORDS, primary_key=True),
        *(sa.Column(name, _WORDS, nullable=False) for name in ("machine", "role", "version", "owner", "kinds")),
        sa.Column("lock", _BIG, nullable=False),
        sa.Column("started_at", _BIG, nullable=False),
        sa.Column("away_since", _BIG, nullable=True),
    )
