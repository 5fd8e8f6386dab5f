"""A store that cannot be written: told as such, and nothing is half done."""

from pathlib import Path

import pytest

from contactd.domain.refusals import Away
from contactd.domain.words import RunState
from fakes.house import House, record


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
    with pytest.raises(Away, match="full"), full.database.transaction() as tx:
        tx.many("INSERT INTO store_meta VALUES (?, ?)", [(str(n), "x" * 4000) for n in range(500)])

    with full.database.reading() as r:
        assert r.fast("SELECT count(*) FROM store_meta WHERE value LIKE 'xxx%'") == [(0,)]
    full.close()
