"""What an erasure leaves alone, and what it takes from rows that name the person only in passing."""

from pathlib import Path

import pytest

from contactd.domain.erasing import whole_address
from contactd.domain.words import ContactStatus, Outcome, Reason
from contactd_sdk import Malformed
from fakes.house import House, counts, record
from people.desk import Desk

JO = "jo@example.com"


def octets(house: House) -> bytes:
    """Give the bytes of the store's files, or of its ledger on a server."""
    if house.database.kind == "sqlite":
        house.database.scrub()
        return b"".join(path.read_bytes() for path in sorted(Path(house.database.place).parent.iterdir()))
    with house.database.reading() as r:
        return repr([tuple(row) for row in r.fast("SELECT * FROM outcome")]).encode()


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("jo@example.com", True),
        ('{"email":"Jo@Example.com"}', True),
        ("Jo <jo@example.com>, twice", True),
        ('{"notes":"write to\\njo@example.com."}', True),
        ("--jo@example.com--", False),
        ("banjo@example.com", False),
        ("al.jo@example.com", False),
        ("al-jo@example.com", False),
        ("al+jo@example.com", False),
        ("jo@example.com.au", False),
        ("jo@example.community", False),
    ],
)
def test_an_address_is_not_found_in_a_longer_one(text: str, *, there: bool) -> None:
    assert bool(whole_address(JO).search(text)) is there


def test_an_undo_brings_back_who_has_a_longer_address(desk: Desk, house: House) -> None:
    house.run([record(1, "banjo@example.com"), record(2, JO)])
    run = house.run([record(1, "banjo@example.com", company="Strings", modified=1), record(2, JO)])

    desk.erase(JO)
    house.undo(run)

    there = desk.contact("banjo@example.com")
    assert (there.status, there.fields.get("company")) == (ContactStatus.LIVE, None)


def test_an_undo_deletes_nobody_because_the_former_address_was_erased(desk: Desk, house: House) -> None:
    house.run([record(1, JO)])
    run = house.run([record(1, "new@example.com", modified=1)])

    desk.erase(JO)
    undone = house.undo(run)

    assert counts(undone) == {"unchanged": 1}
    assert desk.contact("new@example.com").status is ContactStatus.LIVE


def test_the_ledger_of_another_workspace_is_not_touched(desk: Desk, house: House) -> None:
    run = house.run([record(1, JO), record(2, "jo", company="wrote jo@example.com")])
    with house.database.transaction() as tx:
        tx.fast("UPDATE run SET workspace_id = 2")

    desk.erase("al@example.com")
    desk.erase("jo@example.com")

    with house.database.reading() as r:
        (mapped,) = r.fast("SELECT mapped FROM outcome WHERE run_id = ? AND source_id = '2'", (run.id,))[0]
    assert "wrote jo@example.com" in mapped


def test_a_claim_that_waits_for_an_erased_address_is_decided(desk: Desk, house: House) -> None:
    house.run([record(2, JO), record(3)])
    house.source.page_size = 1

    def erase(page: int) -> None:
        if page == 1:
            desk.erase(JO)

    house.source.before_page = erase
    run = house.run([record(1, JO, first="Josephina"), record(2, "other@example.com", modified=1), record(3)])

    assert (run.state, run.counts.total) == ("succeeded", 3)
    assert run.counts.by_reason[Outcome.SKIPPED, Reason.ERASED] >= 1
    assert b"josephina" not in octets(house).lower()


@pytest.mark.parametrize("address", ["wanda@gnail.com", "Wanda <wanda@gmail.com>", "wanda@gmail.com; al@example.com"])
def test_an_address_that_cannot_be_used_tells_nothing_of_who_was_meant(desk: Desk, house: House, address: str) -> None:
    unusable = record(1, address, company="Bandicoot")
    house.run([unusable, record(2)])

    desk.erase("wanda@gmail.com")
    erased = octets(house).lower()
    again = house.run([unusable, record(2)])

    assert b"bandicoot" not in erased
    assert counts(again) == {"skipped:invalid_pattern": 1, "unchanged": 1}
    found = octets(house).lower()
    assert b"bandicoot" not in found
    assert b"wanda" not in found


def test_a_record_that_cannot_be_read_tells_nothing_of_an_erased_person(desk: Desk, house: House) -> None:
    house.source.malformed = [Malformed('{"name": "Bandicoot", "mail": "wanda@gmail.com"', "cut off")]
    house.run([record(2)])

    desk.erase("wanda@gmail.com")
    erased = octets(house).lower()
    house.source.malformed = [Malformed('{"name": "Bandicoot", "mail": "wanda@gmail.com",', "cut off")]
    house.run([record(2)])

    assert b"bandicoot" not in erased
    assert b"bandicoot" not in octets(house).lower()


def test_an_exception_from_the_rule_on_roles_is_forgotten_in_any_script(desk: Desk, house: House) -> None:
    desk.workspace(policies='{"role_exceptions": ["b\\u00fcro@example.com", "info@example.com"]}')

    desk.erase("büro@example.com")

    with house.database.reading() as r:
        ((policies,),) = r.fast("SELECT policies FROM workspace WHERE id = 1")
    assert policies == '{"role_exceptions": ["info@example.com"]}'


@pytest.mark.parametrize("address", ["", "wanda", "info@example.com"])
def test_a_record_of_an_erased_person_tells_nothing_without_its_address(desk: Desk, house: House, address: str) -> None:
    house.run([record(1, JO, company="Bandicoot"), record(2)])
    desk.erase(JO)

    for day in (1, 2):
        run = house.run([record(1, address, company="Bandicoot", modified=day), record(2)])
        assert counts(run) == {"skipped:erased": 1, "unchanged": 1}

    assert b"bandicoot" not in octets(house).lower()


def test_what_a_person_changed_of_somebody_with_a_longer_address_stays(desk: Desk, house: House) -> None:
    house.run([record(1, "banjo@example.com"), record(2, JO)])
    desk.edit(desk.contact("banjo@example.com"), email="banjo@example.org")
    desk.edit(desk.contact(JO), email="john@example.org")

    desk.erase("john@example.org")

    with house.database.reading() as r:
        ((left,),) = r.fast("SELECT changes FROM hand_change")
    assert "banjo@example.com" in left
