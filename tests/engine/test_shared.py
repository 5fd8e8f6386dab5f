"""Contacts that several syncs hold, and addresses that several records want (daemon/decisions/0016)."""

import json

from contactd.domain.words import Mode
from fakes.house import House, counts, record
from fakes.house_rules import by_hand, contact, row_of, second_sync, set_sync, suppress


def test_the_older_connection_goes_first(house: House) -> None:
    house.run([record(1, "a@example.com", first="First")])
    first, second = house.sync, second_sync(house)
    house.sync = second

    linked = house.run([record(7, "a@example.com", first="Second", company="Acme", modified=90)])
    house.sync = first
    again = house.run([record(1, "a@example.com", first="First")])

    assert (counts(linked), counts(again)) == ({"updated:linked": 1}, {"unchanged": 1})
    assert house.contacts() == {"a@example.com": {"first-name": "First", "company": "Acme"}}
    mark = json.loads(contact(house, "a@example.com").provenance)["company"]
    assert mark["sync"] == second.id


def test_a_higher_priority_goes_before_age(house: House) -> None:
    house.run([record(1, "a@example.com", first="First", modified=90)])
    house.sync = second_sync(house, priority=5)

    house.run([record(7, "a@example.com", first="Second")])

    assert house.contacts() == {"a@example.com": {"first-name": "Second"}}


def test_of_two_syncs_of_one_connection_the_newer_record_goes_first(house: House) -> None:
    house.run([record(1, "a@example.com", first="Old", modified=10)])
    first, house.sync = house.sync, second_sync(house, same_connection=True)
    house.run([record(1, "a@example.com", first="New", modified=20)])
    house.sync = first

    run = house.run([record(1, "a@example.com", first="Old", modified=10)])

    assert counts(run) == {"unchanged": 1}
    assert house.contacts() == {"a@example.com": {"first-name": "New"}}


def test_a_field_that_nobody_else_maps_is_written(house: House) -> None:
    house.run([record(1, "a@example.com", modified=10)])
    house.sync = second_sync(house, same_connection=True)

    house.run([record(1, "a@example.com", company="Acme", modified=10)])

    assert house.contacts()["a@example.com"]["company"] == "Acme"


def test_who_left_has_no_say_any_more(house: House) -> None:
    house.run([record(1, "a@example.com", first="First")])
    first, second = house.sync, second_sync(house)
    house.sync = second
    house.run([record(7, "a@example.com", first="Second")])
    house.sync = first
    gone = house.run([], Mode.SWEEP)
    house.sync = second

    run = house.run([record(7, "a@example.com", first="Second")])

    assert (counts(gone), counts(run)) == ({"removed:detached": 1}, {"updated": 1})
    assert house.contacts() == {"a@example.com": {"first-name": "Second"}}


def test_what_a_person_wrote_stays(house: House) -> None:
    house.run([record(1, "a@example.com", first="First")])
    fields, provenance = json.dumps({"first-name": "Anna"}), json.dumps({"first-name": "manual"})
    by_hand(house, "a@example.com", fields=fields, provenance=provenance)

    run = house.run([record(1, "a@example.com", first="Other", company="Acme", modified=5)])

    assert counts(run) == {"updated": 1}
    assert house.contacts() == {"a@example.com": {"first-name": "Anna", "company": "Acme"}}


def test_an_address_that_a_person_wrote_is_not_taken_back(house: House) -> None:
    house.run([record(1, "a@example.com")])
    by_hand(house, "a@example.com", email="b@example.com", email_key="b@example.com", provenance='{"email":"manual"}')

    run = house.run([record(1, "a@example.com", first="Anna", modified=5)])

    assert counts(run) == {"updated": 1}
    assert house.contacts() == {"b@example.com": {"first-name": "Anna"}}
    assert counts(house.run()) == {"unchanged": 1}


def test_an_address_that_another_sync_holds_is_left_to_it(house: House) -> None:
    house.run([record(1, "a@example.com", first="First")])
    first, house.sync = house.sync, second_sync(house)
    house.run([record(7, "a@example.com", first="Second")])
    house.sync = first

    run = house.run([record(1, "new@example.com", first="First", modified=5)])

    assert counts(run) == {"updated:email_changed": 1}
    assert sorted(house.contacts()) == ["a@example.com", "new@example.com"]


def test_who_objected_is_not_mailed_at_a_new_address(house: House) -> None:
    house.run([record(1, "a@example.com")])
    first, house.sync = house.sync, second_sync(house)
    house.run([record(7, "a@example.com")])
    house.sync = first
    suppress(house, "a@example.com", "do_not_mail")

    run = house.run([record(1, "new@example.com", modified=5)])

    assert counts(run) == {"skipped:do_not_mail": 1}
    assert sorted(house.contacts()) == ["a@example.com"]
    assert counts(house.run()) == {"skipped:do_not_mail": 1}
    with house.database.reading() as r:
        found = r.fast("SELECT email_key, kind, set_by FROM suppression ORDER BY email_key")
    assert found == [(key, "do_not_mail", "account") for key in ("a@example.com", "new@example.com")]


def test_a_person_who_objected_has_objected_at_the_new_address_too(house: House) -> None:
    house.run([record(1, "a@example.com"), record(2)])
    suppress(house, "a@example.com", "do_not_mail")

    run = house.run([record(1, "new@example.com", modified=5), record(2)])

    assert counts(run) == {"updated:email_changed": 1, "unchanged": 1}
    assert counts(house.run()) == {"skipped:do_not_mail": 1, "unchanged": 1}


def test_a_contact_goes_along_with_its_record_and_a_newcomer_gets_another(house: House) -> None:
    house.run([record(2, "b@example.com", company="Acme")])

    run = house.run([record(1, "b@example.com", company=None), record(2, "a@example.com", company="Acme", modified=5)])

    assert counts(run) == {"updated:email_changed": 1, "added": 1}
    assert house.contacts()["a@example.com"]["company"] == "Acme"
    assert "company" not in house.contacts()["b@example.com"]


def test_a_contact_that_a_page_made_for_the_wrong_record_is_not_made(house: House) -> None:
    house.run([record(1, "c@example.com", company="Acme")])
    house.source.page_size = 1

    run = house.run([record(5, "a@example.com"), record(1, "a@example.com", company="Acme", modified=5)])

    assert counts(run) == {"updated:email_changed": 1, "skipped:file_duplicate": 1}
    assert house.contacts() == {"a@example.com": {"first-name": "First", "company": "Acme"}}


def test_a_newcomer_gets_the_contact_of_a_record_that_is_refused_later(house: House) -> None:
    house.run([record(3, "d@example.com")])
    suppress(house, "b@example.com", "hard_bounce")
    house.source.page_size = 1

    run = house.run([record(4, "d@example.com"), record(3, "b@example.com", modified=5)])

    assert counts(run) == {"updated:ownership": 1, "skipped:bounced": 1}


def test_a_shadow_takes_over_no_address_that_gets_no_mail(house: House) -> None:
    house.run([record(2, "b@example.com"), record(6, "b@example.com"), record(1, "a@example.com")])
    by_hand(house, "b@example.com", subscription_type="unsubscribed")

    house.run([record(2, "a@example.com", modified=5), record(1, "a@example.com")])

    assert list(house.contacts()) == ["a@example.com"]


def test_a_merge_keeps_the_contact_that_was_left_behind(house: House) -> None:
    house.run([record(2, "two@example.com"), record(1, "one@example.com", first="One")])

    run = house.run([record(2, "two@example.com"), record(1, "two@example.com", first="One", modified=5)])

    row = row_of(house, run.id, "1")
    assert (json.loads(row.before)[1], json.loads(row.aside)[1]) == ("two@example.com", "one@example.com")
    assert json.loads(row.changed) == ["first-name", "link"]


def test_a_failing_value_fails_its_record_where_that_is_wanted(house: House) -> None:
    set_sync(house, policies={"strict": True}, mapping_version=1)
    with house.database.transaction() as tx:
        tx.fast("UPDATE field SET type = 'number' WHERE name = 'company'")

    run = house.run([record(1, company="many"), record(2, company="12")])

    assert counts(run) == {"failed:rejected": 1, "added": 1}
    assert row_of(house, run.id, "1").detail == "company"
