"""A server that goes down loses pages that were not on its disk yet: a run that lives on reads them again."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from contactd.domain.words import RunState
from fakes.house import House, on_postgres, record
from fakes.postgres import Schemas, Server


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Give a server that is slow to write pages to its disk."""
    with Server() as server:
        with psycopg.connect(server.url(), autocommit=True) as session:
            session.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
            session.execute("ALTER SYSTEM SET wal_writer_flush_after = '1GB'")
            session.execute("SELECT pg_reload_conf()")
        yield server


@pytest.fixture(scope="module")
def stores(server: Server) -> Schemas:
    return Schemas(server.url())


@pytest.mark.parametrize("lost_at", [3, 4])
def test_pages_that_a_server_lost_are_read_again(tmp_path: Path, server: Server, stores: Schemas, lost_at: int) -> None:
    with on_postgres(stores), closing(House(tmp_path)) as house:
        house.source.records = [record(number) for number in range(10)]

        def crash(page: int) -> None:
            if page == lost_at:
                server.stop()
                server.start()

        house.source.before_page = crash
        run = house.run()
        house.source.before_page = lambda _: None
        if run.state is not RunState.SUCCEEDED:
            run = house.carry(run.id)

        # Whether anything was lost is the server's to say: it may have been quicker for once.
        assert (run.state, run.counts.total) == (RunState.SUCCEEDED, 10)
        assert len(house.contacts()) == 10
