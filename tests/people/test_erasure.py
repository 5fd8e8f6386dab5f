"""The right to erasure, held against the bytes of the store's files.

The words that are searched for occur in one person's record only, so that
each of them found anywhere is a trace of that person.
"""

import random
from pathlib import Path
from typing import Any

import pytest

from contactd.domain.erasing import digest
from contactd.domain.refusals import Away, Conflict, Invalid
from contactd.domain.words import ContactStatus, Mode, SuppressionKind
from contactd.store import suppressions, tables
from contactd_sdk import Record
from fakes.house import House, counts, record
from people.desk import BY, Desk

WANDA = "wanda.zyzzyva@quokka.example"
#: What only this person's record says.
TELLING = ("wanda.zyzzyva", "quokka", "zyzzyva", "Wandalina", "Bandicoot", "Numbat")


def wanda(number: int = 1, **more: Any) -> Record:
    values = {"first": "Wandalina", "company": "Bandicoot Ltd", **more}
    return record(number, WANDA, **values)


def traces(house: House, words: tuple[str, ...] = TELLING) -> set[str]:
    """Give the *words* that a file of the store holds, in any spelling of letters; on a server, its tables."""
    octets = (_files(house) if house.database.kind == "sqlite" else _tables(house)).lower()
    return {word for word in words if word.lower().encode() in octets}


def _files(house: House) -> bytes:
    folder = Path(house.database.place).parent
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


def _tables(house: House) -> bytes:
    with house.database.reading() as r:
        rows = [row for table in tables.METADATA.sorted_tables for row in r.rows(table.select())]
    cells = (cell for row in rows for cell in row)
    return b" ".join(cell if isinstance(cell, bytes) else str(cell).encode() for cell in cells)


def neighbors(count: int = 400) -> list[Record]:
    return [record(number, company=f"Firm {number}") for number in range(100, 100 + count)]


def test_the_files_hold_what_is_not_erased(house: House) -> None:
    house.run([wanda()])

    assert traces(house) >= {"zyzzyva", "Wandalina"}


def test_no_trace_of_a_person_stays_in_the_files(desk: Desk, house: House) -> None:
    # A history: made, changed twice, with a shadow, on many pages that were split and merged.
    house.source.page_size = 50
    house.run([wanda(), *neighbors()])
    house.run([wanda(company="Numbat", modified=1), wanda(2, modified=1), *neighbors(380)], mode=Mode.SWEEP)
    house.run([wanda(first="Zyzzyva", modified=2), wanda(2, modified=2), record(3, "Wanda.Zyzzyva@quokka.example")])
    contact = desk.contact(WANDA)
    desk.edit(contact, values={"last-name": "Zyzzyva"})
    desk.unsubscribe(contact, evidence="Wandalina called")

    erased = desk.erase("Wanda.Zyzzyva@QUOKKA.example")

    assert traces(house) == set()
    after = desk.by_id(contact.id)
    assert (erased.contact, after.status, after.email, after.fields) == (contact.id, ContactStatus.ERASED, "", {})


@pytest.mark.parametrize("seed", range(5))
def test_no_trace_stays_wherever_the_rows_have_moved(desk: Desk, house: House, seed: int) -> None:
    chance = random.Random(seed)
    house.source.page_size = 40
    people = [wanda(), *neighbors(200)]
    for step in range(4):
        kept = [one for one in people[1:] if chance.random() < 0.7]
        house.run([wanda(company=f"Bandicoot {'x' * chance.randrange(900)}", modified=step), *kept])

    desk.erase(WANDA)

    assert traces(house) == set()


def test_an_erased_person_is_not_brought_back_and_leaves_no_trace_in_the_attempt(desk: Desk, house: House) -> None:
    house.run([wanda(), record(2)])
    desk.erase(WANDA)

    again = house.run([wanda(modified=3), record(2), wanda(3)])

    assert counts(again) == {"unchanged": 1, "skipped:erased": 2}
    assert traces(house) == set()


def test_a_record_that_is_skipped_for_another_reason_tells_nothing_of_an_erased_person(
    desk: Desk, house: House
) -> None:
    desk.erase(WANDA)

    run = house.run([wanda(customer=False), record(2)])

    assert counts(run) == {"skipped:not_customer": 1, "added": 1}
    house.database.scrub()
    assert traces(house) == set()


def test_a_run_in_flight_goes_on_without_the_person(desk: Desk, house: House) -> None:
    house.run([wanda(), record(2), record(3), record(4)])

    def erase(page: int) -> None:
        if page == 1:
            desk.erase(WANDA)

    house.source.before_page = erase
    run = house.run([wanda(modified=1, company="Numbat"), record(2, modified=1), record(3), record(4, first="New")])

    assert run.counts.total == 4
    assert traces(house) == set()


def test_an_undecided_record_of_the_person_is_decided(desk: Desk, house: House) -> None:
    house.run([wanda(), record(2), record(3)])

    def erase(page: int) -> None:
        if page == 1:
            desk.erase(WANDA)

    house.source.before_page = erase
    run = house.run([record(1, "wanda@numbat.example", modified=1), record(2), record(3)])

    assert counts(run) == {"skipped:erased": 1, "unchanged": 2}
    assert traces(house) == set()


def test_a_held_run_forgets_the_person(desk: Desk, house: House) -> None:
    house.source.page_size = 50
    house.run([wanda(), *neighbors(60)])
    held = house.run([record(500)], mode=Mode.SWEEP)

    desk.erase(WANDA)
    with house.database.transaction() as tx:
        tx.fast("UPDATE run SET confirmed = 1, state = 'waiting' WHERE id = ?", (held.id,))
    run = house.carry(held.id)

    assert (held.state, run.state) == ("held", "succeeded")
    assert counts(run) == {"added": 1, "removed": 60}
    assert traces(house) == set()


def test_other_entries_of_the_address_are_folded_into_the_erasure(desk: Desk, house: House) -> None:
    desk.suppress(WANDA, SuppressionKind.HARD_BOUNCE, evidence="550 no such Bandicoot")
    contact = desk.create("jo@example.com")
    desk.unsubscribe(contact, by_self=True)

    erased = desk.erase(WANDA)

    with house.database.reading() as r:
        entries = suppressions.page(r, 1, wanted=suppressions.Wanted(), limit=10)
    assert [(one.kind, one.email, one.digest) for one in entries] == [
        (SuppressionKind.DO_NOT_MAIL, "jo@example.com", ""),
        (SuppressionKind.ERASED, "", erased.digest),
    ]
    assert traces(house) == set()


def test_an_erasure_cannot_be_lifted_nor_gone_round(desk: Desk, house: House) -> None:
    desk.erase(WANDA)
    with house.database.reading() as r:
        (entry,) = suppressions.page(r, 1, wanted=suppressions.Wanted(), limit=10)

    with pytest.raises(Conflict, match="asked to be erased"):
        desk.lift(entry)
    with pytest.raises(Invalid, match="asked to be erased"):
        desk.create(WANDA)
    with pytest.raises(Conflict):
        desk.suppress(WANDA, SuppressionKind.BLOCKED)


def test_only_who_has_the_store_key_can_tell_who_was_erased(desk: Desk) -> None:
    ours, theirs = desk.parts.sealer.derived(suppressions.PURPOSE), bytes(32)

    erased = desk.erase(WANDA)

    assert erased.digest == digest(WANDA, ours).hex() != digest(WANDA, theirs).hex()


def test_erasing_twice_is_erasing_once(desk: Desk, house: House) -> None:
    house.run([wanda()])

    first, second = desk.erase(WANDA), desk.erase(WANDA)

    assert (first.digest, second.contact) == (second.digest, None)
    with house.database.reading() as r:
        assert len(suppressions.page(r, 1, wanted=suppressions.Wanted(), limit=10)) == 1


def test_what_was_agreed_to_stays_without_its_text(desk: Desk, house: House) -> None:
    run = house.run([wanda()])
    contact = desk.contact(WANDA)
    desk.unsubscribe(contact, evidence="Wandalina called")

    desk.erase(WANDA)

    assert desk.agreed(contact) == [
        ("subscription_type", "", "marketing", f"run/{run.id}"),
        ("subscription_type", "marketing", "unsubscribed", BY),
    ]


def test_somebody_elses_address_is_not_erased_along(desk: Desk, house: House) -> None:
    house.run([wanda(), record(2)])
    other = desk.contact("person2@example.com")

    desk.erase(WANDA)

    assert desk.by_id(other.id) == other


def test_a_former_address_that_is_only_shown_is_erased_too(desk: Desk, house: House) -> None:
    gone, contact = desk.create(WANDA), desk.create("jo@example.com")
    desk.delete(gone)
    desk.edit(contact, email=WANDA)

    erased = desk.erase(WANDA)

    assert erased.contact == contact.id
    assert desk.by_id(gone.id).status is ContactStatus.ERASED
    assert traces(house) == set()


def test_exceptions_of_the_policies_are_forgotten(desk: Desk, house: House) -> None:
    desk.workspace(policies='{"role_exceptions": ["info@example.com", "Info@Quokka.example"]}')

    desk.erase("info@quokka.example")

    assert traces(house, ("quokka",)) == set()


def test_an_undo_brings_no_erased_person_back(desk: Desk, house: House) -> None:
    run = house.run([wanda(), record(2)])
    contact = desk.contact(WANDA)
    changed = house.run([wanda(company="Numbat", modified=1), record(2)])
    desk.erase(WANDA)

    for undone in (changed, run):
        house.undo(undone)

    assert desk.by_id(contact.id).status is ContactStatus.ERASED
    house.database.scrub()
    assert traces(house) == set()


def test_an_erasure_says_when_somebody_still_reads_what_was(desk: Desk, house: House) -> None:
    if house.database.kind != "sqlite":
        pytest.skip("a server keeps what its readers see")
    house.run([wanda()])

    with house.database.reading() as r:
        r.fast("SELECT 1 FROM contact")
        with pytest.raises(Away, match="repeat the command"):
            desk.erase(WANDA)

    desk.erase(WANDA)
    assert traces(house) == set()
