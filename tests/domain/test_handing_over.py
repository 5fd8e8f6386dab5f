"""Who has an address that nobody owns at the end of a run, and what becomes of a contact that was left there."""

from collections.abc import Mapping
from itertools import count
from typing import Any

import pytest

from contactd.domain.ledger import LEFT, Image, Known, Link, Parking, Plan
from contactd.domain.settling import Vacancy, hand_over, turn_away
from contactd.domain.sift import Candidate
from contactd.domain.words import ContactStatus, LinkState, Membership, Outcome, Reason
from domain.stage import ADDRESS, ANN, GONE, QUIET, candidate, known, link, rules, shadow, states, told

NEW = "new@example.com"
OWNERSHIP = (Outcome.UPDATED, Reason.OWNERSHIP)
DUPLICATE = (Outcome.SKIPPED, Reason.FILE_DUPLICATE)


def filled(*claims: Candidate, there: Known, left: Mapping[int, str] | None = None, **more: Any) -> Plan:
    """Give Ann's address to whoever ranks first now."""
    return hand_over({ADDRESS: Vacancy(claims, left or {})}, there, rules(**more), count(100))


def test_the_first_shadow_takes_the_contact_over() -> None:
    heir, other = shadow("10", created=2), shadow("11", created=3)

    plan = filled(there=known([ANN], [other, heir]), targets=["company"])

    (image,) = plan.update
    assert (image.id, image.key, image.fields) == (1, ADDRESS, {"company": "Of 10"})
    (row,) = plan.rows
    assert (row.source_id, row.outcome, row.reason, row.contact_id) == ("10", *OWNERSHIP, 1)
    assert (row.title, row.address, row.before) == ("", ADDRESS, ANN)
    assert row.changed == ("company", "topics/news", "topics/offers", "link")
    assert plan.links == [
        heir._replace(
            contact_id=1,
            state=LinkState.OWNER,
            mapped=None,
            seen_run=1,
            outcome=Outcome.UPDATED,
            reason=Reason.OWNERSHIP,
        )
    ]
    assert plan.counts == {OWNERSHIP: 1}


def test_a_shadow_gets_a_contact_where_there_is_none() -> None:
    plan = filled(there=known([], [shadow("10")]))

    assert told(plan) == {"10": OWNERSHIP}
    assert [image.status for image in (*plan.create, *plan.update)] == [ContactStatus.LIVE]
    assert states(plan) == {"10": (LinkState.OWNER, 100)}


def test_a_deleted_contact_comes_back_by_a_record_that_is_read_and_not_by_what_is_remembered_of_one() -> None:
    plan = filled(there=known([GONE], [shadow("10")]))

    assert (told(plan), plan.create, plan.update, plan.links) == ({}, [], [], [])


def test_a_value_that_is_mapped_no_more_is_not_taken_over() -> None:
    plan = filled(there=known([ANN], [shadow("10")]))

    (image,) = plan.update
    assert image.fields == {}


def test_what_a_shadow_makes_is_no_change_of_anything() -> None:
    plan = filled(there=known([], [shadow("10")]))

    assert [(row.changed, row.before) for row in plan.rows] == [(("link",), None)]
    assert plan.consents == []


@pytest.mark.parametrize(("there", "heirs"), [([], {}), ([ANN], {"10": OWNERSHIP})])
def test_a_shadow_that_needs_a_contact_more_needs_room(
    there: list[Image], heirs: dict[str, tuple[Outcome, Reason]]
) -> None:
    assert told(filled(there=known(there, [shadow("10")], room=0))) == heirs


def test_a_shadow_takes_over_from_an_owner_that_went_bad() -> None:
    stale = link("9", state=LinkState.STALE)

    plan = filled(there=known([ANN], [stale, shadow("10")]))

    assert states(plan) == {"9": (LinkState.SKIPPED, None), "10": (LinkState.OWNER, 1)}
    assert [row.before for row in plan.rows] == [ANN._replace(holder="9")]


def test_an_owner_that_goes_first_keeps_its_contact() -> None:
    plan = filled(there=known([ANN], [link(created=1), shadow("10", created=2)]), left={1: "8"})

    assert (plan.links, plan.update, plan.leaves) == ([], [], [])


def test_a_shadow_that_goes_before_the_owner_takes_over() -> None:
    plan = filled(there=known([ANN], [link(created=3), shadow("10", created=2)]))

    assert states(plan) == {"9": (LinkState.SHADOW, None), "10": (LinkState.OWNER, 1)}


def test_nobody_has_what_nobody_waits_for() -> None:
    plan = filled(there=known([ANN]))

    assert (plan.links, plan.update) == ([], [])


@pytest.mark.parametrize("away", ["movers", "leaving"])
def test_who_goes_away_too_is_no_heir(away: str) -> None:
    there = known([ANN], [shadow("10"), shadow("11", created=2)], **{away: frozenset({"10"})})

    assert told(filled(there=there)) == {"11": OWNERSHIP}


def test_an_owner_that_is_gone_keeps_the_contact_from_nobody() -> None:
    gone = link("9", created=0)
    there = known([ANN], [gone, shadow("10")], leaving=frozenset({"9"}))

    assert states(filled(there=there)) == {"9": (LinkState.SHADOW, None), "10": (LinkState.OWNER, 1)}


def test_who_claims_and_goes_first_has_the_address() -> None:
    claim = candidate(source_id="8", created=0)

    plan = filled(claim, there=known([ANN], [shadow("10")]))

    assert states(plan) == {"8": (LinkState.OWNER, 1)}
    assert told(plan) == {"8": (Outcome.UPDATED, Reason.LINKED)}


def test_who_claims_and_comes_later_is_a_shadow() -> None:
    claims = [candidate(source_id="12", created=3), candidate(source_id="11", created=3)]

    plan = filled(*claims, there=known([ANN], [shadow("10", created=2)]))

    assert told(plan) == {"10": OWNERSHIP, "12": DUPLICATE, "11": DUPLICATE}


def test_of_those_that_claim_the_first_has_the_address() -> None:
    claims = [candidate(source_id="12", created=3), candidate(source_id="11", created=3)]

    assert told(filled(*claims, there=known())) == {"11": (Outcome.ADDED, Reason.NONE), "12": DUPLICATE}


def test_who_claims_decides_afresh_what_it_was_before() -> None:
    """What the store says of its own claim is history."""
    waits = shadow("8", created=0)

    plan = filled(candidate(source_id="8", created=3, link=waits), there=known([ANN], [waits, shadow("10")]))

    assert told(plan) == {"10": OWNERSHIP, "8": DUPLICATE}


def test_who_takes_what_another_left_owns_it_instead_of_that_one() -> None:
    plan = filled(candidate(source_id="10"), there=known([ANN]), left={1: "9"})

    assert told(plan) == {"10": OWNERSHIP}
    assert [row.before for row in plan.rows] == [ANN._replace(holder="9")]
    assert plan.leaves == []


SUPPRESSED: dict[str, Any] = {"suppressed": {ADDRESS: Reason.COMPLAINT}}


def test_nobody_gets_an_address_that_gets_no_mail() -> None:
    there = known([ANN], [shadow("10"), link("9", created=3)], **SUPPRESSED)

    plan = filled(candidate(source_id="8"), there=there)

    assert told(plan) == {"8": (Outcome.SKIPPED, Reason.COMPLAINT)}


def test_who_keeps_the_contact_of_an_address_that_gets_no_mail_is_not_relieved() -> None:
    there = known([ANN], [link("9", created=3), shadow("10")], **SUPPRESSED)

    assert filled(there=there).links == []


def test_a_contact_that_was_left_and_that_nobody_takes_goes() -> None:
    plan = filled(there=known([ANN]), left={1: "9"})

    assert [(image.status, image.membership) for image in plan.update] == [(ContactStatus.DELETED, None)]
    assert (plan.leaves, plan.counted) == ([1], [-1])


@pytest.mark.parametrize("keeps", [{"manual": True}, {"holds": {1: []}}])
def test_a_contact_that_something_else_keeps_only_leaves_the_list(keeps: dict[str, Any]) -> None:
    manual = keeps.pop("manual", False)

    plan = filled(there=known([ANN._replace(manual=manual)], **keeps), left={1: "9"})

    assert [(image.status, image.membership) for image in plan.update] == [(ContactStatus.LIVE, None)]
    assert (plan.leaves, plan.counted) == ([1], [])


def test_a_contact_that_left_its_address_goes_where_another_has_that() -> None:
    other = QUIET._replace(id=2, key=None)

    plan = filled(there=known([ANN, other], [shadow("10")]), left={2: "9"})

    assert plan.leaves == [2]
    assert told(plan) == {"10": OWNERSHIP}


def test_a_contact_that_is_left_goes_where_the_owner_of_its_address_got_another() -> None:
    other = QUIET._replace(id=2, key=None)

    plan = filled(candidate(), there=known([other]), left={2: "8"})

    assert plan.leaves == [2]
    assert states(plan) == {"9": (LinkState.OWNER, 100)}


def test_a_contact_that_is_not_known_any_more_cannot_go() -> None:
    assert filled(there=known(), left={7: "9"}).leaves == []


def test_who_has_no_room_lets_the_contact_go() -> None:
    gone = GONE._replace(membership=Membership.SUBSCRIBED)

    plan = filled(candidate(), there=known([gone], room=0), left={1: "9"})

    assert told(plan) == {"9": (Outcome.SKIPPED, Reason.LIMIT)}
    assert plan.leaves == [1]


def test_each_vacant_address_is_filled() -> None:
    there = known([ANN, ANN._replace(id=2, key=NEW)], [shadow("10"), shadow("11", key=NEW)])

    plan = hand_over({ADDRESS: Vacancy((), {}), NEW: Vacancy((), {})}, there, rules(), count(100))

    assert states(plan) == {"10": (LinkState.OWNER, 1), "11": (LinkState.OWNER, 2)}


@pytest.mark.parametrize(
    ("there", "reason"),
    [
        (known([ANN], [link()], **SUPPRESSED), Reason.COMPLAINT),
        (known([ANN._replace(subscription_type="unsubscribed")], [link()]), Reason.DO_NOT_MAIL),
    ],
)
def test_who_wants_no_mail_since_its_page_is_turned_away(there: Known, reason: Reason) -> None:
    decided: Link = link(seen_run=1, outcome=Outcome.ADDED)

    plan = turn_away([candidate(link=decided)], there, rules(), count(100))

    assert told(plan) == {"9": (Outcome.SKIPPED, reason)}
    assert plan.counts == {(Outcome.SKIPPED, reason): 1, (Outcome.ADDED, Reason.NONE): -1}
    assert [row.detail for row in plan.rows] == [""]


def test_an_address_whose_owner_is_turned_away_is_left_to_its_shadows() -> None:
    plan = turn_away([candidate(link=link())], known([ANN], [link(), shadow("10")], **SUPPRESSED), rules(), count(1))

    assert plan.parked == [Parking("9", LEFT, ADDRESS, b"")]
