"""The hot path asks by index, in a store without statistics: a page costs the same in a store of millions."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from contactd.store import due, known, links, pages, runs, schema, suppressions
from contactd.store import settle as asked
from contactd.store.database import Database
from contactd.store.sqlite import SqliteDatabase

#: Each statement, and what its plan must say.
STATEMENTS = {
    "links by id": (links._BY_ID, "SEARCH link USING PRIMARY KEY (sync_id=? AND source_id=?)"),
    "links by key": (links._BY_KEY, "SEARCH link USING INDEX link_key (sync_id=? AND email_key=?)"),
    "some links by key": (links._SOME, "SEARCH link USING INDEX link_key (sync_id=? AND email_key=?)"),
    "claims to crowded keys": (links._CLAIMS, "SEARCH link USING INDEX link_key (sync_id=? AND email_key=?)"),
    "contacts by key": (known._CONTACT_BY_KEY, "SEARCH c USING INDEX contact_key (workspace_id=? AND email_key=?)"),
    "contacts by id": (known._CONTACT_BY_ID, "SEARCH c USING INTEGER PRIMARY KEY (rowid=?)"),
    "who was erased": (
        suppressions._ERASED,
        "SEARCH suppression USING INDEX suppression_key (workspace_id=? AND email_key=?)",
    ),
    "suppressions": (known._SUPPRESSED, "USING INDEX suppression_key (workspace_id=? AND email_key=?)"),
    "images from before": (known._BEFORE, "SEARCH outcome USING INDEX outcome_source (run_id=? AND source_id=?)"),
    "what is unchanged": (pages._SEEN, "SEARCH link USING PRIMARY KEY (sync_id=? AND source_id=?)"),
    "rows that go": (pages._FORGET, "outcome_source (run_id=? AND source_id=?)"),
    "what is decided": (pages._UNPARK, "SEARCH parked USING PRIMARY KEY (run_id=? AND source_id=?)"),
    "which syncs are due": (due._ANYTHING, "INDEX sync_due (next_run_at>? AND next_run_at<?)"),
    "which runs may go on": (due._ANYTHING, "INDEX run_ready (not_before<?)"),
    "syncs that are due": (due._DUE, "INDEX sync_due (next_run_at>? AND next_run_at<?)"),
    "who is carried": (due._CARRIED, "SCAN run USING INDEX run_active"),
    "who is in line": (due._LINE, "INDEX run_ready (not_before<?)"),
    "whose turn it is": (due._FIRST, "SEARCH run USING INDEX run_waiting (workspace_id=? AND not_before<?)"),
    "whether a run is live": (runs._LIVE, "INDEX run_live (sync_id=?)"),
    "who moves": (asked._MOVING, "INDEX link_contact (contact_id=? AND sync_id=?)"),
}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = SqliteDatabase(Path(tmp_path_factory.mktemp("store")) / "contactd.db", clock=lambda: 0)
    schema.prepare(database)
    yield database
    database.close()


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_statement_of_the_hot_path_uses_its_index(database: Database, name: str) -> None:
    sql, wanted = STATEMENTS[name]

    with database.reading() as r:
        plan = "; ".join(row[3] for row in r.fast(f"EXPLAIN QUERY PLAN {sql}", (None,) * sql.count("?")))

    assert wanted in plan
