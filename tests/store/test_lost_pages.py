"""A server that goes down loses pages that were not on its disk yet: a run that lives on reads them again."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from contactd.domain.words import RunState
from fakes.house import House, on_postgres, record
from fakes.postgres import Schemas, Server


@pytest.fixture
def server() -> Iterator[Server]:
    """Give a server that is slow to write pages to its disk."""
    with Server() as server:
        with psycopg.connect(server.url(), autocommit=True) as session:
            session.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
            session.execute("ALTER SYSTEM SET wal_writer_flush_after = '1GB'")
            session.execute("SELECT pg_reload_conf()")
        yield server


@pytest.mark.parametrize("lost_at", [3, 4])
def test_pages_that_a_server_lost_are_read_again(tmp_path: Path, server: Server, lost_at: int) -> None:
    with on_postgres(Schemas(server.url())), closing(House(tmp_path)) as house:
        house.source.records = [record(number) for number in range(10)]

        def crash(page: int) -> None:
            if page == lost_at:
                server.stop()
                server.start()

        house.source.before_page = crash
        before = house.run()
        house.source.before_page = lambda _: None
        after = house.carry(before.id)

        assert (before.state, before.waiting_reason) == (RunState.WAITING, "store_away")
        assert "lost" in before.waiting_message
        assert (after.state, after.counts.total) == (RunState.SUCCEEDED, 10)
        assert len(house.contacts()) == 10
