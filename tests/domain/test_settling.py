"""What the end of a run makes of a changed address: the contact takes it, or parts from who shares it (E1)."""

from typing import Any

import pytest

from contactd.domain.ledger import Consent, Hold, Image
from contactd.domain.words import ContactStatus, LinkState, Membership, Outcome, Reason
from domain.moving import ADDED, NEW, RENAMED, THERE, left_by, moved, mover
from domain.stage import ADDRESS, ANN, GONE, OFFERS, QUIET, known, link, states, told


def test_a_contact_takes_the_new_address_of_its_record() -> None:
    before = ANN._replace(holder="9")

    plan = moved(mover(), there=known([ANN], [link()]))

    (image,) = plan.update
    assert (image.id, image.email, image.key, image.fields) == (1, NEW, NEW, {"company": "New"})
    assert (image.membership, image.topics) == (Membership.SUBSCRIBED, ((7, "subscribed"), OFFERS))
    (row,) = plan.rows
    assert (row.outcome, row.reason, row.contact_id, row.before, row.aside) == (*RENAMED, 1, before, None)
    assert row.changed == ("email", "company", "topics/news", "topics/offers")
    assert states(plan) == {"9": (LinkState.OWNER, 1)}
    assert [(one.key, one.digest) for one in plan.links] == [(NEW, b"fresh")]
    assert plan.counts == {RENAMED: 1}


def test_what_a_rename_leaves_is_for_others() -> None:
    plan = moved(mover(), there=known([ANN], [link()]))

    assert plan.parked == [left_by("9", ADDRESS)]
    assert plan.objections == [(ADDRESS, NEW)]
    assert (plan.released, plan.unmade, plan.leaves) == ([], [], [])


def test_a_contact_without_an_address_leaves_that_of_its_link() -> None:
    """An earlier step of settle took it off."""
    there = known([ANN._replace(key=None)], [link()])

    plan = moved(mover(), there=there)

    assert plan.parked == [left_by("9", ADDRESS)]
    assert plan.rows[0].before == ANN._replace(holder="9")


def test_a_contact_that_never_had_an_address_leaves_none() -> None:
    nameless = link(key=None)

    plan = moved(mover(link=nameless), there=known([ANN._replace(key=None)], [nameless]))

    assert (plan.parked, plan.objections) == ([], [])
    assert told(plan) == {"9": RENAMED}


def test_one_that_this_run_made_was_never_renamed() -> None:
    made = link(**ADDED)

    plan = moved(mover(link=made), there=known([ANN], [made]))

    assert told(plan) == {"9": (Outcome.ADDED, Reason.NONE)}
    assert plan.counts == {(Outcome.ADDED, Reason.NONE): 0}
    assert (plan.replaced, plan.rows, plan.consents) == (["9"], [], [])


def test_one_that_a_run_before_made_is_renamed() -> None:
    made = link(outcome=Outcome.ADDED)

    assert told(moved(mover(link=made), there=known([ANN], [made]))) == {"9": RENAMED}


def test_a_record_that_this_run_decided_before_is_told_from_what_its_contact_was_then() -> None:
    first = ANN._replace(id=1, fields={"company": "Old"}, key="odd", holder="odd")
    seen = link(seen_run=1, outcome=Outcome.UPDATED)

    plan = moved(mover(link=seen), there=known([ANN], [seen], before={"9": first}))

    assert [row.before for row in plan.rows] == [first._replace(key=ADDRESS, holder="9")]
    assert plan.replaced == ["9"]


def test_two_may_swap_their_addresses() -> None:
    other = link("8", 2, key=NEW)
    there = known([ANN, THERE], [link(), other])

    plan = moved(mover(), mover(ADDRESS, source_id="8", link=other), there=there)

    assert {image.id: image.key for image in plan.update} == {1: NEW, 2: ADDRESS}
    assert sorted(plan.released) == [1, 2]
    assert told(plan) == {"9": RENAMED, "8": RENAMED}


def test_a_contact_that_lets_go_of_an_address_does_so_once() -> None:
    other = link("8", 2, key=NEW)
    there = known([ANN, THERE], [link(), other])

    plan = moved(mover(), there=there._replace(movers=frozenset({"8"}), moving=frozenset({2})))

    assert plan.released == [2]
    assert told(plan) == {"9": RENAMED}


def test_who_lost_its_contact_to_another_comes_without_one() -> None:
    there = known([], [link()])

    plan = moved(mover(), there=there)

    assert states(plan) == {"9": (LinkState.OWNER, 100)}
    assert [image.key for image in plan.create] == [NEW]


HELD: dict[str, Any] = {"holds": {1: [Hold(2, (0, 0), 1, frozenset(), empties=False)]}}


def test_who_shares_its_contact_parts_from_it() -> None:
    """The other one holds it under its old address."""
    plan = moved(mover(), there=known([ANN], [link()], **HELD))

    (image,) = plan.create
    assert (image.id, image.key, image.created_by) == (100, NEW, 1)
    (row,) = plan.rows
    assert (row.outcome, row.reason, row.contact_id, row.changed) == (*RENAMED, 100, ("email", "link"))
    assert (row.before, row.aside) == (None, ANN._replace(holder="9"))
    assert states(plan) == {"9": (LinkState.OWNER, 100)}
    assert [one.key for one in plan.links] == [NEW]
    assert plan.parked == [left_by("9", ADDRESS, 1)]
    assert plan.objections == [(ADDRESS, NEW)]


def test_who_parts_takes_the_address_of_a_deleted_contact() -> None:
    there = known([ANN, GONE._replace(id=2, key=NEW)], [link()], **HELD)

    assert moved(mover(), there=there).released == [2]


@pytest.mark.parametrize(
    ("contact", "more"),
    [
        (ANN._replace(subscription_type="unsubscribed"), {}),
        (ANN._replace(membership=Membership.UNSUBSCRIBED), {}),
        (ANN, {"objected": frozenset({ADDRESS})}),
    ],
)
def test_who_said_no_gets_no_other_contact(contact: Image, more: dict[str, Any]) -> None:
    plan = moved(mover(), there=known([contact], [link()], **HELD, **more))

    assert told(plan) == {"9": (Outcome.SKIPPED, Reason.DO_NOT_MAIL)}
    assert (plan.create, [row.detail for row in plan.rows]) == ([], [""])


def test_there_is_no_other_contact_where_there_is_no_room() -> None:
    plan = moved(mover(), there=known([ANN], [link()], room=0, **HELD))

    assert told(plan) == {"9": (Outcome.SKIPPED, Reason.LIMIT)}
    assert (plan.create, plan.parked, [row.detail for row in plan.rows]) == ([], [], [""])


def test_what_somebody_wants_nothing_of_holds_for_the_new_address() -> None:
    there = known([ANN], [link()], untold={ADDRESS: frozenset({7}), NEW: frozenset({8})})

    assert moved(mover(), there=there).update[0].topics == ()


@pytest.mark.parametrize(
    ("contact", "more"),
    [
        (QUIET._replace(created_by=1, membership=None, subscription_type="unsubscribed"), {}),
        (QUIET._replace(created_by=1, membership=None), {"objected": frozenset({ADDRESS})}),
        (QUIET._replace(created_by=1, membership=None), {"suppressed": {NEW: Reason.BOUNCED}}),
    ],
)
def test_who_wants_no_mail_is_renamed_and_comes_on_no_list(contact: Image, more: dict[str, Any]) -> None:
    plan = moved(mover(), there=known([contact], [link()], **more))

    assert [(image.key, image.membership, image.topics) for image in plan.update] == [(NEW, None, ())]
    # The next reading looks at it again.
    assert [(one.key, one.digest) for one in plan.links] == [(NEW, b"")]


def test_another_lawful_basis_is_written_down_with_a_rename() -> None:
    plan = moved(mover(), there=known([ANN._replace(topics=())], [link()]), lawful_basis="contract", topics={})

    assert plan.consents == [Consent(1, "lawful_basis", "consent", "contract")]


def test_what_a_person_wrote_meanwhile_stays_on_a_contact_that_is_renamed() -> None:
    now = ANN._replace(fields={"company": "By hand"}, provenance={"company": "manual"})
    seen = link(seen_run=1, outcome=Outcome.UPDATED)

    plan = moved(mover(link=seen), there=known([now], [seen], before={"9": ANN}))

    assert [image.fields for image in plan.update] == [{"company": "By hand"}]
    assert plan.update[0].status is ContactStatus.LIVE
