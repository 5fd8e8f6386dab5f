"""A store that cannot be written: told as such, and nothing is half done."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from contactd.domain.refusals import Away, Conflict, Invalid
from contactd.domain.words import RunState
from contactd.store.opening import open_store
from contactd.store.sqlite import SqliteDatabase
from fakes.house import House, record
from fakes.postgres import Schemas


@pytest.fixture
def full(tmp_path: Path) -> House:
    """Give a house whose store has room for little more."""
    house = House(tmp_path)
    house.source.page_size = 500
    house.source.records = [record(number, company="x" * 300) for number in range(1, 2000)]
    _limit(house, 110)
    return house


def _limit(house: House, pages: int) -> None:
    with house.database.transaction() as tx:
        tx.fast(f"PRAGMA max_page_count = {pages}")


def test_a_run_waits_for_a_store_that_is_full_and_goes_on(full: House) -> None:
    run = full.run()
    assert (run.state, run.waiting_reason) == (RunState.WAITING, "store_away")
    assert "full" in run.waiting_message

    _limit(full, 100_000)
    over = full.carry(run.id)

    assert (over.state, over.counts.total) == (RunState.SUCCEEDED, 1999)
    assert len(full.contacts()) == 1999
    full.close()


def test_a_statement_that_fails_takes_its_whole_transaction_with_it(full: House) -> None:
    with (
        pytest.raises(Away, match=r"the disk of '.*contactd\.db' is full; make room there; it is tried again"),
        full.database.transaction() as tx,
    ):
        tx.many("INSERT INTO store_meta VALUES (?, ?)", [(str(n), "x" * 4000) for n in range(500)])

    with full.database.reading() as r:
        assert r.fast("SELECT count(*) FROM store_meta WHERE value LIKE 'xxx%'") == [(0,)]
    full.close()


def test_a_file_that_is_no_store_is_left_alone(tmp_path: Path) -> None:
    foreign = tmp_path / "letter.txt"
    foreign.write_text("Dear customer")

    with pytest.raises(Invalid, match="is not a contactd store"):
        SqliteDatabase(foreign, clock=lambda: 0)

    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
    assert foreign.read_text() == "Dear customer"


def test_a_store_is_for_its_owner_alone(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.run([record(1)])

    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}

    assert modes == dict.fromkeys(("contactd.db", "contactd.db-wal", "contactd.db-shm", "contactd.db.lock"), 0o600)
    house.close()


def test_a_link_to_a_store_is_that_store(tmp_path: Path) -> None:
    house = House(tmp_path)
    link = tmp_path / "link.db"
    link.symlink_to(house.database.place)

    with pytest.raises(Conflict, match="held by another contactd"):
        SqliteDatabase(link, clock=house.now)

    house.close()


def test_who_waits_for_an_answer_as_the_store_is_closed_is_told_that_there_is_none(postgres: Schemas) -> None:
    database = open_store(postgres.make())
    asked = threading.Event()

    def wait() -> None:
        with database.reading() as r:
            asked.set()
            r.fast("SELECT pg_sleep(600)")

    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(wait)
        assert asked.wait(30)

        database.close()

        with pytest.raises(Away):
            waiting.result(30)
