"""No to mail, who may take it back, and that every such change is written down (R70, I4, I14)."""

import pytest

from contactd.domain.refusals import Conflict, Invalid
from contactd.domain.words import Membership, SubscriptionType
from fakes.house import House, counts, record
from people.desk import BY, Desk


def test_who_was_unsubscribed_is_skipped_by_every_sync(desk: Desk, house: House) -> None:
    house.run([record(1)])
    contact = desk.contact("person1@example.com")

    desk.unsubscribe(contact)
    run = house.run([record(1, first="Other", modified=5)])

    after = desk.by_id(contact.id)
    assert counts(run) == {"skipped:do_not_mail": 1}
    assert (after.subscription_type, after.fields["first-name"]) == (SubscriptionType.UNSUBSCRIBED, "First")


def test_a_no_outlives_the_contact(desk: Desk, house: House) -> None:
    contact = desk.create("person1@example.com")
    desk.unsubscribe(contact)
    desk.delete(contact)

    assert counts(house.run([record(1)])) == {"skipped:do_not_mail": 1}


def test_the_account_takes_back_what_the_account_said(desk: Desk) -> None:
    contact = desk.create("jo@example.com")
    desk.unsubscribe(contact)

    back = desk.subscribe(contact, subscription_type=SubscriptionType.NON_MARKETING)

    assert back.subscription_type is SubscriptionType.NON_MARKETING
    assert desk.agreed(contact)[1:] == [
        ("subscription_type", "marketing", "unsubscribed", BY),
        ("subscription_type", "unsubscribed", "non_marketing", BY),
    ]


def test_the_account_does_not_take_back_what_the_person_said(desk: Desk) -> None:
    contact = desk.create("jo@example.com")
    desk.unsubscribe(contact, by_self=True, evidence="clicked the link")

    with pytest.raises(Conflict, match="only they can take that back"):
        desk.subscribe(contact)

    assert desk.agreed(contact)[-1] == ("subscription_type", "marketing", "unsubscribed", "self")


def test_a_persons_own_no_replaces_one_of_the_account(desk: Desk) -> None:
    contact = desk.create("jo@example.com")
    desk.unsubscribe(contact)
    desk.unsubscribe(contact, by_self=True)
    desk.unsubscribe(contact)

    with pytest.raises(Conflict):
        desk.subscribe(contact)


def test_no_to_one_list_leaves_the_rest(desk: Desk) -> None:
    contact = desk.create("jo@example.com", lists=("all",))

    after = desk.unsubscribe(contact, list_name="all", by_self=True)

    assert (after.subscription_type, after.lists) == (SubscriptionType.MARKETING, ())
    assert after.memberships[0].state is Membership.UNSUBSCRIBED
    with pytest.raises(Conflict, match="unsubscribed from the list 'all'"):
        desk.edit(after, join_lists=("all",))


def test_no_to_one_topic_is_taken_back_by_whoever_said_it(desk: Desk) -> None:
    desk.topics("news", "offers")
    contact = desk.create("jo@example.com", topics=("news",))

    desk.unsubscribe(contact, topic="news")
    after = desk.subscribe(contact, topic="news")

    assert after.topics[0].state is Membership.SUBSCRIBED
    assert desk.agreed(contact)[1:] == [
        ("topics/news", "", "subscribed", BY),
        ("topics/news", "subscribed", "unsubscribed", BY),
        ("topics/news", "unsubscribed", "subscribed", BY),
    ]


def test_with_one_topic_there_is_none_to_choose(desk: Desk) -> None:
    desk.topics("news")

    with pytest.raises(Invalid, match="fewer than two topics"):
        desk.create("jo@example.com", topics=("news",))


def test_an_edit_neither_unsubscribes_nor_takes_that_back(desk: Desk) -> None:
    contact = desk.create("jo@example.com")

    with pytest.raises(Invalid):
        desk.edit(contact, subscription_type=SubscriptionType.UNSUBSCRIBED)

    desk.unsubscribe(contact)
    with pytest.raises(Conflict):
        desk.edit(contact, subscription_type=SubscriptionType.MARKETING)


def test_what_a_contact_agreed_to_begins_with_the_run_that_made_it(desk: Desk, house: House) -> None:
    run = house.run([record(1)])
    contact = desk.contact("person1@example.com")

    desk.edit(contact, subscription_type=SubscriptionType.NON_MARKETING)

    assert desk.agreed(contact) == [
        ("subscription_type", "", "marketing", f"run/{run.id}"),
        ("subscription_type", "marketing", "non_marketing", BY),
    ]
