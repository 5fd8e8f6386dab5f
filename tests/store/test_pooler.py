"""A pooler between a daemon and its server: one that deals transactions out is noticed before it does any harm."""

from collections.abc import Iterator
from contextlib import closing
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine

from contactd.domain.refusals import Invalid
from contactd.store.entry import is_dealt_out
from contactd.store.opening import open_store
from fakes.pooler import pooler
from fakes.postgres import Schemas


@pytest.mark.parametrize("sessions", [1, 2, 5])
def test_a_pooler_that_deals_transactions_out_is_refused_with_the_remedy(
    postgres: Schemas, tmp_path: Path, sessions: int
) -> None:
    url = postgres.make()
    with pooler(tmp_path / "way", url, sessions=sessions) as between, pytest.raises(Invalid) as caught:
        open_store(between.store)

    assert "a pooler deals the transactions of the store" in caught.value.message
    assert "let it keep sessions whole (in PgBouncer, pool_mode = session)" in caught.value.message
    with closing(open_store(url)) as database, database.transaction() as tx:
        assert database.alone(tx)


class Dealt:
    """A session at a pooler that takes its own in turn."""

    def __init__(self, turns: Iterator[Connection]) -> None:
        self._turns = turns

    def begin(self) -> Any:
        self._taken = next(self._turns)
        return self._taken.begin()

    def exec_driver_sql(self, sql: str) -> Any:
        return self._taken.exec_driver_sql(sql)


@pytest.mark.parametrize("sessions", [1, 2, 3, 4, 5])
def test_one_that_takes_its_sessions_in_turn_is_known_too(postgres: Schemas, sessions: int) -> None:
    engine = create_engine(postgres.make().replace("postgresql://", "postgresql+psycopg://"))
    turns = cycle([engine.connect() for _ in range(sessions)])
    one: Any = Dealt(turns)
    other: Any = Dealt(turns)

    dealt_out = is_dealt_out(one, other)

    assert dealt_out
    for connection in (next(turns) for _ in range(sessions)):
        connection.close()
    engine.dispose()
