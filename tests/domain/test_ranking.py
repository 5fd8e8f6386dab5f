"""The W-rule: who goes first among records that carry one address, and what a link claims."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contactd.domain.ledger import Link
from contactd.domain.ranking import as_seen, claims, first_of, let_go, rank
from contactd.domain.sift import Candidate
from contactd.domain.words import LinkState, Outcome, Reason
from domain.stage import ADDRESS, candidate, known, link, shadow

#: More digits than ids are compared as numbers.
LONG = "1" * 41


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((1, "9"), (2, "1")),
        ((1, "9"), (1, "10")),
        ((None, "1"), (1, "1")),
        ((-1, "2"), (None, "1")),
        ((1, "2"), (1, "1a")),
        ((1, "99"), (1, "a")),
        ((1, "a"), (1, "b")),
        ((1, "a10"), (1, "a9")),
        # One number in two spellings: the text tells them apart.
        ((1, "007"), (1, "7")),
        # As numbers they would be the other way round.
        ((1, f"{LONG}0"), (1, f"{LONG[1:]}2")),
        ((1, "2" * 40), (1, LONG)),
        ((1, "9"), (1, "²")),
        ((1, "9"), (1, "٣")),
        ((1, "9"), (1, "")),
        ((1, "9"), (1, "-1")),
    ],
)
def test_the_older_goes_first_and_among_those_of_one_age_the_smaller_id(
    first: tuple[int | None, str], second: tuple[int | None, str]
) -> None:
    assert rank(*first) < rank(*second)


IDS = st.text("0129a²", max_size=3)


@given(st.lists(st.tuples(st.none() | st.integers(-2, 2), IDS), unique=True))
@settings(derandomize=True, database=None)
def test_two_records_never_have_one_place(records: list[tuple[int | None, str]]) -> None:
    places = [rank(created, source_id) for created, source_id in records if created is not None]

    assert len(set(places)) == len(places)


def test_a_record_without_a_time_is_placed_by_its_id_alone() -> None:
    assert rank(None, "7") == rank(0, "7") == (0, 0, 7, "7")
    assert rank(None, "x") == rank(0, "x") == (0, 1, 0, "x")


def test_records_and_links_are_ranked_together() -> None:
    there = link("9", created=3)
    later, earlier = candidate(source_id="10", created=3), candidate(source_id="10", created=2)

    firsts = [first_of(list[Link | Candidate]([read, there])) for read in (later, earlier)]

    assert firsts == [there, earlier]


def test_nobody_is_first_of_none() -> None:
    assert first_of(list[Link]()) is None


@pytest.mark.parametrize(
    ("state", "carries"),
    [
        (LinkState.OWNER, "its address"),
        (LinkState.SHADOW, "its address"),
        (LinkState.STALE, "none"),
        (LinkState.SKIPPED, "none"),
        (LinkState.GONE, "none"),
    ],
)
def test_owners_and_shadows_claim_the_address_that_they_carry(state: LinkState, carries: str) -> None:
    assert claims(link(state=state)) is (carries == "its address")


def test_who_lets_go_has_neither_contact_nor_address() -> None:
    assert let_go(link()) == link(contact_id=None, key=None, state=LinkState.SKIPPED)


def test_owners_that_have_not_changed_were_seen_in_this_run() -> None:
    owner, other = link("9", outcome=Outcome.UPDATED, reason=Reason.LINKED), shadow("10")

    seen = as_seen(known(links=[owner, other]), [owner], 4)

    assert seen.claimants == {ADDRESS: [link("9", seen_run=4, outcome=Outcome.UNCHANGED), other]}


def test_what_is_known_stays_where_nobody_is_seen() -> None:
    nothing, something = known(), known(links=[link()])

    assert as_seen(something, [], 4) is something
    assert as_seen(nothing, [link()], 4) is nothing
