"""The first look at a page: rows 1 to 10 of the decision table, and what need not be looked at again."""

from datetime import datetime
from typing import Any

import pytest

from contactd.domain.clock import micros
from contactd.domain.ledger import DELETED, DETACHED, Link, Parking
from contactd.domain.sift import (
    BAD_ADDRESS,
    SUPPRESSED,
    Candidate,
    Sifted,
    remembered,
    skipped_outcome,
)
from contactd.domain.words import LinkState, Outcome, Reason
from contactd_sdk import Record
from contactd_sdk.values import packed
from domain.records import DAY, SECOND, looked_at, record
from domain.stage import ADDRESS, candidate, link, rules, shadow


def reasons(sifted: Sifted) -> list[tuple[str, Reason]]:
    assert sifted.eligible == []
    return [(one.source_id, one.reason) for one in sifted.refused]


def test_a_good_record_is_mapped_and_waits_for_what_is_known_of_its_address() -> None:
    by = rules(targets=["company"])
    read = record(email=" Ann@Example.com", created=DAY - SECOND)

    sifted = looked_at(read, there=[link()], by=by)

    assert sifted.eligible == [
        Candidate(
            source_id="9",
            title="Ann",
            address="Ann@Example.com",
            key=ADDRESS,
            fields={"company": "New"},
            created=micros(DAY - SECOND),
            modified=micros(DAY),
            digest=by.digest(packed(read)),
            link=link(),
            reason=Reason.NONE,
            detail="",
            octets=packed(read),
        )
    ]
    assert (sifted.refused, sifted.same, sifted.parked, sifted.unreadable) == ([], [], [], [])


def test_a_record_without_times_has_none() -> None:
    (one,) = looked_at(record(modified=None)).eligible

    assert (one.created, one.modified) == (None, None)


@pytest.mark.parametrize(
    ("read", "reason"),
    [
        (record(deleted=True), Reason.UNKNOWN_RECORD),
        (record(customer=False), Reason.NOT_CUSTOMER),
        (record(email=None), Reason.EMPTY_EMAIL),
        (record(email="ann"), Reason.INVALID_PATTERN),
        (record(email="ann@gnail.com"), Reason.INVALID_PATTERN),
        (record(email="info@example.com"), Reason.ROLE_ADDRESS),
    ],
)
def test_a_record_is_refused_for_the_first_reason_against_it(read: Record, reason: Reason) -> None:
    assert reasons(looked_at(read)) == [("9", reason)]


def test_a_record_level_reason_stands_before_one_of_its_address() -> None:
    assert reasons(looked_at(record(email="", customer=False))) == [("9", Reason.NOT_CUSTOMER)]


def test_what_was_meant_is_told_with_a_misspelt_address_only_where_that_is_the_reason() -> None:
    misspelt, other = record(email="ann@gnail.com"), record(email="ann@gnail.com", customer=False)

    told = [looked_at(each).refused[0].detail for each in (misspelt, other)]

    assert told == ["ann@gmail.com", ""]


@pytest.mark.parametrize(
    ("policies", "email"),
    [
        ({"typo": "off"}, "ann@gnail.com"),
        ({"role_address": "allow"}, "info@example.com"),
        ({"role_exceptions": ["info@example.com"]}, "info@example.com"),
    ],
)
def test_a_policy_lets_an_odd_address_in(policies: dict[str, Any], email: str) -> None:
    (one,) = looked_at(record(email=email), by=rules(policies=policies)).eligible

    assert (one.key, one.reason) == (email, Reason.NONE)


def test_an_exception_for_one_role_is_none_for_others() -> None:
    by = rules(policies={"role_exceptions": ["info@example.com"]})

    assert reasons(looked_at(record(email="sales@example.com"), by=by)) == [("9", Reason.ROLE_ADDRESS)]


@pytest.mark.parametrize("there", [link(), link(state=LinkState.STALE), shadow("9")])
def test_a_record_that_is_deleted_waits_for_the_end_where_something_hangs_on_it(there: Link) -> None:
    read = record(deleted=True)

    sifted = looked_at(read, there=[there])

    assert sifted == Sifted(parked=[Parking("9", DELETED, ADDRESS, packed(read))])


@pytest.mark.parametrize("state", [LinkState.SKIPPED, LinkState.GONE, LinkState.OWNER])
def test_a_record_that_is_deleted_is_unknown_where_nothing_hangs_on_it(state: LinkState) -> None:
    sifted = looked_at(record(deleted=True), there=[link(contact_id=None, state=state)])

    assert reasons(sifted) == [("9", Reason.UNKNOWN_RECORD)]


@pytest.mark.parametrize("customer", [True, False])
def test_an_inactive_record_is_as_good_as_deleted_where_the_sync_says_so(customer: bool) -> None:  # noqa: FBT001
    by = rules(policies={"inactive": "remove"})

    sifted = looked_at(record(inactive=True, customer=customer), there=[link()], by=by)

    assert [one.why for one in sifted.parked] == ([DELETED] if customer else [])
    assert reasons(sifted) == ([] if customer else [("9", Reason.NOT_CUSTOMER)])


def test_an_active_record_is_not_removed_by_that() -> None:
    assert looked_at(record(), there=[link()], by=rules(policies={"inactive": "remove"})).parked == []


def test_an_inactive_record_is_skipped_where_the_sync_says_so() -> None:
    by = rules(policies={"inactive": "skip"})

    assert reasons(looked_at(record(inactive=True), there=[link()], by=by)) == [("9", Reason.INACTIVE)]
    assert [one.source_id for one in looked_at(record(), by=by).eligible] == ["9"]


def test_an_inactive_record_is_as_good_as_any_where_nobody_says_anything() -> None:
    assert [one.reason for one in looked_at(record(inactive=True)).eligible] == [Reason.NONE]


@pytest.mark.parametrize(
    ("modified", "taken"), [(DAY - SECOND, "no"), (DAY, "no"), (DAY + SECOND, "yes"), (None, "yes")]
)
def test_what_was_changed_up_to_the_window_is_not_taken(modified: datetime | None, taken: str) -> None:
    sifted = looked_at(record(modified=modified), by=rules(after=micros(DAY)))

    assert [one.reason for one in sifted.refused] == ([Reason.BEFORE_WINDOW] if taken == "no" else [])
    assert len(sifted.eligible) == (taken == "yes")


CRITERIA: dict[str, Any] = {"criteria": 'company is "New"', "criteria_types": {"company": "text"}}


def test_a_record_outside_the_criteria_is_skipped() -> None:
    old = record(values={"email": ADDRESS, "company": "Old"})

    assert reasons(looked_at(old, there=[link()], by=rules(**CRITERIA))) == [("9", Reason.CRITERIA)]
    assert [one.source_id for one in looked_at(record(), by=rules(**CRITERIA)).eligible] == ["9"]


@pytest.mark.parametrize(
    ("there", "parked"),
    [([link()], [DETACHED]), ([link(contact_id=None)], []), ([], []), ([link(state=LinkState.STALE)], [DETACHED])],
)
def test_who_leaves_the_criteria_leaves_the_list_where_the_sync_says_so(there: list[Link], parked: list[str]) -> None:
    old = record(values={"email": ADDRESS, "company": "Old"})

    sifted = looked_at(old, there=there, by=rules(policies={"on_leave": "detach"}, **CRITERIA))

    assert sifted.parked == [Parking("9", why, ADDRESS, packed(old)) for why in parked]
    assert reasons(sifted) == ([] if parked else [("9", Reason.CRITERIA)])


def test_a_shadow_is_remembered_as_its_record_was() -> None:
    there = shadow("9", mapped={"email": "Ann@Example.com", "company": "New"})

    assert remembered(there, ADDRESS, ("company",)) == candidate(
        address="Ann@Example.com", digest=b"digest", link=there, octets=b"", fields={"company": "New"}
    )


@pytest.mark.parametrize("mapped", [None, {}, {"email": None}])
def test_a_shadow_that_says_nothing_is_remembered_by_its_address_alone(mapped: dict[str, Any] | None) -> None:
    there = shadow("9", mapped=mapped, digest=None)

    assert remembered(there, ADDRESS, ("company",)) == candidate(
        address="", digest=b"", link=there, octets=b"", fields={}
    )


@pytest.mark.parametrize(
    ("more", "warnings"),
    [
        ({}, ""),
        ({"rejected": ("vip", "birthday")}, "dropped:vip dropped:birthday"),
        ({"detail": "ann@example.org"}, "meant:example.org"),
        ({"rejected": ("vip",), "detail": "ann@example.org"}, "dropped:vip meant:example.org"),
        # It is told as the reason's detail then.
        ({"reason": Reason.INVALID_PATTERN, "detail": "ann@gmail.com"}, ""),
    ],
)
def test_a_record_that_is_taken_all_the_same_has_warnings(more: dict[str, Any], warnings: str) -> None:
    assert candidate(**more).warnings == warnings


def test_a_row_keeps_the_address_beside_the_values() -> None:
    assert candidate(address="Ann@Example.com").mapped == {"email": "Ann@Example.com", "company": "New"}


def test_every_reason_of_an_address_is_a_bad_or_an_unwanted_one() -> None:
    assert {Reason.EMPTY_EMAIL, Reason.INVALID_PATTERN, Reason.ROLE_ADDRESS} == BAD_ADDRESS
    unwanted = {Reason.BLOCKED, Reason.COMPLAINT, Reason.ERASED, Reason.BOUNCED, Reason.DO_NOT_MAIL}
    assert unwanted == SUPPRESSED


@pytest.mark.parametrize("reason", Reason)
def test_what_cannot_be_read_or_kept_is_failed_and_all_else_is_skipped(reason: Reason) -> None:
    failed = reason in {Reason.MALFORMED, Reason.REJECTED}

    assert skipped_outcome(reason) is (Outcome.FAILED if failed else Outcome.SKIPPED)
