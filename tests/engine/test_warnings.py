"""What is told of a record that is taken all the same."""

from pathlib import Path

from sqlalchemy import select

from contactd.domain.nouns import Run
from contactd.store import tables
from contactd.store.tables import table
from engine.test_preview import foretold
from fakes.house import House, counts, record


def details(house: House, run: Run) -> dict[str, str]:
    """What the ledger keeps beside the reason, by record."""
    rows = table(tables.OutcomeRow)
    with house.database.reading() as r:
        found = r.rows(select(rows).where(rows.c.run_id == run.id))
    return {row.source_id: row.detail for row in found}


def test_a_domain_one_letter_off_keeps_nobody_out(house: House) -> None:
    """Row 9: a near miss only adds a warning; it names no address."""
    run = house.run([record(1, "ann@gmaio.com"), record(2, "bob@gmail.com"), record(3, "eve@gnail.com")])

    assert counts(run) == {"added": 2, "skipped:invalid_pattern": 1}
    assert details(house, run) == {"1": "meant:gmail.com", "3": "eve@gmail.com"}
    assert "ann@gmaio.com" in house.contacts()


def test_a_preview_tells_the_same(house: House) -> None:
    house.source.records = [record(1, "ann@gmaio.com"), record(2, "bob@gmail.com")]

    told, shown = foretold(house)

    assert told == {"added": 2}
    assert {one.source_id: one.suggestion for one in shown} == {"1": "meant:gmail.com", "2": ""}


def test_where_nobody_looks_for_misspellings_nothing_is_told(tmp_path: Path) -> None:
    house = House(tmp_path, policies='{"typo": "off"}')

    run = house.run([record(1, "ann@gmaio.com"), record(2, "eve@gnail.com")])

    assert counts(run) == {"added": 2}
    assert details(house, run) == {}
    house.close()
