"""What becomes of each record: through the engine and a real store."""

import pytest

from contactd.domain.words import Mode, RunState
from fakes.house import House, counts, record


def test_a_first_run_adds_every_good_record(house: House) -> None:
    run = house.run([record(1, company="Acme"), record(2), record(3)])

    assert run.state is RunState.SUCCEEDED
    assert counts(run) == {"added": 3}
    assert house.contacts()["person1@example.com"] == {"first-name": "First", "company": "Acme"}


def test_a_second_run_changes_nothing(house: House) -> None:
    records = [record(1), record(2, ""), record(3, "john@gnail.com"), record(4, "info@example.com"), record(5)]
    house.run(records)
    before = house.contacts()

    run = house.run(records)

    assert counts(run) == {
        "unchanged": 2,
        "skipped:empty_email": 1,
        "skipped:invalid_pattern": 1,
        "skipped:role_address": 1,
    }
    assert house.contacts() == before


def test_a_changed_field_updates_the_contact(house: House) -> None:
    house.run([record(1), record(2)])

    run = house.run([record(1, first="Anna", modified=5), record(2)])

    assert counts(run) == {"updated": 1, "unchanged": 1}
    assert house.contacts()["person1@example.com"] == {"first-name": "Anna"}


def test_of_two_records_with_one_address_the_older_owns_it(house: House) -> None:
    run = house.run([record(7, "same@example.com", first="Young"), record(3, "same@example.com", first="Old")])

    assert counts(run) == {"added": 1, "skipped:file_duplicate": 1}
    assert house.contacts() == {"same@example.com": {"first-name": "Old"}}
    assert house.links() == {"3": ("same@example.com", "owner"), "7": ("same@example.com", "shadow")}
    assert house.outcomes(run) == {"7": ("skipped", "file_duplicate")}


def test_the_older_record_wins_across_pages_too(house: House) -> None:
    house.source.page_size = 1

    run = house.run([record(9, "same@example.com", first="Young"), record(1, "same@example.com", first="Old")])

    assert counts(run) == {"added": 1, "skipped:file_duplicate": 1}
    assert house.contacts() == {"same@example.com": {"first-name": "Old"}}


def test_a_record_that_goes_bad_leaves_its_contact_mailable(house: House) -> None:
    house.run([record(1)])

    run = house.run([record(1, "person1@gnail.com", modified=5)])

    assert counts(run) == {"skipped:invalid_pattern": 1}
    assert list(house.contacts()) == ["person1@example.com"]
    assert house.links() == {"1": ("person1@example.com", "stale")}


def test_a_record_that_is_mended_is_the_same_contact_again(house: House) -> None:
    house.run([record(1)])
    house.run([record(1, "person1@gnail.com", modified=5)])

    run = house.run([record(1, first="Mended", modified=9)])

    assert counts(run) == {"updated": 1}
    assert house.contacts() == {"person1@example.com": {"first-name": "Mended"}}


def test_a_changed_address_renames_the_contact(house: House) -> None:
    house.run([record(1), record(2)])

    run = house.run([record(1, "new@example.com", modified=5), record(2)])

    assert counts(run) == {"updated:email_changed": 1, "unchanged": 1}
    assert sorted(house.contacts()) == ["new@example.com", "person2@example.com"]


def test_two_customers_may_swap_their_addresses(house: House) -> None:
    house.run([record(1, "a@example.com", first="One"), record(2, "b@example.com", first="Two")])

    run = house.run(
        [record(1, "b@example.com", first="One", modified=5), record(2, "a@example.com", first="Two", modified=5)]
    )

    assert counts(run) == {"updated:email_changed": 2}
    assert house.contacts() == {"b@example.com": {"first-name": "One"}, "a@example.com": {"first-name": "Two"}}


def test_a_change_to_an_address_that_is_there_merges(house: House) -> None:
    house.run([record(2, "two@example.com", first="Two"), record(1, "one@example.com", first="One")])

    run = house.run([record(2, "two@example.com", first="Two"), record(1, "two@example.com", first="One", modified=5)])

    assert counts(run) == {"updated:email_changed_merged": 1, "skipped:file_duplicate": 1}
    assert house.contacts() == {"two@example.com": {"first-name": "One"}}


def test_an_owner_that_changes_its_address_hands_the_old_one_on(house: House) -> None:
    house.run([record(1, "same@example.com", first="Old"), record(2, "same@example.com", first="Young")])

    run = house.run(
        [record(1, "new@example.com", first="Old", modified=5), record(2, "same@example.com", first="Young")]
    )

    assert counts(run) == {"updated:email_changed": 1, "updated:ownership": 1}
    assert house.contacts() == {"new@example.com": {"first-name": "Old"}, "same@example.com": {"first-name": "Young"}}


def test_an_owner_that_goes_bad_hands_its_contact_on(house: House) -> None:
    house.run([record(1, "same@example.com", first="Old"), record(2, "same@example.com", first="Young")])

    run = house.run([record(1, "", first="Old", modified=5), record(2, "same@example.com", first="Young")])

    assert counts(run) == {"skipped:empty_email": 1, "updated:ownership": 1}
    assert house.contacts() == {"same@example.com": {"first-name": "Young"}}


def test_a_sweep_removes_what_is_gone(house: House) -> None:
    house.run([record(1), record(2), record(3)])

    run = house.run([record(1), record(3)], Mode.SWEEP)

    assert counts(run) == {"unchanged": 2, "removed": 1}
    assert sorted(house.contacts()) == ["person1@example.com", "person3@example.com"]


def test_a_plain_run_removes_nothing(house: House) -> None:
    house.run([record(1), record(2)])

    run = house.run([record(1)], Mode.FULL)

    assert counts(run) == {"unchanged": 1}
    assert len(house.contacts()) == 2


def test_a_removed_customer_that_comes_back_is_readded(house: House) -> None:
    house.run([record(1), record(2)])
    house.run([record(1)], Mode.SWEEP)

    run = house.run([record(1), record(2)])

    assert counts(run) == {"unchanged": 1, "readded": 1}
    assert len(house.contacts()) == 2


def test_a_removed_owner_hands_its_contact_to_the_next_record(house: House) -> None:
    house.run([record(1, "same@example.com", first="Old"), record(2, "same@example.com", first="Young")])

    run = house.run([record(2, "same@example.com", first="Young")], Mode.SWEEP)

    assert counts(run) == {"updated:ownership": 1}
    assert house.contacts() == {"same@example.com": {"first-name": "Young"}}


def test_what_the_source_marks_as_deleted_is_removed(house: House) -> None:
    house.run([record(1), record(2)])

    run = house.run([record(1), record(2, modified=5, deleted=True)])

    assert counts(run) == {"unchanged": 1, "removed": 1}


def test_a_row_that_slipped_between_two_pages_is_not_removed(house: House) -> None:
    house.run([record(1), record(2), record(3)])
    house.source.confirms = True
    house.source.slipped = [record(2)]

    run = house.run([record(1), record(3)], Mode.SWEEP)

    assert counts(run) == {"unchanged": 2}
    assert len(house.contacts()) == 3


def test_a_vendor_is_no_customer(house: House) -> None:
    run = house.run([record(1), record(2, customer=False)])

    assert counts(run) == {"added": 1, "skipped:not_customer": 1}


def test_an_overlap_is_not_counted_again(house: House) -> None:
    house.run([record(1, modified=10), record(2, modified=12)])

    run = house.run([record(1, modified=10), record(2, modified=12)], Mode.INCREMENTAL)

    assert counts(run) == {}


def test_update_empty_is_off_by_default(house: House) -> None:
    house.run([record(1, company="Acme")])

    run = house.run([record(1, company="", modified=5)])

    assert counts(run) == {"unchanged": 1}
    assert house.contacts()["person1@example.com"]["company"] == "Acme"


def test_a_contact_taken_over_from_a_record_gone_bad_is_not_flagged(house: House) -> None:
    house.run([record(1, "same@example.com", first="Old")])
    house.source.page_size = 100

    run = house.run([record(1, "", first="Old", modified=5), record(2, "same@example.com", first="New")])

    assert counts(run) == {"skipped:empty_email": 1, "updated:ownership": 1}
    assert house.stale() == []


def test_an_owner_that_lost_its_address_is_no_news_when_the_overlap_repeats_it(house: House) -> None:
    house.source.page_size = 1
    house.run([record(7, "same@example.com", modified=10)])

    run = house.run(
        [record(3, "same@example.com", modified=12), record(7, "same@example.com", modified=10)], Mode.INCREMENTAL
    )

    assert counts(run) == {"updated:ownership": 1}


@pytest.mark.parametrize("newcomer", [2, 9])
def test_a_newcomer_takes_nobodys_contact_along_with_an_address_that_was_left(house: House, newcomer: int) -> None:
    house.run([record(5, "old@example.com", company="Acme")])

    run = house.run([record(newcomer, "old@example.com", company=None), record(5, "new@example.com", company="Acme")])

    assert counts(run) == {"updated:email_changed": 1, "added": 1}
    assert house.contacts()["old@example.com"] == {"first-name": "First"}


def test_a_contact_that_moves_to_an_address_which_was_nobodys_before_the_run_stays_the_contact_it_is(
    house: House,
) -> None:
    house.source.page_size = 1
    house.run([record(5, "old@example.com", company="Acme")])

    run = house.run([record(9, "new@example.com"), record(5, "new@example.com", company="", modified=5)])

    assert counts(run) == {"updated:email_changed": 1, "skipped:file_duplicate": 1}
    assert house.contacts() == {"new@example.com": {"first-name": "First", "company": "Acme"}}
