"""Taking a run back: to the contact as it was, wherever nobody has touched it since."""

from typing import Any

import pytest

from contactd.domain.ledger import Consent, Hold, Image
from contactd.domain.undoing import TAKEN_BACK, WHY_KEPT, Kept
from contactd.domain.words import ContactStatus, Membership, Outcome, Reason
from domain.stage import ADDRESS, ANN, GONE, NEWS, OFFERS, QUIET, link
from domain.undo import BEFORE, NOW, effect, outcomes, undone

NEW = "new@example.com"


def kept(why: Kept) -> tuple[Outcome, str]:
    return (Outcome.UNCHANGED, WHY_KEPT[why])


def test_a_contact_is_again_what_it_was() -> None:
    plan = undone(effect(before=BEFORE._replace(holder="9"))).plan

    assert plan.update == [BEFORE._replace(holder="9")]
    (row,) = plan.rows
    assert (row.source_id, row.title, row.address, row.key) == ("9", "Ann", ADDRESS, ADDRESS)
    assert (row.outcome, row.reason, row.detail, row.contact_id) == (Outcome.UPDATED, Reason.NONE, "", 1)
    assert (row.changed, row.before) == (("company",), NOW)
    assert row.mapped == {"email": ADDRESS, "company": "Old"}
    assert plan.counts == {(Outcome.UPDATED, Reason.NONE): 1}
    assert (plan.joins, plan.leaves, plan.shared, plan.consents, plan.released) == ([], [], [], [], [])


def test_a_contact_that_the_run_made_goes() -> None:
    there = NOW._replace(topics=(NEWS,))

    taken = undone(effect(outcome=Outcome.ADDED, before=None), there=[there])

    assert taken.plan.update == [there._replace(status=ContactStatus.DELETED, membership=None, topics=())]
    assert (taken.plan.leaves, list(taken.quits)) == ([1], [(7, 1)])
    assert outcomes(taken.plan) == {"9": (Outcome.REMOVED, "")}
    assert [row.changed for row in taken.plan.rows] == [("status", "list", "topics/news")]
    assert taken.plan.consents == [Consent(1, "topics/news", "subscribed", "")]


def test_a_contact_that_the_run_removed_is_there_again() -> None:
    taken = undone(effect(outcome=Outcome.REMOVED, before=BEFORE), there=[GONE._replace(membership=None)])

    assert taken.plan.update == [BEFORE]
    assert (taken.plan.joins, taken.plan.leaves) == ([1], [])
    assert outcomes(taken.plan) == {"9": (Outcome.READDED, "")}


def test_what_comes_and_goes_is_told_and_agreed_to() -> None:
    before = QUIET._replace(lawful_basis="", topics=(NEWS, (6, "subscribed")))
    now = ANN._replace(topics=((6, "unsubscribed"), OFFERS))

    taken = undone(effect(before=before), there=[now])

    assert taken.plan.topics == [(7, 1)]
    assert list(taken.quits) == [(8, 1)]
    assert taken.plan.consents == [
        Consent(1, "subscription_type", "marketing", "non_marketing"),
        Consent(1, "lawful_basis", "consent", ""),
        Consent(1, "topics/6", "unsubscribed", "subscribed"),
        Consent(1, "topics/news", "", "subscribed"),
        Consent(1, "topics/offers", "subscribed", ""),
    ]


def test_nobody_is_told_again_of_what_the_address_wants_nothing_of_by_now() -> None:
    before = BEFORE._replace(topics=(NEWS, OFFERS))
    gone = GONE._replace(membership=None)

    taken = undone(effect(outcome=Outcome.REMOVED, before=before), there=[gone], untold={ADDRESS: frozenset({7})})

    assert taken.plan.update == [before._replace(topics=(OFFERS,))]
    assert taken.plan.topics == [(8, 1)]


def test_a_contact_is_left_with_what_it_is_told_of_although_the_address_wants_nothing_of_it() -> None:
    """Somebody else has put it there."""
    now, before = NOW._replace(topics=(NEWS,)), BEFORE._replace(topics=(NEWS,))

    taken = undone(effect(before=before), there=[now], untold={ADDRESS: frozenset({7})})

    assert (taken.plan.update, list(taken.quits)) == ([before], [])


def test_a_contact_that_is_as_it_was_is_not_written() -> None:
    plan = undone(effect(before=NOW._replace(holder="8")), touched={1: None}).plan

    assert plan.update == []
    assert outcomes(plan) == {"9": (Outcome.UPDATED, "")}
    assert [(row.changed, row.before) for row in plan.rows] == [((), None)]


@pytest.mark.parametrize("outcome", TAKEN_BACK)
def test_every_effect_has_its_contrary(outcome: Outcome) -> None:
    plan = undone(effect(outcome=outcome)).plan

    assert outcomes(plan) == {"9": (TAKEN_BACK[outcome], "")}


def test_a_skipped_record_may_have_touched_its_contact_all_the_same() -> None:
    assert {
        Outcome.ADDED: Outcome.REMOVED,
        Outcome.READDED: Outcome.REMOVED,
        Outcome.UPDATED: Outcome.UPDATED,
        Outcome.REMOVED: Outcome.READDED,
        Outcome.SKIPPED: Outcome.UPDATED,
    } == TAKEN_BACK


@pytest.mark.parametrize(("touched", "why"), [({1: None}, Kept.BY_HAND), ({}, Kept.BY_HAND), ({1: 4}, Kept.LATER_RUN)])
@pytest.mark.parametrize("before", [BEFORE, None, GONE])
def test_what_somebody_touched_since_is_kept(touched: dict[int, int | None], why: Kept, before: Image | None) -> None:
    plan = undone(effect(before=before), touched=touched).plan

    assert outcomes(plan) == {"9": kept(why)}
    assert (plan.update, plan.links) == ([], [])
    (row,) = plan.rows
    assert (row.address, row.key, row.changed, row.before, row.mapped) == (ADDRESS, ADDRESS, (), None, {})
    assert plan.counts == {(Outcome.UNCHANGED, Reason.NONE): 1}


def test_what_the_undo_itself_touched_in_an_earlier_step_is_not_kept() -> None:
    assert outcomes(undone(effect(), touched={1: 3}).plan) == {"9": (Outcome.UPDATED, "")}


@pytest.mark.parametrize("there", [[], [ANN._replace(status=ContactStatus.ERASED)]])
@pytest.mark.parametrize("before", [BEFORE, GONE, None])
def test_who_is_erased_stays_so(there: list[Image], before: Image | None) -> None:
    plan = undone(effect(before=before), there=there, made={1: 2}).plan

    assert outcomes(plan) == {"9": kept(Kept.ERASED)}


def test_a_row_of_somebody_who_is_erased_names_nobody() -> None:
    (row,) = undone(effect(), there=[]).plan.rows

    assert (row.address, row.key) == ("", None)


def test_who_was_there_before_the_run_does_not_go_where_that_is_forgotten() -> None:
    assert outcomes(undone(effect(before=None), made={1: 1}).plan) == {"9": kept(Kept.FORGOTTEN)}


@pytest.mark.parametrize("before", [None, GONE])
def test_a_contact_that_another_sync_holds_by_now_does_not_go(before: Image | None) -> None:
    since = Hold(2, (0, 0), None, frozenset(), empties=False, seen_run=5)

    assert outcomes(undone(effect(before=before), holds={1: [since]}).plan) == {"9": kept(Kept.HELD)}


def test_a_contact_that_another_sync_held_while_it_was_deleted_goes_again() -> None:
    before = Hold(2, (0, 0), None, frozenset(), empties=False, seen_run=1)

    assert outcomes(undone(effect(before=GONE), holds={1: [before]}).plan) != {"9": kept(Kept.HELD)}


def test_a_contact_that_another_sync_holds_may_change_and_is_looked_at_again() -> None:
    plan = undone(effect(), holds={1: []}).plan

    assert (outcomes(plan), plan.shared) == ({"9": (Outcome.UPDATED, "")}, [1])


RENAMED = NOW._replace(key=NEW, email=NEW)


def test_an_address_that_another_contact_has_by_now_is_kept_from_nobody() -> None:
    plan = undone(effect(), there=[RENAMED, ANN._replace(id=2)]).plan

    assert outcomes(plan) == {"9": kept(Kept.TAKEN)}


def test_an_address_that_a_deleted_contact_has_is_let_go_of() -> None:
    plan = undone(effect(), there=[RENAMED, GONE._replace(id=2)]).plan

    assert (outcomes(plan), plan.released) == ({"9": (Outcome.UPDATED, "")}, [2])


def test_two_that_swapped_their_addresses_have_their_own_again() -> None:
    other = ANN._replace(id=2, key=NEW, email=NEW)

    plan = undone(
        effect(before=BEFORE), effect("8", 2, before=other), there=[RENAMED, other._replace(key=ADDRESS)]
    ).plan

    assert {image.id: image.key for image in plan.update} == {1: ADDRESS, 2: NEW}
    assert plan.released == []


def test_who_stays_keeps_the_address_that_another_one_had() -> None:
    """And that one stays then, too."""
    other = ANN._replace(id=2, key=NEW, email=NEW)

    plan = undone(
        effect(before=BEFORE),
        effect("8", 2, before=other),
        there=[RENAMED, other._replace(key=ADDRESS)],
        touched={1: 2, 2: None},
    ).plan

    assert outcomes(plan) == {"8": kept(Kept.BY_HAND), "9": kept(Kept.TAKEN)}


def test_one_that_goes_leaves_its_address_to_one_that_comes_back() -> None:
    fresh = ANN._replace(id=2)

    plan = undone(
        effect(before=BEFORE),
        effect("8", 2, before=None, outcome=Outcome.ADDED),
        there=[RENAMED, fresh],
    ).plan

    assert {image.id: (image.key, image.status) for image in plan.update} == {
        1: (ADDRESS, "live"),
        2: (None, "deleted"),
    }
    assert outcomes(plan) == {"9": (Outcome.UPDATED, ""), "8": (Outcome.REMOVED, "")}
    assert plan.released == []


SUPPRESSED: dict[str, Any] = {"suppressed": {ADDRESS: Reason.BOUNCED}}


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (BEFORE, NOW._replace(membership=None)),
        (BEFORE, RENAMED),
        # It may be on a list that the sync does not fill.
        (BEFORE._replace(membership=None), RENAMED),
    ],
)
def test_a_suppressed_address_comes_on_no_list(before: Image, now: Image) -> None:
    assert outcomes(undone(effect(before=before), there=[now], **SUPPRESSED).plan) == {"9": kept(Kept.SUPPRESSED)}


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (BEFORE, NOW),
        (BEFORE._replace(membership=None), NOW._replace(membership=None)),
        (GONE, NOW._replace(membership=None)),
        (NOW, NOW),
    ],
)
def test_a_suppressed_address_that_comes_on_no_list_is_no_hindrance(before: Image, now: Image) -> None:
    assert outcomes(undone(effect(before=before), there=[now], **SUPPRESSED).plan) == {"9": (Outcome.UPDATED, "")}


ASIDE = ANN._replace(id=2, key=NEW, email=NEW, holder="9")


def test_both_contacts_that_a_merge_touched_are_as_they_were() -> None:
    merged = effect(reason=Reason.EMAIL_CHANGED_MERGED, aside=ASIDE)
    left = ASIDE._replace(status=ContactStatus.DELETED, membership=None)

    plan = undone(merged, there=[NOW, left]).plan

    assert plan.update == [BEFORE, ASIDE]
    assert [row.contact_id for row in plan.rows] == [1]


def test_a_merge_is_kept_where_one_of_its_contacts_is() -> None:
    merged = effect(reason=Reason.EMAIL_CHANGED_MERGED, aside=ASIDE)

    plan = undone(merged, there=[NOW, ASIDE._replace(membership=Membership.REMOVED)], touched={1: 2, 2: None}).plan

    assert outcomes(plan) == {"9": kept(Kept.BY_HAND)}


def test_links_that_come_back_are_looked_at_again() -> None:
    plan = undone(effect(outcome=Outcome.ADDED, before=None), links=[link()]).plan

    assert [(one.contact_id, one.digest, one.seen_run, one.outcome) for one in plan.links] == [
        (None, None, 3, Outcome.REMOVED)
    ]


def test_every_reason_to_keep_an_effect_is_a_sentence() -> None:
    assert set(WHY_KEPT) == set(Kept)
    assert {why.value for why in Kept} == {why.name.lower() for why in Kept}
    assert {said[:6] for said in WHY_KEPT.values()} == {"Kept: "}
