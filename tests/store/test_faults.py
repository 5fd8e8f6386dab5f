"""What a server will not do: told with what is to be done about it, while runs wait and lose nothing."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import grpc
import psycopg
import pytest

from contactd.api import errors
from contactd.domain.refusals import Away, ContactdError, Unfit
from contactd.domain.words import RunState
from contactd.store import schema
from contactd.store.database import Database
from contactd.store.opening import open_store
from fakes.house import House, on_postgres, record
from fakes.postgres import Schemas

UNAVAILABLE, FAILED = grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.FAILED_PRECONDITION

#: What a server may say at any time, by its SQLSTATE; how a call ends by it, and what is told.
FAULTS = {
    "53100": (UNAVAILABLE, "its server has no room on the disk; make some there; it is tried again"),
    "25006": (UNAVAILABLE, "its server takes no writes: it is a standby, or was set to read only; see that"),
    "53300": (UNAVAILABLE, "the store does not answer now: что-то; it is tried again"),
    "58030": (UNAVAILABLE, "the store does not answer now: что-то; it is tried again"),
    "42501": (FAILED, "does not let contactd in: что-то; let its user make and use tables in the schema"),
    "XX001": (FAILED, "is damaged: что-то; stop contactd, and restore a backup"),
    "XX002": (FAILED, "is damaged: что-то; have its server make its indices anew with REINDEX"),
}

FAILING = """
CREATE FUNCTION failing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'что-то' USING ERRCODE = '{}', DETAIL = 'ann@example.com'; END $$;
CREATE TRIGGER failing BEFORE INSERT ON contact FOR EACH ROW EXECUTE FUNCTION failing();
"""
MENDED = "DROP FUNCTION IF EXISTS failing() CASCADE"


@pytest.fixture
def house(tmp_path: Path, postgres: Schemas) -> Iterator[House]:
    with on_postgres(postgres), closing(House(tmp_path)) as house:
        house.source.records = [record(number) for number in range(5)]
        yield house
        alter(house, MENDED)


def alter(house: House, sql: str) -> None:
    with psycopg.connect(house.database.conninfo or "") as session:
        session.execute(sql.encode())


@pytest.mark.parametrize("state", FAULTS)
def test_a_run_waits_for_a_store_that_will_not_do_and_goes_on(house: House, state: str) -> None:
    alter(house, FAILING.format(state))
    before = house.run()
    alter(house, MENDED)

    after = house.carry(before.id)

    assert (before.state, before.waiting_reason) == (RunState.WAITING, "store_away")
    assert FAULTS[state][1] in (before.waiting_message or "")
    assert (after.state, after.counts.total) == (RunState.SUCCEEDED, 5)


@pytest.mark.parametrize("state", FAULTS)
def test_a_call_is_told_what_to_do_and_no_more(house: House, state: str) -> None:
    code, told = FAULTS[state]

    with pytest.raises((Away, Unfit)) as caught, house.database.transaction() as tx:
        tx.fast(f"DO $$ BEGIN RAISE EXCEPTION 'что-то' USING ERRCODE = '{state}', DETAIL = 'ann@example.com'; END $$")

    assert isinstance(caught.value, ContactdError)
    assert errors.code_of(caught.value) is code
    assert told in caught.value.message
    assert "ann@" not in caught.value.message


def test_a_server_that_takes_no_writes_is_left_for_one_that_does(postgres: Schemas) -> None:
    url = postgres.make()
    with closing(open_store(url, clock=lambda: 0)) as database:
        schema.prepare(database)
        with pytest.raises(Away, match="see that the store's place leads to the one that writes"):
            _write(database, "SET default_transaction_read_only = on", "COMMIT", "BEGIN")

        _write(database)

        with database.reading() as r:
            assert r.fast("SELECT name FROM store_meta") == [("new",)]


def _write(database: Database, *before: str) -> None:
    with database.transaction() as tx:
        for statement in before:
            tx.fast(statement)
        tx.fast("INSERT INTO store_meta (name, value) VALUES ('new', '')")


def test_a_file_that_holds_nothing_sensible_any_more_is_told_as_damaged(tmp_path: Path) -> None:
    url, file = f"sqlite://{tmp_path}/contactd.db", tmp_path / "contactd.db"
    with closing(open_store(url)) as database:
        schema.prepare(database)
        with database.reading() as r:
            pages = r.fast("SELECT rootpage FROM sqlite_master WHERE tbl_name = 'store_meta'")
            ((size,),) = r.fast("PRAGMA page_size")
    with file.open("r+b") as damaged:
        for (page,) in pages:
            damaged.seek((page - 1) * size)
            damaged.write(b"\xff" * size)

    with (
        closing(open_store(url)) as database,
        pytest.raises(Unfit, match=r"is damaged: .*; stop contactd, and put a backup in its place"),
    ):
        schema.prepare(database)
