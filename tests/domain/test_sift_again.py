"""The first look at records that were seen before, in this run or an earlier one, and at what cannot be read."""

from datetime import datetime
from typing import Any

import pytest

from contactd.domain.clock import micros
from contactd.domain.ledger import Link
from contactd.domain.rules import Rules
from contactd.domain.sift import Sifted, newest, place_of, sift, source_ids
from contactd.domain.words import LinkState, Outcome, Reason
from contactd_sdk import Malformed, Record
from contactd_sdk.values import packed
from domain.records import DAY, SECOND, looked_at, record
from domain.stage import ADDRESS, link, rules


def as_read(one: Record, by: Rules, **more: Any) -> Link:
    """Give the link of a record that has not changed since."""
    return link(one.id, digest=by.digest(packed(one)), **more)


def test_an_owner_whose_record_is_the_same_is_not_looked_at() -> None:
    by = rules()
    same = as_read(record(), by)

    assert looked_at(record(), there=[same], by=by) == Sifted(same=[same])


@pytest.mark.parametrize("state", [LinkState.SHADOW, LinkState.STALE, LinkState.SKIPPED])
def test_who_is_no_owner_is_looked_at_again(state: LinkState) -> None:
    by = rules()

    sifted = looked_at(record(), there=[as_read(record(), by, state=state)], by=by)

    assert [one.source_id for one in sifted.eligible] == ["9"]


def test_an_owner_outside_the_criteria_is_looked_at_again() -> None:
    """What lies within the last days today does not tomorrow."""
    by = rules(criteria='company is "Old"', criteria_types={"company": "text"})

    sifted = looked_at(record(), there=[as_read(record(), by)], by=by)

    assert [one.reason for one in sifted.refused] == [Reason.CRITERIA]


def test_an_owner_under_other_rules_is_looked_at_again() -> None:
    there = as_read(record(), rules(lawful_basis="contract"))

    assert len(looked_at(record(), there=[there], by=rules()).eligible) == 1


def test_what_the_run_has_seen_already_is_no_record_more() -> None:
    by = rules()

    assert looked_at(record(), there=[as_read(record(), by, seen_run=1)], by=by) == Sifted()


def test_what_has_changed_within_the_run_is_one() -> None:
    assert len(looked_at(record(), there=[link(seen_run=1)]).eligible) == 1


@pytest.mark.parametrize(
    ("modified", "until", "counted"),
    [
        (DAY, micros(DAY), "no"),
        (DAY, micros(DAY) - 1, "yes"),
        (DAY, None, "yes"),
        (None, micros(DAY), "yes"),
    ],
)
def test_a_repeat_within_the_overlap_is_no_record_more(
    modified: datetime | None, until: int | None, counted: str
) -> None:
    by = rules(known_until=until)
    same = as_read(record(modified=modified), by)

    sifted = looked_at(record(modified=modified), there=[same], by=by)

    assert sifted.same == ([same] if counted == "yes" else [])
    assert (sifted.eligible, sifted.refused) == ([], [])


def test_of_one_record_twice_on_a_page_the_later_reading_counts() -> None:
    sifted = looked_at(record(email="old@example.com"), record())

    assert [one.key for one in sifted.eligible] == [ADDRESS]


BAD = Malformed("{", "no json")
PLACE = place_of(BAD)


def test_what_could_not_be_read_is_known_by_its_text() -> None:
    sifted = looked_at(bad=[BAD, Malformed("{", "no json either")])

    told = (Outcome.FAILED, Reason.MALFORMED)
    assert sifted.unreadable == [(Link(PLACE, None, None, None, None, None, LinkState.SKIPPED, None, 1, *told, 1), "{")]
    assert PLACE.startswith("malformed:")
    assert place_of(Malformed("[", "")) != PLACE
    # Half of a pair of surrogates, as broken sources send them.
    assert place_of(Malformed("\ud83d", "")).startswith("malformed:")


def test_what_could_not_be_read_again_was_first_seen_before() -> None:
    sifted = sift([], [BAD], {PLACE: link(PLACE, None, first_run=2, seen_run=3)}, rules(run=4))

    assert [(one.seen_run, one.first_run) for one, _ in sifted.unreadable] == [(4, 2)]


def test_what_the_run_could_not_read_before_is_no_record_more() -> None:
    assert sift([], [BAD], {PLACE: link(PLACE, None, seen_run=1)}, rules()).unreadable == []


@pytest.mark.parametrize("odd", ["", "9\n", "\x00"])
def test_a_record_without_a_name_that_keeps_cannot_be_read(odd: str) -> None:
    sifted = looked_at(record(odd))

    assert (sifted.eligible, [raw for _, raw in sifted.unreadable]) == ([], [repr(odd)])


def test_the_records_of_a_page_are_known_by_their_ids_and_others_by_their_text() -> None:
    names = source_ids([record("9"), record(""), record("8")], [BAD])

    assert names == ["9", "8", PLACE, place_of(Malformed("''", ""))]


def test_the_newest_of_a_page_is_that_of_those_that_have_a_time() -> None:
    assert newest([record(modified=DAY), record(modified=None), record(modified=DAY + SECOND)]) == micros(DAY + SECOND)
    assert newest([record(modified=None)]) is None
