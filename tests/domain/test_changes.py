"""What a run changed about a contact, as people are told."""

from typing import Any

import pytest

from contactd.domain.changes import Change, Effect, Mark, changes_of, made, value_of
from contactd.domain.ledger import MANUAL, Image
from contactd.domain.words import ContactStatus, Membership, Outcome, Reason
from contactd_sdk import Value
from domain.stage import ADDRESS, ANN, GONE, NEWS, OFFERS, QUIET

TOPICS = {"news": 7, "offers": 8}
MARK = Mark("marketing", "consent")
UPDATED, REMOVED, READDED = Outcome.UPDATED, Outcome.REMOVED, Outcome.READDED


def effect(
    *changed: str, outcome: Outcome = UPDATED, reason: Reason = Reason.NONE, before: Image | None = ANN, **more: Any
) -> Effect:
    """Give what the record 9 did to Ann; it says that she is at a company now."""
    said = {"address": "Ann@Example.com", "mapped": {"company": "New", "vip": None, "tags": []}, "aside": None, **more}
    return Effect("9", "Ann", said["address"], outcome, reason, "", 1, changed, before, said["mapped"], said["aside"])


def told(one: Effect, after: Image | None = ANN, mark: Mark | None = MARK) -> list[tuple[str, Value, Value]]:
    return [(each.what, each.before, each.after) for each in changes_of(one, after, TOPICS, mark)]


@pytest.mark.parametrize(
    ("image", "name", "value"),
    [
        (ANN, "status", "live"),
        (GONE, "status", "deleted"),
        (ANN._replace(stale=True), "status", "stale"),
        (GONE._replace(stale=True), "status", "deleted"),
        (ANN, "email", ADDRESS),
        (QUIET, "subscription_type", "non_marketing"),
        (ANN, "lawful_basis", "consent"),
        (ANN._replace(lawful_basis=""), "lawful_basis", None),
        (ANN, "list", "subscribed"),
        (ANN._replace(membership=None), "list", None),
        (ANN._replace(holder="9"), "link", "9"),
        (ANN, "link", None),
        (ANN._replace(topics=(NEWS, (8, "unsubscribed"))), "topics/offers", "unsubscribed"),
        (ANN._replace(topics=(NEWS,)), "topics/offers", None),
        # A topic that is not there any more.
        (ANN._replace(topics=((1, "subscribed"),)), "topics/forgotten", None),
        (ANN._replace(fields={"company": "Acme"}), "company", "Acme"),
        (ANN, "company", None),
    ],
)
def test_each_thing_about_a_contact_has_a_value(image: Image, name: str, value: Value) -> None:
    assert value_of(image, name, TOPICS) == value


def test_a_contact_that_was_made_is_told_with_all_that_it_got() -> None:
    after = ANN._replace(topics=(OFFERS, NEWS), fields={"visits": 3, "company": "Acme", "city": "", "tags": []})

    assert made(after, TOPICS, MARK) == [
        Change("status", None, "live"),
        Change("email", None, ADDRESS),
        Change("subscription_type", None, "marketing"),
        Change("lawful_basis", None, "consent"),
        Change("list", None, "subscribed"),
        Change("topics/news", None, "subscribed"),
        Change("topics/offers", None, "subscribed"),
        Change("company", None, "Acme"),
        Change("visits", None, 3),
    ]


def test_what_people_did_to_a_contact_since_it_was_made_is_not_of_the_run() -> None:
    now = GONE._replace(
        stale=True,
        subscription_type="unsubscribed",
        lawful_basis="contract",
        membership=Membership.REMOVED,
        topics=((7, "unsubscribed"),),
        fields={"company": "By hand", "city": "Ghent"},
        provenance={"company": MANUAL, "email": MANUAL, "city": {"sync": 1}},
    )

    assert made(now, TOPICS, MARK) == [
        Change("status", None, "live"),
        Change("subscription_type", None, "marketing"),
        Change("lawful_basis", None, "consent"),
        Change("list", None, "subscribed"),
        Change("topics/news", None, "subscribed"),
        Change("city", None, "Ghent"),
    ]


def test_an_undo_tells_what_is_there() -> None:
    assert Change("subscription_type", None, "non_marketing") in made(QUIET, TOPICS)


@pytest.mark.parametrize(("outcome", "told_of"), [(Outcome.ADDED, "all"), (UPDATED, "all"), (REMOVED, "nothing")])
def test_who_was_not_there_before_was_made(outcome: Outcome, told_of: str) -> None:
    fresh = effect(outcome=outcome, before=None)

    assert changes_of(fresh, ANN, TOPICS, MARK) == (made(ANN, TOPICS, MARK) if told_of == "all" else [])
    assert changes_of(fresh, None, TOPICS, MARK) == []


def test_a_value_is_told_as_the_record_says_it() -> None:
    now = ANN._replace(fields={"company": "Later"}, email="later@example.com")
    before = ANN._replace(fields={"company": "Old", "vip": True, "tags": ["a"]})

    assert told(effect("company", "email", "vip", "tags", before=before), now) == [
        ("company", "Old", "New"),
        ("email", ADDRESS, "Ann@Example.com"),
        ("vip", True, None),
        ("tags", ["a"], None),
    ]


def test_what_is_the_same_is_no_change() -> None:
    assert told(effect("company", before=ANN._replace(fields={"company": "New"}))) == []


@pytest.mark.parametrize("name", ["list", "topics/news"])
def test_a_run_makes_a_member_or_takes_one_away(name: str) -> None:
    member, none = ANN._replace(topics=(NEWS,)), ANN._replace(membership=None)

    assert told(effect(name, before=member)) == [(name, "subscribed", None)]
    assert told(effect(name, before=none)) == [(name, None, "subscribed")]


@pytest.mark.parametrize(
    ("outcome", "reason", "status"),
    [
        (READDED, Reason.NONE, "live"),
        (REMOVED, Reason.NONE, "deleted"),
        (REMOVED, Reason.DETACHED, "live"),
        (UPDATED, Reason.NONE, "live"),
        (Outcome.SKIPPED, Reason.EMPTY_EMAIL, "stale"),
    ],
)
@pytest.mark.parametrize("after", [ANN, GONE, None])
def test_the_status_that_a_run_leaves_is_told_by_its_outcome(
    outcome: Outcome, reason: Reason, status: str, after: Image | None
) -> None:
    before = ANN._replace(status=ContactStatus.ERASED)

    assert told(effect("status", outcome=outcome, reason=reason, before=before), after) == [
        ("status", "erased", status)
    ]


@pytest.mark.parametrize(("outcome", "status"), [(READDED, "live"), (REMOVED, "deleted")])
def test_what_an_undo_does_is_told_by_its_outcome_too(outcome: Outcome, status: str) -> None:
    one = effect("status", outcome=outcome, before=ANN._replace(status=ContactStatus.ERASED))

    assert told(one, None, None) == [("status", "erased", status)]


def test_the_status_that_an_undo_leaves_is_what_is_there() -> None:
    assert told(effect("status", before=ANN), GONE, None) == [("status", "live", "deleted")]
    assert told(effect("status", before=ANN), None, None) == [("status", "live", None)]


def test_what_a_run_makes_its_own_is_told_by_its_mark() -> None:
    before = QUIET._replace(lawful_basis="")

    assert told(effect("subscription_type", "lawful_basis", before=before), GONE) == [
        ("subscription_type", "non_marketing", "marketing"),
        ("lawful_basis", None, "consent"),
    ]
    assert told(effect("lawful_basis", before=ANN), ANN, Mark("marketing", "")) == [("lawful_basis", "consent", None)]


def test_what_an_undo_brings_back_is_told_by_what_is_there() -> None:
    before = QUIET._replace(lawful_basis="")
    one = effect("subscription_type", "lawful_basis", before=before)

    assert told(one, ANN, None) == [
        ("subscription_type", "non_marketing", "marketing"),
        ("lawful_basis", None, "consent"),
    ]
    assert told(one, None, None) == [("subscription_type", "non_marketing", None)]


@pytest.mark.parametrize(("outcome", "holder"), [(UPDATED, "9"), (REMOVED, None)])
def test_who_has_the_contact_is_told(outcome: Outcome, holder: str | None) -> None:
    before = ANN._replace(holder="8")

    assert told(effect("link", outcome=outcome, before=before)) == [("link", "8", holder)]


def test_fields_that_were_taken_away_since_come_back_by_nothing() -> None:
    marks: dict[str, Any] = {"company": {"sync": 2}, "city": {"sync": 2}, "email": MANUAL}
    before = ANN._replace(fields={"company": "Acme", "city": "Ghent"}, provenance=marks)
    one = effect(before=before, aside=before._replace(id=2))

    left = one.among({"company", "vip"})

    kept = before._replace(fields={"company": "Acme"}, provenance={"company": {"sync": 2}, "email": MANUAL})
    assert (left.before, left.aside) == (kept, kept._replace(id=2))
    assert one.among({"company", "city"}) == one
    assert effect(before=None).among(set()) == effect(before=None)


def test_an_effect_touches_the_contact_of_the_record_and_the_one_that_it_left() -> None:
    aside = QUIET._replace(id=2)

    both, fresh = effect(aside=aside), effect(before=None, aside=aside)

    assert (both.befores, both.contacts) == ([ANN, aside], {1, 2})
    assert (fresh.befores, fresh.contacts) == ([aside], {1, 2})
