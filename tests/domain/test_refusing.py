"""What becomes of a record that is not taken, and of the contact that it holds."""

from typing import Any

import pytest

from contactd.domain.ledger import LEFT, Known, Link, Parking, Plan
from contactd.domain.words import LinkState, Outcome, Reason
from domain.stage import ADDRESS, ANN, GONE, NOTHING, candidate, known, link, page, shadow, states, told

NEW = "new@example.com"
BAD = [Reason.EMPTY_EMAIL, Reason.INVALID_PATTERN, Reason.ROLE_ADDRESS]
SUPPRESSED = [Reason.BLOCKED, Reason.COMPLAINT, Reason.ERASED, Reason.BOUNCED, Reason.DO_NOT_MAIL]


def refused(reason: Reason, key: str | None, there: Known, *, detail: str = "", **more: Any) -> Plan:
    """Refuse the record of Ann, which says *key* now."""
    deciding = page(there, **more)
    deciding.refuse(candidate(key, link=link()), reason, detail)
    return deciding.plan


@pytest.mark.parametrize("reason", BAD)
def test_a_contact_whose_address_went_bad_keeps_it_and_is_flagged(reason: Reason) -> None:
    plan = refused(reason, None, known([ANN], [link()]), detail="ann@example.com")

    assert plan.update == [ANN._replace(stale=True)]
    (row,) = plan.rows
    assert (row.outcome, row.reason, row.detail, row.contact_id) == (Outcome.SKIPPED, reason, "ann@example.com", 1)
    assert (row.changed, row.before) == (("status",), ANN._replace(holder="9"))
    assert [(one.key, one.state, one.contact_id) for one in plan.links] == [(ADDRESS, LinkState.STALE, 1)]


@pytest.mark.parametrize("reason", SUPPRESSED)
def test_a_contact_is_flagged_where_its_new_address_gets_no_mail(reason: Reason) -> None:
    assert refused(reason, NEW, known([ANN], [link()])).update == [ANN._replace(stale=True)]


@pytest.mark.parametrize("reason", [*SUPPRESSED, Reason.CRITERIA, Reason.LIMIT])
def test_a_contact_whose_address_gets_no_mail_stays_as_it_is(reason: Reason) -> None:
    plan = refused(reason, ADDRESS, known([ANN], [link()]))

    assert plan.update == []
    assert [(row.contact_id, row.changed, row.before) for row in plan.rows] == [(1, (), None)]


def test_a_contact_outside_the_criteria_stays_as_it_is_whatever_its_address() -> None:
    assert refused(Reason.CRITERIA, NEW, known([ANN], [link()])).update == []


def test_a_contact_that_was_flagged_is_not_written_again() -> None:
    plan = refused(Reason.EMPTY_EMAIL, None, known([ANN._replace(stale=True)], [link()]))

    assert (plan.update, [row.before for row in plan.rows]) == ([], [None])


def test_a_deleted_contact_is_not_flagged() -> None:
    plan = refused(Reason.EMPTY_EMAIL, None, known([GONE], [link()]))

    assert plan.update == []
    assert states(plan) == {"9": (LinkState.STALE, 1)}


REFRESH: dict[str, Any] = {"policies": {"suppressed": "refresh"}}


@pytest.mark.parametrize(
    ("reason", "more", "fields"),
    [
        (Reason.DO_NOT_MAIL, REFRESH, {"company": "New"}),
        (Reason.DO_NOT_MAIL, {}, None),
        (Reason.BOUNCED, REFRESH, None),
    ],
)
def test_the_profile_of_who_objected_is_kept_up_to_date_where_the_sync_wants_that(
    reason: Reason, more: dict[str, Any], fields: dict[str, str] | None
) -> None:
    plan = refused(reason, ADDRESS, known([ANN], [link()]), **more)

    assert [image.fields for image in plan.update] == ([] if fields is None else [fields])
    assert [row.changed for row in plan.rows] == [() if fields is None else ("company",)]


def test_a_record_that_holds_nobody_is_nobodys_claim() -> None:
    deciding = page()

    deciding.refuse(candidate("info@example.com", title="Info"), Reason.ROLE_ADDRESS, "")

    (one,) = deciding.plan.links
    assert (one.key, one.state, one.contact_id, one.mapped) == (None, LinkState.SKIPPED, None, None)
    (row,) = deciding.plan.rows
    assert (row.title, row.address, row.key, row.contact_id) == ("Info", "info@example.com", "info@example.com", None)
    assert row.mapped == {"email": "info@example.com", "company": "New"}


def test_a_shadow_that_is_refused_claims_its_address_no_more() -> None:
    deciding = page()

    deciding.refuse(candidate(None, link=shadow("9")), Reason.EMPTY_EMAIL, "")

    assert [(one.key, one.state) for one in deciding.plan.links] == [(None, LinkState.SKIPPED)]


@pytest.mark.parametrize(
    ("former", "others", "parked"),
    [
        (link(), [shadow("10")], [Parking("9", LEFT, ADDRESS, b"")]),
        (link(), [], []),
        (link(), [link("10", 2, state=LinkState.STALE)], []),
        (link(state=LinkState.STALE), [shadow("10")], []),
        (None, [shadow("10")], []),
    ],
)
def test_an_owner_that_is_refused_leaves_the_address_to_its_shadows(
    former: Link | None, others: list[Link], parked: list[Parking]
) -> None:
    deciding = page(known([ANN], others if former is None else [former, *others]))

    deciding.refuse(candidate(link=former), Reason.CRITERIA, "")

    assert deciding.plan.parked == parked


@pytest.mark.parametrize(("reason", "outcome"), [(Reason.REJECTED, Outcome.FAILED), (Reason.LIMIT, Outcome.SKIPPED)])
def test_a_record_that_is_not_taken_is_skipped_or_failed(reason: Reason, outcome: Outcome) -> None:
    assert told(refused(reason, ADDRESS, NOTHING)) == {"9": (outcome, reason)}


def test_a_shadow_keeps_what_it_must_know_to_take_over() -> None:
    deciding = page()

    deciding.shade(candidate(title="Ann", link=link(first_run=0, seen_run=1, outcome=Outcome.ADDED)))

    (one,) = deciding.plan.links
    assert (one.state, one.contact_id, one.key, one.created, one.modified) == (LinkState.SHADOW, None, ADDRESS, 1, 5)
    assert (one.mapped, one.digest) == ({"email": ADDRESS, "company": "New"}, b"fresh")
    assert (one.seen_run, one.first_run) == (1, 0)
    assert [row.detail for row in deciding.plan.rows] == [""]
    assert deciding.plan.counts == {(Outcome.SKIPPED, Reason.FILE_DUPLICATE): 1, (Outcome.ADDED, Reason.NONE): -1}


@pytest.mark.parametrize(("seen", "replaced"), [(0, []), (1, ["9"])])
def test_a_row_of_an_earlier_page_is_replaced(seen: int, replaced: list[str]) -> None:
    deciding = page()

    deciding.shade(candidate(link=link(seen_run=seen)))

    assert deciding.plan.replaced == replaced


def test_a_record_is_first_seen_once() -> None:
    deciding = page(run=3)

    deciding.shade(candidate())
    deciding.shade(candidate(source_id="8", link=link("8", first_run=2)))

    assert [one.first_run for one in deciding.plan.links] == [3, 2]
