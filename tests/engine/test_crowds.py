"""An address that many records carry: a page asks only after as many of them as it can tell apart."""

import pytest
from msgspec.structs import replace

from contactd.store import links
from fakes.house import House, counts, record

CROWD = "same@example.com"


@pytest.fixture
def crowded(house: House) -> House:
    """Give a house where forty records carry one address, the first of them last in every page order."""
    house.source.page_size = 7
    house.run([record(number, CROWD, created=100 - number, modified=1) for number in range(1, 41)])
    return house


def test_the_first_record_owns_it_however_many_wait(crowded: House) -> None:
    states = crowded.links()

    assert [name for name, (_, state) in states.items() if state == "owner"] == ["40"]
    assert counts(crowded.run()) == {"unchanged": 1, "skipped:file_duplicate": 39}


def test_only_the_first_that_wait_are_given_and_who_holds_the_contact(crowded: House) -> None:
    with crowded.database.reading() as r:
        some = links.claimants(r, crowded.sync.id, {CROWD}, 3)[CROWD]
        everybody = links.claimants(r, crowded.sync.id, {CROWD})[CROWD]

    assert {link.source_id for link in some} == {"40", "39", "38", "37"}
    assert len(everybody) == 40


def test_the_next_in_rank_takes_over_from_a_whole_page_that_went_bad(crowded: House) -> None:
    # The seven that come first are read on one page, and carry no address any more.
    bad = [record(number, "", created=100 - number, modified=5) for number in range(34, 41)]

    run = crowded.run([*bad, *(record(number, CROWD, created=100 - number, modified=1) for number in range(1, 34))])

    assert counts(run) == {"skipped:empty_email": 7, "skipped:file_duplicate": 32, "updated:ownership": 1}
    assert [name for name, (_, state) in crowded.links().items() if state == "owner"] == ["33"]


def test_where_nobody_knows_when_they_were_made_the_ids_decide(house: House) -> None:
    house.source.page_size = 3
    crowd = [replace(record(number, CROWD, modified=1), created=None) for number in range(1, 21)]

    house.run(crowd)

    assert [name for name, (_, state) in house.links().items() if state == "owner"] == ["1"]
    assert counts(house.run([*crowd[:1:-1], *crowd[:2]])) == {"unchanged": 1, "skipped:file_duplicate": 19}
