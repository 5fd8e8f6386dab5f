"""What a page makes of its records, given what is known: the W-rule, and what waits for the end of the run."""

from itertools import count
from typing import Any

import pytest

from contactd.domain.decide import decide
from contactd.domain.ledger import CLAIMED, LEFT, MANUAL, MOVED, Image, Parking
from contactd.domain.sift import Sifted
from contactd.domain.words import LinkState, Outcome, Reason
from domain.stage import ADDRESS, ANN, GONE, NOTHING, candidate, decided, known, link, rules, shadow, states, told

NEW = "new@example.com"
DUPLICATE = (Outcome.SKIPPED, Reason.FILE_DUPLICATE)
ADDED, UPDATED = (Outcome.ADDED, ""), (Outcome.UPDATED, "")

#: The older record of the two is 8, where nothing else is said.
OLDER: dict[str, Any] = {"source_id": "8", "created": 0}


def test_a_record_that_has_not_changed_keeps_its_contact() -> None:
    plan = decide(Sifted(same=[link()]), known([ANN], [link()]), rules(), count(100))

    assert (plan.seen, plan.counts, plan.links, plan.rows) == (["9"], {(Outcome.UNCHANGED, ""): 1}, [], [])


def test_what_the_first_look_parked_stays_parked() -> None:
    parked = Parking("9", MOVED, NEW, b"octets")

    assert decide(Sifted(parked=[parked]), NOTHING, rules(), count(100)).parked == [parked]


def test_what_could_not_be_read_is_told_with_its_text() -> None:
    bad = link("malformed:1", None, key=None, outcome=Outcome.FAILED, reason=Reason.MALFORMED, seen_run=1)

    plan = decide(Sifted(unreadable=[(bad, "no json")]), NOTHING, rules(), count(100))

    (row,) = plan.rows
    assert (row.source_id, row.outcome, row.reason, row.detail) == ("malformed:1", "failed", "malformed", "no json")
    assert (row.title, row.address, row.key, row.contact_id, row.changed, row.mapped) == ("", "", None, None, (), {})
    assert plan.links == [bad]
    assert plan.counts == {(Outcome.FAILED, Reason.MALFORMED): 1}


def test_a_record_that_was_refused_at_the_first_look_is_refused_with_its_reason() -> None:
    bad = candidate("ann@gnail.com", reason=Reason.INVALID_PATTERN, detail=ADDRESS)

    plan = decided(refused=(bad,))

    assert told(plan) == {"9": (Outcome.SKIPPED, Reason.INVALID_PATTERN)}
    assert [row.detail for row in plan.rows] == [ADDRESS]


def test_a_record_of_somebody_new_makes_a_contact() -> None:
    plan = decided(candidate())

    assert states(plan) == {"9": (LinkState.OWNER, 100)}
    assert told(plan) == {"9": ADDED}
    assert [image.key for image in plan.create] == [ADDRESS]


@pytest.mark.parametrize("first", [0, 1])
def test_the_oldest_of_a_page_owns_and_the_others_are_its_shadows(first: int) -> None:
    records = [candidate(), candidate(**OLDER)]

    plan = decided(records[first], records[1 - first])

    assert states(plan) == {"8": (LinkState.OWNER, 100), "9": (LinkState.SHADOW, None)}
    assert told(plan) == {"8": ADDED, "9": DUPLICATE}


def test_records_of_one_page_with_addresses_of_their_own_are_no_rivals() -> None:
    plan = decided(candidate(), candidate(NEW, **OLDER))

    assert states(plan) == {"9": (LinkState.OWNER, 100), "8": (LinkState.OWNER, 101)}


@pytest.mark.parametrize(
    ("suppressed", "contact", "reason"),
    [
        ({ADDRESS: Reason.BOUNCED}, None, Reason.BOUNCED),
        ({ADDRESS: Reason.BOUNCED}, ANN._replace(subscription_type="unsubscribed"), Reason.BOUNCED),
        ({}, ANN._replace(subscription_type="unsubscribed"), Reason.DO_NOT_MAIL),
    ],
)
def test_an_address_that_gets_no_mail_is_refused(
    suppressed: dict[str, Reason], contact: Image | None, reason: Reason
) -> None:
    there = known([] if contact is None else [contact], suppressed=suppressed)

    assert told(decided(candidate(), there=there)) == {"9": (Outcome.SKIPPED, reason)}


def test_who_gets_no_mail_takes_no_address_from_another() -> None:
    there = known(suppressed={NEW: Reason.BLOCKED})

    plan = decided(candidate(NEW, **OLDER), candidate(), there=there)

    assert told(plan) == {"8": (Outcome.SKIPPED, Reason.BLOCKED), "9": ADDED}


def test_a_value_that_does_not_fit_fails_its_record_where_the_sync_is_strict() -> None:
    odd = candidate(rejected=("birthday", "vip"))

    plan = decided(odd, policies={"strict": True})

    assert told(plan) == {"9": (Outcome.FAILED, Reason.REJECTED)}
    assert [row.detail for row in plan.rows] == ["birthday"]


def test_a_value_that_does_not_fit_is_dropped_and_told_where_the_sync_is_not() -> None:
    plan = decided(candidate(rejected=("birthday", "vip")))

    assert told(plan) == {"9": ADDED}
    assert [row.detail for row in plan.rows] == ["dropped:birthday dropped:vip"]


def test_a_strict_sync_takes_what_fits() -> None:
    assert told(decided(candidate(), policies={"strict": True})) == {"9": ADDED}


def test_who_changes_the_address_waits_for_the_end_of_the_run() -> None:
    plan = decided(candidate(NEW, link=link()), there=known([ANN], [link()]))

    assert plan.parked == [Parking("9", MOVED, NEW, b"octets")]
    assert (plan.links, plan.rows, plan.counts) == ([], [], {})


def test_who_keeps_the_address_is_decided_at_once() -> None:
    plan = decided(candidate(link=link()), there=known([ANN], [link()]))

    assert plan.parked == []
    assert told(plan) == {"9": UPDATED}


def test_who_held_one_that_was_deleted_by_hand_does_not_wait() -> None:
    plan = decided(candidate(NEW, link=link()), there=known([GONE], [link()]))

    assert plan.parked == []
    assert told(plan) == {"9": ADDED}


def test_the_address_that_a_person_wrote_by_hand_is_the_one_that_counts() -> None:
    there = known([ANN._replace(provenance={"email": MANUAL})], [link()])

    plan = decided(candidate(NEW, link=link()), there=there)

    assert plan.parked == []
    assert [(one.key, one.state) for one in plan.links] == [(ADDRESS, LinkState.OWNER)]
    assert [(row.address, row.key) for row in plan.rows] == [(ADDRESS, ADDRESS)]


@pytest.mark.parametrize("holder", [ANN, ANN._replace(key=None, provenance={"email": MANUAL})])
def test_the_address_of_the_record_counts_where_nobody_wrote_one(holder: Image) -> None:
    plan = decided(candidate(NEW, link=link()), there=known([holder], [link()]))

    assert plan.parked == [Parking("9", MOVED, NEW, b"octets")]


def test_an_owner_of_before_is_decided_with_the_others_of_its_page() -> None:
    """What the store says of its claim is history."""
    there = known([ANN], [link()])

    plan = decided(candidate(link=link()), candidate(**OLDER), there=there)

    assert states(plan) == {"8": (LinkState.OWNER, 1), "9": (LinkState.SHADOW, None)}
    assert told(plan) == {"8": (Outcome.UPDATED, Reason.OWNERSHIP), "9": DUPLICATE}


def test_who_moves_keeps_its_claim_to_the_address_that_it_leaves() -> None:
    """It may yet be refused the new one; so nobody has the old one before the end."""
    mover = candidate(NEW, link=link())

    plan = decided(mover, candidate(**OLDER), there=known([ANN], [link()]))

    assert plan.parked == [Parking("9", MOVED, NEW, b"octets"), Parking("8", CLAIMED, ADDRESS, b"octets")]


def test_who_is_refused_has_no_claim() -> None:
    owner = link("8", created=0)
    bad = candidate("", **OLDER, link=owner, reason=Reason.EMPTY_EMAIL)

    plan = decided(candidate(), there=known([ANN], [owner]), refused=(bad,))

    assert states(plan) == {"8": (LinkState.SKIPPED, None), "9": (LinkState.OWNER, 1)}


READ: dict[str, Any] = {"seen_run": 1, "outcome": Outcome.UPDATED}


def test_an_older_owner_that_was_read_in_this_run_keeps_the_address() -> None:
    there = known([ANN], [link("8", created=0, **READ)])

    plan = decided(candidate(), there=there)

    assert told(plan) == {"9": DUPLICATE}
    assert plan.parked == []


def test_a_younger_owner_that_was_read_in_this_run_gives_the_address_up() -> None:
    there = known([ANN], [link("10", created=2, **READ)])

    plan = decided(candidate(), there=there)

    assert states(plan) == {"10": (LinkState.SHADOW, None), "9": (LinkState.OWNER, 1)}


def test_an_owner_whose_record_has_not_changed_was_read_in_this_run() -> None:
    owner = link("8", created=0)

    plan = decide(Sifted(same=[owner], eligible=[candidate()]), known([ANN], [owner]), rules(), count(100))

    assert told(plan) == {"9": DUPLICATE}


def test_a_shadow_that_goes_first_where_nobody_owns_is_heir_at_the_end() -> None:
    plan = decided(candidate(), there=known([], [shadow("8", created=0), shadow("10", created=2)]))

    assert plan.parked == [Parking("9", LEFT, ADDRESS, b"")]
    assert told(plan) == {"9": DUPLICATE}


def test_a_shadow_that_comes_later_leaves_the_address_to_who_was_read() -> None:
    plan = decided(candidate(), there=known([], [shadow("10", created=2)]))

    assert plan.parked == []
    assert told(plan) == {"9": ADDED}


def test_an_owner_that_goes_first_leaves_nothing_for_the_end() -> None:
    owner = link("8", created=0, **READ)

    plan = decided(candidate(), candidate(source_id="10"), there=known([ANN], [owner, shadow("11", created=2)]))

    assert plan.parked == []
    assert told(plan) == {"9": DUPLICATE, "10": DUPLICATE}
