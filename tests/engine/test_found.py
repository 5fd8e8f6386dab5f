"""What the plain model found by its histories (daemon/decisions/0018), made small and kept as examples."""

import pytest

from contactd.store import mappings
from fakes.house import House, counts, record
from fakes.house_rules import by_hand, set_sync


@pytest.mark.parametrize("newcomer_first", [False, True])
def test_a_newcomer_that_ranks_first_is_added_whoever_waited_and_was_read_before(
    house: House, *, newcomer_first: bool
) -> None:
    house.run([record(4, "a@example.com", created=0), record(5, "a@example.com", created=9)])
    by_hand(house, "a@example.com", email="c@example.com", email_key="c@example.com", provenance='{"email":"manual"}')
    with house.database.transaction() as tx:
        tx.fast("UPDATE link SET email_key = 'c@example.com' WHERE state = 'owner'")
    house.source.page_size = 1
    pair = [record(2, "a@example.com", created=2), record(5, "a@example.com", created=9)]

    run = house.run([record(4, "a@example.com", created=0), *(pair if newcomer_first else reversed(pair))])

    assert counts(run) == {"unchanged": 1, "added": 1, "skipped:file_duplicate": 1}


@pytest.mark.parametrize("silent_first", [False, True])
def test_a_shadow_is_silent_about_what_its_record_left_out_whoever_came_first(
    house: House, *, silent_first: bool
) -> None:
    set_sync(house, update_empty=1)
    house.source.page_size = 1
    pair = [record(3, "b@example.com", created=9), record(4, "b@example.com", created=0, company="Acme")]
    del pair[0].values["company"]
    house.run(pair if silent_first else list(reversed(pair)))

    house.run([record(4, "b@example.com", created=0, modified=5, deleted=True)])

    assert house.contacts()["b@example.com"]["company"] == "Acme"


def test_an_undo_brings_back_the_contact_of_a_record_that_came_second_elsewhere(house: House) -> None:
    house.run([record(1, "a@example.com"), record(2, "b@example.com", first="Bea")])
    run = house.run([record(2, "a@example.com", first="Bea", modified=5)])
    merged = list(house.contacts())

    undone = house.undo(run)

    assert (counts(run), merged) == ({"skipped:file_duplicate": 1}, ["a@example.com"])
    assert counts(undone) == {"updated": 1}
    assert house.contacts()["b@example.com"] == {"first-name": "Bea"}
    assert house.links()["2"] == ("b@example.com", "owner")


def test_an_undo_takes_a_flag_back_though_another_record_took_the_contact_on_the_same_page(house: House) -> None:
    house.source.page_size = 9
    house.run([record(1, "a@example.com"), record(2, "a@example.com"), record(5, "b@example.com")])
    run = house.run([record(2, "b@example.com", modified=5), record(5, "b@gnail.com", modified=5)])

    house.undo(run)

    assert counts(run) == {"updated:ownership": 1, "skipped:invalid_pattern": 1}
    assert house.stale() == []


@pytest.mark.parametrize("newcomer_first", [False, True])
def test_who_brings_a_deleted_contact_back_does_not_depend_on_order(house: House, *, newcomer_first: bool) -> None:
    house.run([record(3, "e@example.com", created=1)])
    by_hand(house, "e@example.com", status="deleted")
    house.source.page_size = 1
    pair = [record(1, "e@example.com", created=3), record(3, "a@example.com", created=1, modified=5)]

    run = house.run(pair if newcomer_first else list(reversed(pair)))

    assert counts(run) == {"readded": 1, "added": 1}


def test_a_shadow_that_takes_over_writes_no_field_that_is_mapped_no_more(house: House) -> None:
    house.run([record(1, "a@example.com", company="Acme"), record(2, "a@example.com", company="Other")])
    with house.database.transaction() as tx:
        lines = [line for line in mappings.lines(tx, house.sync.id, 1) if line.target_field != "company"]
        mappings.replace(tx, house.sync, lines, by="ann")

    run = house.run([record(1, "a@example.com", company="Acme", modified=5, deleted=True)])

    assert counts(run) == {"updated:ownership": 1, "unchanged": 1}
    assert house.contacts()["a@example.com"]["company"] == "Acme"
