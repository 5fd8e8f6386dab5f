"""What the end of a run makes of an address that moves to where somebody else is, or wants to be (E2)."""

from typing import Any

import pytest

from contactd.domain.ledger import Image, Link, Parking
from contactd.domain.words import LinkState, Membership, Outcome, Reason
from domain.moving import ADDED, NEW, READDED, RENAMED, THERE, left_by, moved, mover
from domain.stage import ADDRESS, ANN, GONE, OFFERS, candidate, known, link, shadow, states, told

MERGED = (Outcome.UPDATED, Reason.EMAIL_CHANGED_MERGED)
NOES = ((7, "unsubscribed"), (8, "unsubscribed"))
DUPLICATE = (Outcome.SKIPPED, Reason.FILE_DUPLICATE)


def test_who_moves_to_the_address_of_another_contact_is_one_with_it() -> None:
    there = known([ANN, THERE], [link()])

    plan = moved(mover(), there=there)

    (image,) = plan.update
    assert (image.id, image.key, image.fields) == (2, NEW, {"company": "New"})
    (row,) = plan.rows
    assert (row.outcome, row.reason, row.contact_id) == (*MERGED, 2)
    assert (row.before, row.aside) == (THERE, ANN._replace(holder="9"))
    assert row.changed == ("company", "topics/news", "topics/offers", "link")
    assert states(plan) == {"9": (LinkState.OWNER, 2)}
    assert plan.parked == [left_by("9", ADDRESS, 1)]
    assert (plan.objections, plan.released) == ([], [])


def test_the_owner_of_before_becomes_a_shadow_where_an_older_record_moves_in() -> None:
    owner = link("10", 2, key=NEW, created=2)

    plan = moved(mover(), there=known([ANN, THERE], [link(), owner]))

    assert states(plan) == {"10": (LinkState.SHADOW, None), "9": (LinkState.OWNER, 2)}
    assert [row.before for row in plan.rows] == [THERE._replace(holder="10")]


def test_the_address_of_a_deleted_contact_is_free() -> None:
    there = known([ANN, GONE._replace(id=2, key=NEW)], [link()])

    plan = moved(mover(), there=there)

    assert told(plan) == {"9": RENAMED}
    assert plan.released == [2]


def test_what_a_page_made_for_the_address_is_taken_back_where_one_brings_its_own_contact() -> None:
    fresh = link("10", 2, key=NEW, created=2, **ADDED)
    there = known([ANN, THERE], [link(), fresh])

    plan = moved(mover(), there=there)

    assert told(plan) == {"10": DUPLICATE, "9": RENAMED}
    assert (plan.unmade, plan.counted, plan.released) == ([2], [-1], [])
    assert plan.counts == {DUPLICATE: 1, (Outcome.ADDED, ""): -1, RENAMED: 1}


def test_what_a_page_brought_back_for_the_address_is_as_it_was_again() -> None:
    back = link("10", 2, key=NEW, created=2, **READDED)
    was = GONE._replace(id=2, key=NEW, holder="10", membership=None)
    there = known([ANN, THERE], [link(), back], before={"10": was})

    plan = moved(mover(), there=there)

    assert told(plan) == {"10": DUPLICATE, "9": RENAMED}
    assert (plan.leaves, plan.unmade) == ([2], [])
    assert plan.update[0] == was._replace(key=None, holder="")


@pytest.mark.parametrize(
    "owner",
    [
        link("10", 2, key=NEW, created=2, outcome=Outcome.ADDED),
        link("10", 2, key=NEW, created=2, seen_run=1, outcome=Outcome.UPDATED),
        # What it was before is not known, where another record had it then.
        link("10", 2, key=NEW, created=2, **READDED),
    ],
)
def test_what_was_there_before_is_not_taken_back(owner: Link) -> None:
    plan = moved(mover(), there=known([ANN, THERE], [link(), owner]))

    assert (plan.unmade, plan.leaves) == ([], [])
    assert told(plan)["9"] == MERGED


def test_of_two_that_move_to_one_address_the_older_has_it() -> None:
    other = link("10", 3, key="old@example.com", created=2)
    there = known([ANN, ANN._replace(id=3, key="old@example.com", email="old@example.com")], [link(), other])

    plan = moved(mover(source_id="10", created=2, link=other), mover(), there=there)

    assert told(plan) == {"9": RENAMED, "10": DUPLICATE}
    assert [(one.key, one.state) for one in plan.links if one.source_id == "10"] == [(NEW, LinkState.SHADOW)]
    assert left_by("10", "old@example.com", 3) in plan.parked


@pytest.mark.parametrize(
    ("rival", "parked"),
    [
        (link("8", 2, key=NEW, created=0), [left_by("9", ADDRESS, 1)]),
        (shadow("8", key=NEW, created=0), [left_by("8", NEW), left_by("9", ADDRESS, 1)]),
    ],
)
def test_who_comes_after_one_that_is_there_is_its_shadow(rival: Link, parked: list[Parking]) -> None:
    there = known([ANN, THERE], [link(), rival])

    plan = moved(mover(), there=there)

    assert told(plan) == {"9": DUPLICATE}
    assert plan.parked == parked


def test_who_comes_after_one_that_claims_the_address_is_its_shadow() -> None:
    claim = candidate(NEW, source_id="8", created=0)

    plan = moved(mover(), there=known([ANN], [link()]), claims={NEW: [claim], ADDRESS: []})

    assert told(plan) == {"9": DUPLICATE}
    assert plan.parked == [left_by("9", ADDRESS, 1)]


def test_who_comes_before_one_that_claims_the_address_has_it() -> None:
    claim = candidate(NEW, source_id="10", created=2)

    plan = moved(mover(), there=known([ANN], [link()]), claims={NEW: [claim]})

    assert told(plan) == {"9": RENAMED}


@pytest.mark.parametrize("away", [{"movers": frozenset({"8"})}, {"leaving": frozenset({"8"})}])
def test_who_leaves_the_address_too_does_not_keep_it(away: dict[str, Any]) -> None:
    there = known([ANN], [link(), link("8", 2, key=NEW, created=0)], **away)

    assert told(moved(mover(), there=there)) == {"9": RENAMED}


@pytest.mark.parametrize(
    ("comer", "more"),
    [
        (ANN._replace(subscription_type="unsubscribed"), {}),
        (ANN._replace(membership=Membership.UNSUBSCRIBED), {}),
        (ANN, {"objected": frozenset({ADDRESS})}),
    ],
)
def test_who_said_no_brings_nobody_onto_the_list(comer: Image, more: dict[str, Any]) -> None:
    there = THERE._replace(membership=None)

    plan = moved(mover(), there=known([comer, there], [link()], **more))

    (image,) = plan.update
    assert (image.membership, image.topics) == (Membership.UNSUBSCRIBED, NOES)
    assert (plan.kept_off, plan.untold, plan.joins, plan.topics) == ([2], [(7, 2), (8, 2)], [], [])
    assert [row.before for row in plan.rows] == [there]


def test_who_is_on_the_list_stays_there_whoever_comes() -> None:
    comer = ANN._replace(membership=Membership.UNSUBSCRIBED)

    (image,) = moved(mover(), there=known([comer, THERE._replace(topics=(OFFERS,))], [link()])).update

    assert (image.membership, image.topics) == (Membership.SUBSCRIBED, ((7, "unsubscribed"), OFFERS))


def test_whom_another_record_brought_onto_the_list_in_this_run_is_taken_off_by_one_who_said_no() -> None:
    seen = link("10", 2, key=NEW, created=2, seen_run=1, outcome=Outcome.UPDATED)
    before = THERE._replace(membership=None, holder="10")
    comer = ANN._replace(membership=Membership.UNSUBSCRIBED)

    plan = moved(mover(), there=known([comer, THERE], [link(), seen], before={"10": before}))

    assert [(image.membership, image.topics) for image in plan.update] == [(Membership.UNSUBSCRIBED, NOES)]
    assert plan.kept_off == [2]


def test_whom_another_record_brought_onto_the_list_in_this_run_stays_there_where_nobody_said_no() -> None:
    seen = link("10", 2, key=NEW, created=2, seen_run=1, outcome=Outcome.UPDATED)
    before = THERE._replace(membership=None, holder="10")

    plan = moved(mover(), there=known([ANN, THERE], [link(), seen], before={"10": before}))

    assert [image.membership for image in plan.update] == [Membership.SUBSCRIBED]
    assert (plan.joins, plan.kept_off) == ([], [])
