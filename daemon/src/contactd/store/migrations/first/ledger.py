"""What runs did."""

import sqlalchemy as sa
from alembic import op

from contactd.store.migrations.first.columns import big, octets, text


def make() -> None:
    """Make the tables."""
    op.create_table(
        "outcome",
        big("run_id", key=True),
        big("sequence", key=True),
        text("source_id"),
        text("title", ""),
        text("address", ""),
        text("email_key", null=True),
        text("outcome"),
        text("reason", ""),
        text("detail", ""),
        big("contact_id", null=True),
        text("changed", null=True),
        text("before", null=True),
        text("mapped", null=True),
        big("created_at"),
        sqlite_with_rowid=False,
    )
    op.create_index("outcome_contact", "outcome", ["contact_id"])
    op.create_index("outcome_source", "outcome", ["run_id", "source_id"], unique=True)
    op.create_table(
        "parked",
        big("run_id", key=True),
        text("source_id", key=True),
        text("why"),
        text("email_key", null=True),
        octets("record"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "run",
        big("id", key=True),
        big("sync_id"),
        big("workspace_id"),
        big("connection_id"),
        big("scheduled_for"),
        text("run_trigger"),
        text("mode"),
        text("state"),
        text("waiting_reason", "slot"),
        text("waiting_message", ""),
        big("not_before", 0),
        big("attempt", 0),
        big("failures", 0),
        big("fence", 0),
        text("owner", ""),
        text("cursor", null=True),
        text("phase", "pages"),
        big("window_since", null=True),
        big("source_began", null=True),
        big("max_modified", null=True),
        big("steps", 0),
        big("pages", 0),
        big("sequence", 0),
        big("expected_total", 0),
        big("undecided", 0),
        big("removals", 0),
        big("confirmed", 0),
        big("rejected", 0),
        big("cancel_requested", 0),
        big("with_errors", 0),
        text("config", null=True),
        big("mapping_version", 0),
        text("error_reason", ""),
        text("error_message", ""),
        big("undoes", null=True),
        big("created_at"),
        big("started_at", null=True),
        big("finished_at", null=True),
        big("revision", 0),
    )
    op.create_index(
        "run_active",
        "run",
        ["connection_id"],
        sqlite_where=sa.text("state IN ('admitted', 'running')"),
        postgresql_where=sa.text("state IN ('admitted', 'running')"),
    )
    op.create_index(
        "run_live",
        "run",
        ["sync_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('waiting', 'admitted', 'running', 'held')"),
        postgresql_where=sa.text("state IN ('waiting', 'admitted', 'running', 'held')"),
    )
    op.create_index(
        "run_slot",
        "run",
        ["sync_id", "scheduled_for"],
        unique=True,
        sqlite_where=sa.text("run_trigger = 'schedule'"),
        postgresql_where=sa.text("run_trigger = 'schedule'"),
    )
    op.create_index("run_sync", "run", ["sync_id", "id"])
    op.create_index(
        "run_waiting",
        "run",
        ["workspace_id", "not_before"],
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "run_count",
        big("run_id", key=True),
        big("page", key=True),
        text("outcome", key=True),
        text("reason", key=True),
        big("records"),
        sqlite_with_rowid=False,
    )
