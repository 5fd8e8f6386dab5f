"""A no that stands on the suppression list only holds for whoever gets the address, by whatever way (I4)."""

from collections.abc import Callable, Mapping

import pytest

from contactd.domain.nouns import Run
from contactd.domain.refusals import Conflict, Invalid
from contactd.domain.words import Membership, Mode, SetBy, SubscriptionType, SuppressionKind
from contactd.engine.people import importing
from contactd.engine.people.importing import Line, Terms
from contactd.store import lists
from fakes.house import House, counts, record
from fakes.house_rules import add_topics, contact
from people.desk import BY, HOME, Desk

JO = "jo@example.com"
NO = SuppressionKind.DO_NOT_MAIL
AGAINST_ALL_MAIL = (NO, SuppressionKind.BLOCKED, SuppressionKind.COMPLAINT)


def at_page(house: House, page: int, action: Callable[[], object]) -> None:
    """Do *action* before a page of the source is read, with one record on a page."""

    def before(number: int) -> None:
        if number == page:
            action()

    house.source.page_size, house.source.before_page = 1, before


def joined(desk: Desk, key: str) -> set[str]:
    """Give the lists and topics that whoever has *key* is subscribed to."""
    there = desk.contact(key)
    return {one.of for one in (*there.memberships, *there.topics) if one.state is Membership.SUBSCRIBED}


@pytest.mark.parametrize("scope", [{"list_name": "all"}, {"topic": "news"}])
def test_nobody_is_put_by_hand_on_what_the_address_said_no_to(desk: Desk, scope: Mapping[str, str]) -> None:
    desk.topics("news", "tips")
    desk.suppress(JO, NO, list_name=scope.get("list_name", ""), topic=scope.get("topic", ""))

    with pytest.raises(Invalid, match="leave it out"):
        desk.create(JO, lists=("all",), topics=("news",))
    contact = desk.create(JO)
    with pytest.raises(Conflict, match="goes to this contact's address"):
        desk.edit(contact, join_lists=("all",), join_topics=("news",))

    assert joined(desk, JO) == set()


def test_a_no_to_one_list_keeps_a_line_of_a_file_off_it(desk: Desk) -> None:
    desk.topics("news", "tips")
    desk.suppress(JO, NO, list_name="all")
    desk.suppress("al@example.com", NO, topic="news")

    lines = [Line(number=2, email=JO), Line(number=3, email="al@example.com")]
    imported = importing.contacts(desk.parts, HOME, Terms(lists=("all",), topics=("news", "tips")), lines, by=BY)

    assert [(one.outcome, one.reason) for one in imported] == [("skipped", "do_not_mail"), ("added", "")]
    assert joined(desk, "al@example.com") == {"all", "tips"}


def test_who_left_a_list_is_not_back_on_it_by_being_made_anew(desk: Desk) -> None:
    first = desk.create(JO, lists=("all",))
    desk.unsubscribe(first, list_name="all", by_self=True)
    desk.delete(first)

    with pytest.raises(Invalid, match="the list 'all'"):
        desk.create(JO, lists=("all",))
    desk.create(JO)

    assert joined(desk, JO) == set()


def test_another_address_typed_by_hand_brings_its_noes_along(desk: Desk) -> None:
    desk.topics("news", "tips")
    there = desk.create("old@example.com", lists=("all",), topics=("news", "tips"))
    desk.suppress(JO, NO, list_name="all")
    desk.suppress(JO, NO, topic="news")

    desk.edit(there, email=JO)

    assert joined(desk, JO) == {"tips"}
    assert ("topics/news", "subscribed", "unsubscribed", BY) in desk.agreed(there)


def test_who_said_no_while_deleted_comes_back_unsubscribed(desk: Desk) -> None:
    there = desk.delete(desk.create(JO))
    desk.suppress(JO, NO)

    back = desk.undelete(there)

    assert back.subscription_type is SubscriptionType.UNSUBSCRIBED
    assert desk.agreed(there)[-1] == ("subscription_type", "marketing", "unsubscribed", BY)


def test_a_type_chosen_by_hand_is_not_raised_by_the_sync_that_made_the_contact(desk: Desk, house: House) -> None:
    house.run([record(1), record(2)])
    one, two = desk.contact("person1@example.com"), desk.contact("person2@example.com")
    desk.edit(one, subscription_type=SubscriptionType.NON_MARKETING)
    desk.unsubscribe(two)
    desk.subscribe(two, subscription_type=SubscriptionType.NON_MARKETING)

    house.run([record(1, first="New", modified=1), record(2, first="New", modified=1)])

    assert [desk.by_id(there.id).subscription_type for there in (one, two)] == ["non_marketing", "non_marketing"]


@pytest.mark.parametrize("kind", AGAINST_ALL_MAIL)
@pytest.mark.parametrize("there", [False, True])
def test_a_no_that_comes_while_a_changed_address_waits_is_heard(
    desk: Desk, house: House, kind: SuppressionKind, *, there: bool
) -> None:
    house.run([record(1), record(2)])
    if there:
        desk.create(JO)
    at_page(house, 1, lambda: desk.suppress(JO, kind))

    run = house.run([record(1, JO, modified=1), record(2)])

    reason = {SuppressionKind.BLOCKED: "blocked", SuppressionKind.COMPLAINT: "complaint"}.get(kind, "do_not_mail")
    assert counts(run) == {f"skipped:{reason}": 1, "unchanged": 1}
    assert set(house.contacts()) == {"person1@example.com", "person2@example.com"}
    assert house.stale() == ["person1@example.com"]


@pytest.mark.parametrize("kind", AGAINST_ALL_MAIL)
def test_a_no_that_comes_while_a_claim_waits_is_heard(desk: Desk, house: House, kind: SuppressionKind) -> None:
    house.run([record(2), record(3)])
    at_page(house, 1, lambda: desk.suppress("person2@example.com", kind))

    house.run([record(1, "person2@example.com"), record(2, JO, modified=1), record(3)])

    assert "person2@example.com" not in house.contacts()


def test_a_contact_whose_waiting_address_is_refused_keeps_the_one_it_has(desk: Desk, house: House) -> None:
    house.run([record(1), record(2), record(3)])
    at_page(house, 2, lambda: desk.suppress(JO, NO))

    house.run([record(1, JO, modified=1), record(2, "person1@example.com", modified=1), record(3)])

    assert contact(house, "person1@example.com").status == "live"
    assert desk.contact("person1@example.com").email == "person1@example.com"


@pytest.mark.parametrize("manual", [0, 1])
def test_a_no_to_a_topic_goes_along_to_a_changed_address(desk: Desk, house: House, manual: int) -> None:
    add_topics(house, "news", "tips")
    desk.suppress("person1@example.com", NO, topic="news", set_by=SetBy.SELF)
    house.run([record(1)])
    desk.edit(desk.contact("person1@example.com"), **({"join_lists": ("all",)} if manual else {}))
    with house.database.transaction() as tx:
        tx.fast("UPDATE contact SET manual = ?", (manual,))

    house.run([record(1, JO, modified=1)])

    assert joined(desk, JO) == {"all", "tips"}


def test_a_bounce_does_not_hide_that_a_person_left_the_list(desk: Desk, house: House) -> None:
    house.run([record(1)])
    there = desk.contact("person1@example.com")
    with house.database.transaction() as tx:
        tx.fast("UPDATE contact SET manual = 1")
    desk.unsubscribe(there, list_name="all", by_self=True)
    desk.suppress("person1@example.com", SuppressionKind.HARD_BOUNCE)

    house.run([record(1, JO, modified=1)])

    assert JO not in house.contacts()


def test_a_changed_address_brings_its_own_noes_along(desk: Desk, house: House) -> None:
    desk.topics("news", "tips")
    with house.database.transaction() as tx:
        lists.create(tx, workspace_id=1, name="more", title="More", description="")
    house.run([record(1)])
    there = desk.edit(desk.contact("person1@example.com"), join_lists=("more",), join_topics=("news", "tips"))
    with house.database.transaction() as tx:
        tx.fast("UPDATE contact SET manual = 0")
    desk.suppress(JO, NO, topic="news")
    desk.suppress(JO, NO, list_name="more")

    run = house.run([record(1, JO, modified=1)])

    assert joined(desk, JO) == {"all", "tips"}
    assert ("topics/news", "subscribed", "unsubscribed", f"run/{run.id}") in desk.agreed(there)


def test_what_is_written_by_hand_while_a_run_goes_on_stays(desk: Desk, house: House) -> None:
    house.run([record(3)])

    def edit() -> None:
        values = {"company": "By hand"}
        desk.edit(desk.contact(JO), subscription_type=SubscriptionType.NON_MARKETING, values=values)

    at_page(house, 1, edit)
    run = house.run([record(9, JO, company="Nine"), record(1, JO, company="One", first="One"), record(3)])

    there = desk.contact(JO)
    assert counts(run) == {"added": 1, "skipped:file_duplicate": 1, "unchanged": 1}
    assert there.fields == {"first-name": "One", "company": "By hand"}
    assert (there.subscription_type, there.origins["company"]) == ("non_marketing", "manual")


def test_deleting_a_contact_tells_that_it_is_told_of_no_topic_any_more(desk: Desk) -> None:
    desk.topics("news", "tips")
    there = desk.create(JO, topics=("news",))

    desk.delete(there)

    assert desk.agreed(there)[-1] == ("topics/news", "subscribed", "", BY)


@pytest.mark.parametrize("back", ["undo", "run", "by hand"])
def test_a_no_to_a_topic_is_heard_while_the_contact_is_deleted(desk: Desk, house: House, back: str) -> None:
    add_topics(house, "news", "tips")
    house.run([record(1), record(2)])
    gone = house.run([record(2)], mode=Mode.SWEEP)

    desk.suppress("person1@example.com", NO, topic="news")
    if back == "undo":
        house.undo(gone)
    elif back == "run":
        house.run([record(1), record(2)])
    else:
        desk.create("person1@example.com")

    there = desk.contact("person1@example.com")
    assert there.status == "live"
    assert "news" not in joined(desk, there.email)
    assert [new for subject, _, new, _ in desk.agreed(there) if subject == "topics/news"][-1] != "subscribed"


def test_an_undo_takes_nobody_back_to_an_address_that_wants_no_mail(desk: Desk, house: House) -> None:
    house.run([record(1), record(2)])
    run = house.run([record(1, JO, modified=1), record(2)])
    desk.suppress("person1@example.com", NO)

    undone = house.undo(run)

    assert counts(undone) == {"unchanged": 1}
    assert set(house.contacts()) == {JO, "person2@example.com"}


def moved_while_on_another_list(desk: Desk, house: House) -> Run:
    """Give a run that has brought a contact to another address, who was on a list that the sync does not fill."""
    with house.database.transaction() as tx:
        lists.create(tx, workspace_id=1, name="more", title="More", description="")
    house.run([record(1), record(2)])
    desk.edit(desk.contact("person1@example.com"), join_lists=("more",))
    with house.database.transaction() as tx:
        tx.fast("UPDATE contact SET manual = 0")
        tx.fast("DELETE FROM list_member WHERE list_id = 1 AND contact_id = 1")
    return house.run([record(1, JO, modified=1), record(2)])


def test_an_undo_takes_nobody_of_another_list_back_to_such_an_address(desk: Desk, house: House) -> None:
    run = moved_while_on_another_list(desk, house)
    desk.suppress("person1@example.com", NO)

    undone = house.undo(run)

    assert counts(undone) == {"unchanged": 1}
    assert joined(desk, JO) == {"all", "more"}


def test_an_undo_heeds_what_an_address_said_to_another_list_meanwhile(desk: Desk, house: House) -> None:
    run = moved_while_on_another_list(desk, house)
    desk.suppress("person1@example.com", NO, list_name="more")

    undone = house.undo(run)

    assert counts(undone) == {"updated": 1}
    assert joined(desk, "person1@example.com") == set()


def test_an_undo_leaves_whom_a_record_left_behind_as_they_want_it_by_now(desk: Desk, house: House) -> None:
    there = desk.create("person1@example.com")
    house.run([record(1)])
    run = house.run([record(1, JO, modified=1)])
    desk.suppress("person1@example.com", NO, set_by=SetBy.SELF)

    house.undo(run)

    assert desk.by_id(there.id).unsubscribed
