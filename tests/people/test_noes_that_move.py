"""What a person said no to, and a record of theirs that comes to another contact (daemon/decisions/0026)."""

import pytest

from contactd.domain.words import Membership, Mode, SubscriptionType, SuppressionKind
from fakes.house import House, counts, record
from fakes.house_rules import add_topics, set_sync
from people.desk import Desk

OLD, THERE = "person1@example.com", "person2@example.com"
NO = SuppressionKind.DO_NOT_MAIL


def states(desk: Desk, key: str) -> dict[str, str]:
    """Give what whoever has *key* is to lists and topics."""
    there = desk.contact(key)
    return {one.of: one.state.value for one in (*there.memberships, *there.topics)}


def merge(house: House) -> dict[str, int]:
    """Let the record of the person who said no come to the address of somebody who is there."""
    return dict(counts(house.run([record(1, THERE, modified=1)])))


@pytest.mark.parametrize("no", ["do_not_mail", "complaint", "all mail", "the list"])
def test_a_record_brings_nobody_onto_a_list_that_its_person_said_no_to(desk: Desk, house: House, no: str) -> None:
    add_topics(house, "news", "tips")
    house.run([record(1)])
    desk.create(THERE)
    if no in {"all mail", "the list"}:
        desk.unsubscribe(desk.contact(OLD), list_name="all" if no == "the list" else "")
    else:
        desk.suppress(OLD, SuppressionKind(no))

    merged = merge(house)

    assert merged == {"updated:email_changed_merged": 1}
    assert states(desk, THERE) == dict.fromkeys(("all", "news", "tips"), "unsubscribed")
    assert counts(house.run([record(1, THERE, modified=1)])) == {"unchanged": 1}


def test_who_is_on_the_list_already_stays_there(desk: Desk, house: House) -> None:
    house.run([record(1)])
    desk.create(THERE, lists=("all",))
    desk.suppress(OLD, NO)

    merge(house)

    assert states(desk, THERE) == {"all": "subscribed"}


def test_an_edited_sync_does_not_put_them_on_the_list_later(desk: Desk, house: House) -> None:
    house.run([record(1)])
    desk.create(THERE, subscription_type=SubscriptionType.NON_MARKETING)
    desk.suppress(OLD, NO)
    merge(house)
    set_sync(house, policies={"raise_type": True})

    house.run([record(1, THERE, first="New", modified=2)])

    assert states(desk, THERE) == {"all": "unsubscribed"}
    assert desk.contact(THERE).subscription_type == "non_marketing"


def test_a_no_to_one_topic_keeps_only_that_away(desk: Desk, house: House) -> None:
    add_topics(house, "news", "tips")
    house.run([record(1)])
    desk.create(THERE)
    desk.unsubscribe(desk.contact(OLD), topic="news")

    merge(house)

    assert states(desk, THERE) == {"all": "subscribed", "news": "unsubscribed", "tips": "subscribed"}
    assert ("topics/news", "", "unsubscribed") in [one[:3] for one in desk.agreed(desk.contact(THERE))]


def test_a_no_that_a_record_brought_goes_with_it(desk: Desk, house: House) -> None:
    house.run([record(1)])
    desk.create(THERE)
    desk.suppress(OLD, NO)
    merge(house)

    house.run([], Mode.SWEEP)

    assert states(desk, THERE) == {}


def test_an_undo_takes_the_no_back_that_the_run_brought(desk: Desk, house: House) -> None:
    add_topics(house, "news", "tips")
    house.run([record(1)])
    desk.create(THERE)
    desk.suppress(OLD, SuppressionKind.COMPLAINT, evidence="abuse report")
    run = house.run([record(1, THERE, modified=1)])
    with house.database.transaction() as tx:
        tx.fast("DELETE FROM suppression")

    house.undo(run)

    assert states(desk, THERE) == {}
    assert states(desk, OLD)["all"] == Membership.SUBSCRIBED


def test_whoever_ranks_first_decides_though_the_other_was_read_before(desk: Desk, house: House) -> None:
    house.run([record(1)])
    desk.create(THERE)
    desk.suppress(OLD, NO)

    run = house.run([record(7, THERE), record(1, THERE, modified=1)])

    assert counts(run) == {"updated:email_changed_merged": 1, "skipped:file_duplicate": 1}
    assert states(desk, THERE) == {"all": "unsubscribed"}


def test_a_complaint_goes_along_to_a_changed_address(desk: Desk, house: House) -> None:
    house.run([record(1)])
    desk.suppress(OLD, SuppressionKind.COMPLAINT)

    house.run([record(1, "new@example.com", modified=1)])

    with house.database.reading() as r:
        found = r.fast("SELECT kind FROM suppression WHERE email_key = 'new@example.com'")
    assert [kind for (kind,) in found] == ["do_not_mail"]
    assert counts(house.run()) == {"skipped:do_not_mail": 1}


def test_a_complaint_goes_along_to_an_address_that_a_person_writes(desk: Desk, house: House) -> None:
    house.run([record(1, "a@example.com")])
    desk.suppress("a@example.com", SuppressionKind.COMPLAINT)

    desk.edit(desk.contact("a@example.com"), email="b@example.com")

    assert counts(house.run()) == {"skipped:do_not_mail": 1}


@pytest.mark.parametrize("at_once", [500, 1])
def test_who_leaves_an_address_does_not_inherit_the_no_of_who_comes_to_it(
    desk: Desk, house: House, at_once: int
) -> None:
    add_topics(house, "news", "tips")
    house.runs.at_once = at_once
    house.run([record(1), record(2), record(3)])
    for number in (1, 2):
        desk.suppress(f"person{number}@example.com", NO, topic="news")
    desk.suppress(OLD, NO)

    # The no of the first goes to the second address; the second takes along its own, and no more.
    run = house.run([record(1, THERE, modified=1), record(2, "person9@example.com", modified=1), record(3)])

    assert counts(run) == {"updated:email_changed": 2, "unchanged": 1}
    with house.database.reading() as r:
        brought = r.fast("SELECT email_key, scope FROM suppression WHERE run_id = ? ORDER BY 1", (run.id,))
    assert brought == [(THERE, "workspace"), ("person9@example.com", "topic")]
    assert counts(house.run()) == {"skipped:do_not_mail": 1, "unchanged": 2}


@pytest.mark.parametrize("at_once", [500, 1])
def test_who_leaves_an_address_for_somebody_elses_brings_only_their_own_no(
    desk: Desk, house: House, at_once: int
) -> None:
    house.runs.at_once = at_once
    house.run([record(1), record(2)])
    desk.create("person9@example.com")
    desk.suppress(OLD, NO)

    house.run([record(1, THERE, modified=1), record(2, "person9@example.com", modified=1)])

    assert states(desk, "person9@example.com") == {"all": "subscribed"}


def test_a_record_is_looked_at_again_whose_address_a_no_came_along_to(desk: Desk, house: House) -> None:
    house.run([record(1)])
    desk.suppress(OLD, NO)
    # The second was there first, on an earlier page, and gives way to whoever brings a contact along.
    people = [record(7, "new@example.com", modified=5), record(1, "new@example.com", modified=5)]
    house.source.page_size = 1
    house.run(people)

    run = house.run(people, Mode.INCREMENTAL)

    assert counts(run) == {"skipped:do_not_mail": 2}


def test_a_complaint_goes_along_to_the_address_that_an_undo_gives_back(desk: Desk, house: House) -> None:
    house.run([record(1, OLD)])
    run = house.run([record(1, THERE, modified=1)])
    desk.suppress(THERE, SuppressionKind.COMPLAINT)

    house.undo(run)

    with house.database.reading() as r:
        found = r.fast("SELECT kind, scope FROM suppression WHERE email_key = ?", (OLD,))
    assert found == [("do_not_mail", "workspace")]
