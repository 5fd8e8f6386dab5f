"""A store and its key: made together, by one of those that begin at once, and by nobody else."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from contactd.domain.refusals import Conflict, Invalid
from contactd.store import schema
from contactd.store.database import Database
from contactd.store.opening import open_store
from contactd.store.unlocking import unlock
from fakes.postgres import Schemas


@pytest.fixture
def database(urls: Callable[[], str]) -> Iterator[Database]:
    """Give an empty store, of either kind."""
    with closing(open_store(urls(), clock=lambda: 0)) as database:
        yield database


def test_an_empty_store_is_made_with_a_key_and_opened_with_it_again(database: Database, tmp_path: Path) -> None:
    _, first = unlock(database, tmp_path / "key")

    _, again = unlock(database, tmp_path / "key")

    assert (first.made, again.made) == (True, False)
    assert first.octets == again.octets


def test_a_store_that_was_not_held_to_a_key_when_its_daemon_died_gets_one(database: Database, tmp_path: Path) -> None:
    schema.prepare(database)

    _, key = unlock(database, tmp_path / "key")

    assert key.made


def test_a_store_whose_key_is_lost_is_not_touched(urls: Callable[[], str], tmp_path: Path) -> None:
    url = urls()
    with closing(open_store(url)) as database:
        unlock(database, tmp_path / "key")
        with database.transaction() as tx:
            tx.fast("UPDATE alembic_version SET version_num = '0001'")
    (tmp_path / "key").unlink()

    with closing(open_store(url)) as database:
        with pytest.raises(Invalid, match="the store was made with one; put that one there"):
            unlock(database, tmp_path / "key")

        with database.reading() as r:
            assert r.fast("SELECT version_num FROM alembic_version") == [("0001",)]
    assert not (tmp_path / "key").exists()


def test_of_daemons_that_begin_at_once_without_a_key_one_makes_it_and_the_others_leave_nothing_behind(
    postgres: Schemas, tmp_path: Path
) -> None:
    url = postgres.make()
    files = [tmp_path / name for name in ("one", "other", "third")]
    with ExitStack() as stores, ThreadPoolExecutor(3) as threads:
        databases = [stores.enter_context(closing(open_store(url))) for _ in files]

        begun = [threads.submit(unlock, *each) for each in zip(databases, files, strict=True)]
        faults = [each.exception(60) for each in begun]

        assert sorted(map(type, faults), key=str) == [type(None), Invalid, Invalid]
        (key,) = (file for file in files if file.exists())
        for database in databases:
            assert not unlock(database, key)[1].made


def test_another_key_is_refused_and_stays_where_it_was_put(database: Database, tmp_path: Path) -> None:
    unlock(database, tmp_path / "key")
    (tmp_path / "other").write_bytes(bytes(32))
    (tmp_path / "other").chmod(0o400)

    with pytest.raises(Conflict, match="this store was made with another key"):
        unlock(database, tmp_path / "other")

    assert (tmp_path / "other").exists()
