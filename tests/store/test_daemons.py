"""Who shares a store: written down, seen by the lock that a session holds, and forgotten."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from contactd.domain.nouns import Daemon
from contactd.store import daemons, schema
from contactd.store.database import Database
from contactd.store.opening import open_store
from fakes.daemons import daemon
from fakes.postgres import Schemas, cut

DAY = 86_400_000_000

ONE, OTHER = daemon(1, "control", "told", "acme"), daemon(2, "worker", machine="beta")


@pytest.fixture
def times() -> list[int]:
    """Give the clock of every daemon: its last entry."""
    return [1000]


@pytest.fixture
def url(postgres: Schemas) -> str:
    return postgres.make()


@pytest.fixture
def opens(url: str, times: list[int]) -> Callable[[], Database]:
    """Give what opens a shared store."""

    def opens() -> Database:
        return open_store(url, clock=lambda: times[-1])

    with closing(opens()) as database:
        schema.prepare(database)
    return opens


@pytest.fixture
def database(opens: Callable[[], Database]) -> Iterator[Database]:
    """Give the store as the daemon has it that is `ONE`."""
    with closing(opens()) as database:
        enter(database, ONE)
        yield database


def enter(database: Database, me: Daemon) -> None:
    with database.transaction() as tx:
        daemons.enter(database, tx, me)


def look_after(database: Database, me: Daemon) -> None:
    with database.transaction() as tx:
        daemons.look_after(tx, me)


def seen(database: Database) -> list[tuple[str, bool, int]]:
    """Give who shares the store, whether they are there, and since when they are not."""
    with database.reading() as r:
        return [(one.machine, one.there, one.away_since) for one in daemons.everyone(r)]


def test_a_daemon_is_told_of_as_it_has_written_itself_down(opened: Callable[[], Database]) -> None:
    database = opened()

    enter(database, ONE)

    with database.reading() as r:
        assert daemons.with_runs(r) == [ONE]


def test_a_daemon_that_stops_is_told_of_no_more(opened: Callable[[], Database]) -> None:
    database = opened()
    enter(database, ONE)

    with database.transaction() as tx:
        daemons.leave(tx, ONE)

    assert seen(database) == []


def test_whoever_has_a_file_knows_that_all_others_are_gone(tmp_path: Path) -> None:
    with closing(open_store(f"sqlite://{tmp_path}/contactd.db", clock=lambda: 0)) as database:
        schema.prepare(database)
        enter(database, ONE)

        enter(database, OTHER)

        assert seen(database) == [("beta", True, 0)]


@pytest.mark.usefixtures("database")
def test_a_daemon_that_was_killed_is_told_of_by_the_one_that_takes_its_place(
    opens: Callable[[], Database], url: str
) -> None:
    cut(url)

    with closing(opens()) as other:
        enter(other, OTHER)

        assert seen(other) == [("alpha", False, 0), ("beta", True, 0)]


def test_whoever_is_alone_waits_for_no_refresh_of_a_daemon_that_is_gone(
    database: Database, opens: Callable[[], Database]
) -> None:
    with database.transaction() as tx:
        tx.fast(
            "INSERT INTO connection (id, workspace_id, name, title, kind, state, refresh_lease_until, created_at)"
            " VALUES (1, 1, 'books', 'Books', 'memory', 'enabled', 90, 0)"
        )
    leases = []

    for gone in (False, True):
        if gone:
            database.close()
        with closing(opens()) as other:
            enter(other, OTHER)
            with other.reading() as r:
                leases += r.fast("SELECT refresh_lease_until FROM connection")

    assert leases == [(90,), (0,)]


def test_a_daemon_is_there_as_long_as_its_session_is_or_one_that_takes_its_place(
    database: Database, opens: Callable[[], Database], url: str
) -> None:
    with closing(opens()) as other:
        enter(other, OTHER)
        before = seen(database)
        cut(url)
        lost = seen(database)

        look_after(other, OTHER)

        assert before == [("alpha", True, 0), ("beta", True, 0)]
        assert lost == [("alpha", False, 0), ("beta", False, 0)]
        assert seen(database) == [("alpha", False, 1000), ("beta", True, 0)]


def test_who_is_away_is_noted_with_the_time_and_forgotten_a_day_later(
    database: Database, opens: Callable[[], Database], url: str, times: list[int]
) -> None:
    with closing(opens()) as other:
        enter(other, OTHER)
        cut(url)
    told = []

    for now in (2000, 3000, 2000 + DAY, 2001 + DAY):
        times.append(now)
        look_after(database, ONE)
        told.append(seen(database)[1:])

    assert told == [[("beta", False, 2000)], [("beta", False, 2000)], [("beta", False, 2000)], []]


def test_a_daemon_that_the_others_have_forgotten_writes_itself_down_again(
    database: Database, opens: Callable[[], Database], url: str, times: list[int]
) -> None:
    with closing(opens()) as other:
        enter(other, OTHER)
        for now in (2000, 2001 + DAY):
            cut(url)
            times.append(now)
            look_after(database, ONE)
        forgotten = seen(database)

        look_after(other, OTHER)

        assert forgotten == [("alpha", True, 0)]
        assert seen(database) == [("alpha", True, 0), ("beta", True, 0)]


def test_a_daemon_that_came_back_in_time_is_away_no_more(
    database: Database, opens: Callable[[], Database], url: str
) -> None:
    with closing(opens()) as other:
        enter(other, OTHER)
        cut(url)
        look_after(database, ONE)
        missed = seen(database)[1]

        look_after(other, OTHER)
        look_after(database, ONE)

        assert missed == ("beta", False, 1000)
        assert seen(database)[1] == ("beta", True, 0)
