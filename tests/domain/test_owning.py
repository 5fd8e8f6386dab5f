"""What becomes of a contact whose record has its address, and of who had that until then."""

from typing import Any

import pytest

from contactd.domain.ledger import Consent, Image, Known, Link, Plan
from contactd.domain.words import LinkState, Outcome, Reason, SubscriptionType
from domain.stage import ADDRESS, ANN, GONE, NOTHING, candidate, known, link, page, shadow, states, told

NEW = "new@example.com"


def owned(there: Known, keeper: Link | None, **more: Any) -> Plan:
    """Have the record 9 own Ann's address, which *keeper* had."""
    deciding = page(there, **more)
    deciding.own(candidate(link=None if keeper is None or keeper.source_id != "9" else keeper), ADDRESS, keeper)
    return deciding.plan


def test_a_plain_new_contact_has_no_row() -> None:
    plan = owned(NOTHING, None)

    assert (plan.rows, plan.consents, plan.replaced) == ([], [], [])
    assert [(image.id, image.key) for image in plan.create] == [(1, ADDRESS)]
    assert plan.links[0].digest == b"fresh"


@pytest.mark.parametrize(("targets", "silent"), [(["company", "city"], {"city": None}), (["company"], None)])
def test_an_owner_remembers_what_it_is_silent_about(targets: list[str], silent: dict[str, None] | None) -> None:
    assert [one.mapped for one in owned(NOTHING, None, targets=targets).links] == [silent]


def test_an_owner_that_becomes_a_shadow_says_nothing_of_what_it_is_silent_about() -> None:
    keeper = link("10", created=2, mapped={"city": None})
    contact = ANN._replace(fields={"company": "Acme", "city": "Ghent"})

    plan = owned(known([contact], [keeper]), keeper, targets=["company", "city"])

    assert plan.links[0].mapped == {"email": ADDRESS, "company": "Acme"}


def test_a_record_that_changes_nothing_has_no_row() -> None:
    settled = ANN._replace(fields={"company": "New"}, created_by=1, topics=((7, "subscribed"), (8, "subscribed")))

    plan = owned(known([settled], [link()]), link())

    assert told(plan) == {"9": (Outcome.UNCHANGED, Reason.NONE)}
    assert (plan.rows, plan.update) == ([], [])


def test_a_contact_of_another_is_linked() -> None:
    plan = owned(known([ANN]), None)

    assert told(plan) == {"9": (Outcome.UPDATED, Reason.LINKED)}
    (row,) = plan.rows
    assert (row.contact_id, row.before) == (1, ANN)
    assert row.changed == ("company", "topics/news", "topics/offers", "link")


def test_a_deleted_contact_comes_back() -> None:
    plan = owned(known([GONE], [link()]), link())

    assert told(plan) == {"9": (Outcome.READDED, Reason.NONE)}
    assert plan.consents[0] == Consent(1, "subscription_type", "marketing", "marketing")


@pytest.mark.parametrize(
    ("there", "outcome"), [([ANN], Outcome.UPDATED), ([GONE], Outcome.SKIPPED), ([], Outcome.SKIPPED)]
)
def test_only_one_that_is_not_there_needs_room(there: list[Image], outcome: Outcome) -> None:
    plan = owned(known(there, [link()], room=0), link())

    assert [(one.outcome, row.detail) for one, row in zip(plan.links, plan.rows, strict=True)] == [(outcome, "")]


def test_another_lawful_basis_is_written_down() -> None:
    plan = owned(known([ANN], [link()]), link(), lawful_basis="contract", topics={})

    assert plan.consents == [Consent(1, "lawful_basis", "consent", "contract")]


def test_a_record_tells_whether_there_was_room() -> None:
    assert page(known(room=0)).own(candidate(), ADDRESS, None) is False
    assert page(known(room=1)).own(candidate(), ADDRESS, None) is True


def test_a_shadow_that_gets_a_contact_of_its_own_takes_the_address_over() -> None:
    deciding = page()

    deciding.own(candidate(link=shadow("9")), ADDRESS, None)

    assert told(deciding.plan) == {"9": (Outcome.UPDATED, Reason.OWNERSHIP)}
    assert [row.changed for row in deciding.plan.rows] == [("link",)]


def test_what_the_run_made_is_made_afresh_by_who_goes_first() -> None:
    keeper = link("10", created=2, seen_run=1, outcome=Outcome.ADDED)
    made = ANN._replace(fields={"company": "Of 10", "city": "Ghent"})

    plan = owned(known([made], [keeper]), keeper)

    assert [(image.id, image.fields) for image in plan.update] == [(1, {"company": "New"})]
    assert told(plan) == {"10": (Outcome.SKIPPED, Reason.FILE_DUPLICATE), "9": (Outcome.ADDED, Reason.NONE)}
    assert plan.consents == []


def test_what_the_run_changed_is_changed_afresh_from_what_it_was() -> None:
    keeper = link("10", created=2, seen_run=1, outcome=Outcome.UPDATED)
    before = ANN._replace(holder="10", fields={"city": "Ghent"})
    now = ANN._replace(fields={"city": "Bruges", "vip": True})

    plan = owned(known([now], [keeper], before={"10": before}), keeper)

    assert [image.fields for image in plan.update] == [{"city": "Ghent", "company": "New"}]
    assert [row.before for row in plan.rows if row.source_id == "9"] == [before]


@pytest.mark.parametrize("seen", [{}, {"seen_run": 1}])
def test_what_the_run_did_not_change_is_as_it_is(seen: dict[str, Any]) -> None:
    keeper = link("10", created=2, outcome=Outcome.UNCHANGED, **seen)

    plan = owned(known([ANN], [keeper], before={} if seen else {"10": GONE}), keeper)

    assert [row.before for row in plan.rows if row.source_id == "9"] == [ANN._replace(holder="10")]


def test_what_a_run_before_made_is_not_made_afresh() -> None:
    keeper = link("10", created=2, outcome=Outcome.ADDED)

    assert told(owned(known([ANN], [keeper]), keeper))["9"] == (Outcome.UPDATED, Reason.OWNERSHIP)


def test_an_owner_that_was_not_read_becomes_a_shadow_without_an_outcome() -> None:
    keeper = link("10", created=2)
    contact = ANN._replace(email="Ann@Example.com", fields={"company": "Acme", "city": "Ghent"})

    plan = owned(known([contact], [keeper]), keeper, targets=["company"])

    assert plan.links[0] == keeper._replace(
        contact_id=None, state=LinkState.SHADOW, mapped={"email": "Ann@Example.com", "company": "Acme"}
    )
    assert [row.source_id for row in plan.rows] == ["9"]
    assert (plan.replaced, plan.counts) == ([], {(Outcome.UPDATED, Reason.OWNERSHIP): 1})


def test_an_owner_that_was_read_becomes_a_duplicate() -> None:
    keeper = link("10", created=2, seen_run=1, outcome=Outcome.UPDATED, reason=Reason.LINKED)

    plan = owned(known([ANN], [keeper]), keeper, targets=["company"])

    row = next(row for row in plan.rows if row.source_id == "10")
    assert (row.title, row.address, row.key) == ("", ADDRESS, ADDRESS)
    assert (row.outcome, row.reason, row.detail) == (Outcome.SKIPPED, Reason.FILE_DUPLICATE, "")
    assert (row.contact_id, row.changed, row.before, row.mapped) == (
        None,
        (),
        None,
        {"email": ADDRESS, "company": None},
    )
    assert plan.replaced == ["10"]
    assert plan.counts[Outcome.UPDATED, Reason.LINKED] == -1
    assert plan.counts[Outcome.SKIPPED, Reason.FILE_DUPLICATE] == 1


def test_an_owner_of_nobody_becomes_a_shadow_that_says_nothing() -> None:
    keeper = link("10", created=2)

    plan = owned(known([], [keeper]), keeper)

    assert plan.links[0].mapped == {"email": ""}


def test_a_stale_record_lets_go_of_what_another_takes() -> None:
    keeper = link("10", created=2, state=LinkState.STALE)

    plan = owned(known([ANN], [keeper]), keeper)

    assert plan.links[0] == keeper._replace(contact_id=None, key=None, state=LinkState.SKIPPED)
    assert plan.counts == {(Outcome.UPDATED, Reason.OWNERSHIP): 1}


def test_who_was_refused_on_this_page_lets_go_of_what_another_takes() -> None:
    keeper = link("10", created=2)
    deciding = page(known([ANN], [keeper, link("11", 2, key=NEW)]))
    deciding.rejudged = {"10", "11"}
    deciding.refuse(candidate(None, source_id="11", link=link("11", 1, key=NEW)), Reason.EMPTY_EMAIL, "")
    deciding.refuse(candidate(None, source_id="10", link=keeper), Reason.EMPTY_EMAIL, "")

    deciding.own(candidate(), ADDRESS, keeper)

    assert states(deciding.plan) == {
        "11": (LinkState.STALE, 1),
        "10": (LinkState.SKIPPED, None),
        "9": (LinkState.OWNER, 1),
    }


def test_who_took_a_shadows_place_on_this_page_is_left_alone() -> None:
    keeper = link("10", created=2)
    deciding = page(known([ANN], [keeper]))
    deciding.rejudged = {"10"}
    deciding.shade(candidate(source_id="10", link=keeper))

    deciding.own(candidate(), ADDRESS, keeper)

    assert states(deciding.plan)["10"] == (LinkState.SHADOW, None)


def test_a_contact_is_as_the_plan_leaves_it_so_far() -> None:
    deciding = page(known([ANN], [link()]))
    renamed = ANN._replace(key=NEW)

    deciding.put(renamed, ANN)

    assert deciding.holder(link()) == renamed
    assert deciding.resident(ADDRESS) == renamed
    assert (deciding.holder(None), deciding.holder(link(contact_id=None)), deciding.resident(NEW)) == (None, None, None)


@pytest.mark.parametrize(
    ("suppressed", "subscription_type", "reason"),
    [
        ({}, SubscriptionType.MARKETING, Reason.NONE),
        ({}, SubscriptionType.UNSUBSCRIBED, Reason.DO_NOT_MAIL),
        ({ADDRESS: Reason.ERASED}, SubscriptionType.UNSUBSCRIBED, Reason.ERASED),
        ({NEW: Reason.ERASED}, SubscriptionType.MARKETING, Reason.NONE),
    ],
)
def test_an_address_gets_no_mail_for_the_first_of_the_reasons(
    suppressed: dict[str, Reason], subscription_type: SubscriptionType, reason: Reason
) -> None:
    deciding = page(known([ANN._replace(subscription_type=subscription_type)], suppressed=suppressed))

    assert deciding.against(ADDRESS) is reason


def test_an_address_that_nobody_knows_gets_mail() -> None:
    assert page().against(ADDRESS) is Reason.NONE
