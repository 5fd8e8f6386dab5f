"""Addresses that a person had before: they are explained, and erased with the person."""

import pytest

from contactd.domain.refusals import Conflict
from contactd.domain.words import Mode, SetBy, SuppressionKind
from contactd.engine.people import explain
from fakes.house import House, counts, record
from people.desk import BY, HOME, Desk
from people.test_erasure import traces

OLD, NEW = "wanda.zyzzyva@quokka.example", "wanda@numbat.example"
TELLING = ("zyzzyva", "quokka", "numbat")


def test_a_record_on_a_former_address_does_not_bring_an_erased_person_back(desk: Desk, house: House) -> None:
    house.run([record(1, OLD), record(2)])
    house.run([record(1, NEW, modified=5), record(2)])
    desk.suppress(OLD, SuppressionKind.HARD_BOUNCE)

    desk.erase(NEW)

    run = house.run([record(7, OLD), record(8, NEW), record(2)])
    assert counts(run) == {"skipped:erased": 2, "unchanged": 1}
    assert traces(house, TELLING) == set()


def test_an_address_that_was_replaced_by_hand_is_erased_too(desk: Desk, house: House) -> None:
    desk.edit(desk.create(OLD), email=NEW)

    desk.erase(NEW)

    assert counts(house.run([record(7, OLD)])) == {"skipped:erased": 1}
    assert traces(house, TELLING) == set()


def test_whom_a_changed_address_left_behind_is_erased_with_the_one_it_came_to(desk: Desk, house: House) -> None:
    house.run([record(1, OLD, company="Bandicoot"), record(2, NEW)])
    house.run([record(1, NEW, modified=5), record(2, NEW)])

    desk.erase(NEW)

    assert counts(house.run([record(7, OLD)])) == {"skipped:erased": 1}
    assert traces(house, (*TELLING, "Bandicoot")) == set()


def test_a_former_address_that_somebody_else_has_now_is_theirs(desk: Desk, house: House) -> None:
    house.run([record(1, OLD)])
    house.run([record(1, NEW, modified=5)])
    house.run([record(1, NEW, modified=5), record(3, OLD)])

    desk.erase(NEW)

    assert counts(house.run()) == {"skipped:erased": 1, "unchanged": 1}
    assert set(house.contacts()) == {OLD}


def test_a_former_address_explains_who_had_it(desk: Desk, house: House) -> None:
    house.run([record(1)])
    house.run([record(1, NEW, modified=5)])
    typed = desk.edit(desk.create("typo@example.com"), email="right@example.com")

    by_run = explain.address(desk.parts, HOME, "person1@example.com")
    by_hand = explain.address(desk.parts, HOME, "Typo@example.com")

    assert by_run.verdict.startswith("This is a former address of contact 1. The contact is here because of record '1'")
    assert (
        by_hand.verdict == f"This is a former address of contact {typed.id}. The contact is here because of a person."
    )


def test_a_former_address_that_gets_no_mail_says_so_first(desk: Desk, house: House) -> None:
    house.run([record(1)])
    house.run([record(1, NEW, modified=5)])
    desk.suppress("person1@example.com", SuppressionKind.HARD_BOUNCE)

    told = explain.address(desk.parts, HOME, "person1@example.com")

    assert told.contact is None
    assert told.verdict.startswith("No contact.")
    assert told.verdict.endswith("It is a former address of contact 1.")


def test_nobody_had_an_address_that_is_a_part_of_another_one(desk: Desk, house: House) -> None:
    house.run([record(1, "jane.doe@example.com")])
    house.run([record(1, NEW, modified=5)], Mode.FULL)

    told = explain.address(desk.parts, HOME, "doe@example.com")

    assert told.verdict == "No contact has this address, and no sync knows a record with it."


def test_whoever_is_erased_agrees_to_nothing_any_more(desk: Desk) -> None:
    desk.topics("news", "tips")
    there = desk.create(OLD, topics=("news",))

    desk.erase(OLD)
    desk.erase(OLD)

    assert desk.agreed(there)[1:] == [
        ("topics/news", "", "subscribed", BY),
        ("subscription_type", "marketing", "unsubscribed", BY),
        ("topics/news", "subscribed", "", BY),
    ]


def test_a_persons_own_complaint_stays(desk: Desk) -> None:
    own = desk.suppress(OLD, SuppressionKind.COMPLAINT, set_by=SetBy.SELF)
    told = desk.suppress(NEW, SuppressionKind.COMPLAINT, set_by=SetBy.SYSTEM)

    with pytest.raises(Conflict, match="complained"):
        desk.lift(own)
    desk.lift(told)
