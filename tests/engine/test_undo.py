"""A run that takes another one back: each of the outcomes, and what has changed since."""

import json
from typing import Any

import pytest

from contactd.domain.nouns import Run
from contactd.domain.undoing import WHY_KEPT, Kept
from contactd.domain.words import Mode, RunState
from contactd.store.effects import EFFECTIVE
from fakes.house import House, counts, record


def everybody(house: House) -> dict[int, tuple[Any, ...]]:
    """Give what there is of every contact: status, address, key, values, whether it is on the list."""
    query = (
        "SELECT c.id, c.status, c.email, c.email_key, c.fields, m.state FROM contact c"
        " LEFT JOIN list_member m ON m.contact_id = c.id"
    )
    with house.database.reading() as r:
        return {row[0]: (*row[1:4], json.loads(row[4]), row[5]) for row in r.fast(query)}


def live(house: House) -> dict[int, tuple[Any, ...]]:
    return {number: told for number, told in everybody(house).items() if told[0] == "live"}


def details(house: House, run: Run) -> dict[str, tuple[str, str]]:
    """Give (outcome, detail) of the rows of *run*, by record."""
    with house.database.reading() as r:
        rows = r.fast("SELECT source_id, outcome, detail FROM outcome WHERE run_id = ?", (run.id,))
    return {source_id: (outcome, detail) for source_id, outcome, detail in rows}


def change(house: House, sql: str, *values: object) -> None:
    with house.database.transaction() as tx:
        tx.fast(sql, values)


def test_an_added_contact_is_gone_again(house: House) -> None:
    run = house.run([record(1), record(2)])

    undone = house.undo(run)

    assert undone.state is RunState.SUCCEEDED
    assert counts(undone) == {"removed": 2}
    assert live(house) == {}
    assert {told[-1] for told in everybody(house).values()} == {None}


def test_what_was_added_and_undone_is_readded_by_the_next_full_reading(house: House) -> None:
    run = house.run([record(1)])
    house.undo(run)

    again = house.run([record(1)])

    assert counts(again) == {"readded": 1}
    assert list(house.contacts()) == ["person1@example.com"]


def test_an_updated_contact_is_what_it_was(house: House) -> None:
    house.run([record(1, company="Acme"), record(2)])
    before = everybody(house)
    run = house.run([record(1, first="Anna", company="Umbrella", modified=5), record(2)])

    undone = house.undo(run)

    assert counts(undone) == {"updated": 1}
    assert everybody(house) == before


def test_what_was_updated_and_undone_is_updated_again_by_the_next_full_reading(house: House) -> None:
    house.run([record(1)])
    changed = [record(1, first="Anna", modified=5)]
    house.undo(house.run(changed))

    again = house.run(changed)

    assert counts(again) == {"updated": 1}
    assert house.contacts() == {"person1@example.com": {"first-name": "Anna"}}


def test_a_removed_contact_is_back_on_its_list(house: House) -> None:
    house.run([record(1), record(2)])
    before = everybody(house)
    run = house.run([record(1, deleted=True, modified=5), record(2)])

    undone = house.undo(run)

    assert counts(run) == {"removed": 1, "unchanged": 1}
    assert counts(undone) == {"readded": 1}
    assert everybody(house) == before
    assert house.links()["1"] == ("person1@example.com", "owner")


def test_a_readded_contact_is_deleted_again(house: House) -> None:
    house.run([record(1), record(2)])
    house.run([record(1, deleted=True, modified=5), record(2)])
    before = everybody(house)
    run = house.run([record(1, first="Back", modified=9), record(2)])

    undone = house.undo(run)

    assert counts(run) == {"readded": 1, "unchanged": 1}
    assert counts(undone) == {"removed": 1}
    assert everybody(house) == before


def test_what_was_unchanged_skipped_or_failed_leaves_nothing_to_take_back(house: House) -> None:
    house.run([record(1)])
    run = house.run([record(1), record(2, ""), record(3, "john@gnail.com")])
    before = everybody(house)

    undone = house.undo(run)

    assert counts(run) == {"unchanged": 1, "skipped:empty_email": 1, "skipped:invalid_pattern": 1}
    assert (undone.state, undone.counts.total) == (RunState.SUCCEEDED, 0)
    assert everybody(house) == before


def test_a_changed_address_is_the_old_one_again(house: House) -> None:
    house.run([record(1), record(2)])
    before = everybody(house)
    run = house.run([record(1, "new@example.com", modified=5), record(2)])

    undone = house.undo(run)

    assert counts(run) == {"updated:email_changed": 1, "unchanged": 1}
    assert counts(undone) == {"updated": 1}
    assert everybody(house) == before
    assert house.links()["1"] == ("person1@example.com", "owner")


@pytest.mark.parametrize("at_once", [1, 2, 500])
def test_two_who_swapped_their_addresses_swap_them_back(house: House, at_once: int) -> None:
    house.run([record(1), record(2), record(3)])
    before = everybody(house)
    run = house.run(
        [record(1, "person2@example.com", modified=5), record(2, "person1@example.com", modified=5), record(3)]
    )
    house.runs.at_once = at_once

    undone = house.undo(run)

    assert counts(undone) == {"updated": 2}
    assert everybody(house) == before


def test_what_a_person_has_changed_since_is_kept(house: House) -> None:
    run = house.run([record(1), record(2)])
    change(house, "UPDATE contact SET touched_run = NULL WHERE email = 'person1@example.com'")

    undone = house.undo(run)

    assert counts(undone) == {"removed": 1, "unchanged": 1}
    assert details(house, undone)["1"] == ("unchanged", WHY_KEPT[Kept.BY_HAND])
    assert list(house.contacts()) == ["person1@example.com"]


def test_what_a_later_run_has_changed_since_is_kept(house: House) -> None:
    run = house.run([record(1), record(2)])
    house.run([record(1, first="Anna", modified=5), record(2)])

    undone = house.undo(run)

    assert details(house, undone)["1"] == ("unchanged", WHY_KEPT[Kept.LATER_RUN])
    assert house.contacts() == {"person1@example.com": {"first-name": "Anna"}}


def test_who_was_erased_since_stays_erased(house: House) -> None:
    run = house.run([record(1)])
    change(house, "UPDATE contact SET status = 'erased', email = '', email_key = NULL, fields = '{}'")

    undone = house.undo(run)

    assert details(house, undone)["1"] == ("unchanged", WHY_KEPT[Kept.ERASED])
    assert [told[0] for told in everybody(house).values()] == ["erased"]


def test_who_is_suppressed_by_now_comes_on_no_list(house: House) -> None:
    house.run([record(1), record(2)])
    run = house.run([record(1, deleted=True, modified=5), record(2)])
    change(
        house,
        "INSERT INTO suppression (id, workspace_id, email_key, kind, scope, set_by, evidence, created_at)"
        " VALUES (1, 1, 'person1@example.com', 'complaint', 'workspace', 'self', '', 0)",
    )

    undone = house.undo(run)

    assert details(house, undone)["1"] == ("unchanged", WHY_KEPT[Kept.SUPPRESSED])
    assert list(house.contacts()) == ["person2@example.com"]


def test_an_address_that_another_contact_has_by_now_is_not_taken_from_it(house: House) -> None:
    house.run([record(1)])
    run = house.run([record(1, "new@example.com", modified=5)])
    house.run([record(1, "new@example.com", modified=5), record(2, "person1@example.com")])

    undone = house.undo(run)

    assert details(house, undone)["1"] == ("unchanged", WHY_KEPT[Kept.TAKEN])
    assert sorted(house.contacts()) == ["new@example.com", "person1@example.com"]


def test_the_counts_of_an_undo_add_up_to_what_the_run_did(house: House) -> None:
    house.run([record(number) for number in range(1, 6)])
    run = house.run(
        [
            record(1, first="Anna", modified=5),
            record(2, deleted=True, modified=5),
            record(3, "new@example.com", modified=5),
            record(4),
            record(5),
            record(6),
            record(7),
            record(8, ""),
        ]
    )
    change(house, "UPDATE contact SET touched_run = NULL WHERE email = 'person6@example.com'")

    undone = house.undo(run)

    assert undone.counts.total == sum(run.counts.of(outcome) for outcome in EFFECTIVE) == 5
    assert counts(undone) == {"updated": 2, "readded": 1, "removed": 1, "unchanged": 1}


def test_an_undo_leaves_the_watermark_so_an_increment_brings_nothing_back(house: House) -> None:
    house.run([record(1), record(2)])
    changed = [record(1, first="Anna", modified=50), record(2, first="Later", modified=90)]
    house.undo(house.run(changed))

    increment = house.run(mode=Mode.INCREMENTAL)

    # The overlap of two increments is read again, as ever; what is older is not.
    assert counts(increment) == {"updated": 1}
    assert house.contacts()["person1@example.com"] == {"first-name": "First"}
