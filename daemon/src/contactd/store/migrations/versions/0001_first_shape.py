"""The first shape of the store: 0.1.0."""

from contactd.store.migrations.first import house, ledger, people, setup

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table."""
    for part in (setup, people, ledger, house):
        part.make()
