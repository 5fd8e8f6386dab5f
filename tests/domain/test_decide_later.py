"""Who must wait for the end of the run, because the record that holds the address was not read yet."""

import pytest

from contactd.domain.ledger import CLAIMED, Link, Parking
from contactd.domain.words import LinkState, Outcome, Reason
from domain.stage import ADDRESS, ANN, GONE, candidate, decided, known, link, shadow, told

NEW = "new@example.com"
DUPLICATE = (Outcome.SKIPPED, Reason.FILE_DUPLICATE)


@pytest.mark.parametrize("created", [0, 2])
def test_nobody_has_an_address_before_the_record_that_holds_it_was_read(created: int) -> None:
    """It may turn out to move, and take the contact along."""
    there = known([ANN], [link("8", created=created)])

    plan = decided(candidate(), there=there)

    assert plan.parked == [Parking("9", CLAIMED, ADDRESS, b"octets")]
    assert (plan.links, plan.counts) == ([], {})


def test_a_stale_record_that_was_not_read_may_move_too() -> None:
    there = known([ANN], [link("8", state=LinkState.STALE)])

    assert decided(candidate(), there=there).parked == [Parking("9", CLAIMED, ADDRESS, b"octets")]


def test_a_record_whose_contact_was_deleted_is_waited_for_too_as_it_may_bring_it_back() -> None:
    there = known([GONE], [link("8", created=0)])

    assert decided(candidate(), there=there).parked == [Parking("9", CLAIMED, ADDRESS, b"octets")]


def test_an_owner_without_a_contact_keeps_nobody_waiting() -> None:
    plan = decided(candidate(), there=known([], [link("8", created=0)]))

    assert plan.parked == []
    assert told(plan) == {"9": DUPLICATE}


def test_a_shadow_that_still_loses_stays_one_while_the_owner_was_not_read() -> None:
    waits = shadow("9", created=1)
    there = known([ANN], [link("8", created=0), waits])

    plan = decided(candidate(link=waits), there=there)

    assert told(plan) == {"9": DUPLICATE}
    assert plan.parked == []


@pytest.mark.parametrize(
    "waits",
    [shadow("9", created=1, key=NEW), link("9", None, state=LinkState.SKIPPED), shadow("9", created=1, key=None)],
)
def test_who_was_no_shadow_of_the_address_waits_for_the_end(waits: Link) -> None:
    there = known([ANN], [link("8", created=0), waits])

    plan = decided(candidate(link=waits), there=there)

    assert plan.parked == [Parking("9", CLAIMED, ADDRESS, b"octets")]


def test_a_shadow_that_goes_first_now_waits_for_the_end() -> None:
    waits = shadow("9", created=1)
    there = known([ANN], [link("8", created=2), waits])

    plan = decided(candidate(link=waits), there=there)

    assert plan.parked == [Parking("9", CLAIMED, ADDRESS, b"octets")]
    assert plan.links == []


def test_a_shadow_of_nobody_that_claims_waits_for_the_end() -> None:
    waits = shadow("9", created=1)
    there = known([ANN], [link("8", state=LinkState.STALE), waits])

    plan = decided(candidate(link=waits), there=there)

    assert plan.parked == [Parking("9", CLAIMED, ADDRESS, b"octets")]


def test_who_waits_for_another_address_lets_go_of_its_former_one() -> None:
    former = shadow("9", created=1, key=NEW)
    there = known([ANN], [link("8", created=0), former])

    plan = decided(candidate(link=former), there=there)

    assert [(one.key, one.state, one.digest, one.mapped) for one in plan.links] == [
        (None, LinkState.SKIPPED, None, None)
    ]


@pytest.mark.parametrize("former", [None, shadow("9", created=1), link("9", None, key=None, state=LinkState.SKIPPED)])
def test_who_had_no_other_address_has_none_to_let_go_of(former: Link | None) -> None:
    there = known([ANN], [link("8", created=2), *([] if former is None else [former])])

    assert decided(candidate(link=former), there=there).links == []
