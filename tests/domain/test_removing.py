"""What becomes of the contact of a record that is gone, or left the criteria (D1 to D4)."""

from itertools import count
from typing import Any

import pytest

from contactd.domain.ledger import DELETED, DETACHED, GONE, Image, Known, Link, Plan
from contactd.domain.removing import Leaving, remove
from contactd.domain.sift import Candidate
from contactd.domain.words import ContactStatus, LinkState, Outcome, Reason
from domain.stage import ADDRESS, ANN, NEWS, OFFERS, candidate, known, link, rules, shadow, states, told
from domain.stage import GONE as DELETED_BY_HAND

HELD: dict[str, Any] = {"holds": {1: []}}
REMOVED = (Outcome.REMOVED, Reason.NONE)
OFF_THE_LIST = (Outcome.REMOVED, Reason.DETACHED)
CLOSED = (Outcome.UNCHANGED, Reason.NONE)
OUTSIDE = (Outcome.SKIPPED, Reason.CRITERIA)
#: Ann with something to say.
TOLD = ANN._replace(fields={"company": "Acme"})


def removed(
    why: str = DELETED, *, there: Known, gone: Link | None = None, record: Candidate | None = None, **more: Any
) -> Plan:
    """Decide the record 9, which is gone."""
    gone = link() if gone is None else gone
    return remove([Leaving(gone, why, record)], there._replace(leaving=frozenset({"9"})), rules(**more), count(100))


def statuses(plan: Plan) -> list[tuple[int, str, object]]:
    return [(image.id, image.status, image.membership) for image in plan.update]


@pytest.mark.parametrize("why", [DELETED, GONE])
def test_the_contact_of_a_record_that_is_gone_goes(why: str) -> None:
    plan = removed(why, there=known([TOLD], [link()]))

    assert statuses(plan) == [(1, ContactStatus.DELETED, None)]
    assert (plan.leaves, plan.counted, plan.counts) == ([1], [-1], {REMOVED: 1})
    assert plan.links == [
        link(
            contact_id=None,
            state=LinkState.GONE,
            digest=None,
            seen_run=1,
            outcome=Outcome.REMOVED,
            reason=Reason.NONE,
        )
    ]


def test_the_ledger_tells_whom_it_was_about() -> None:
    (row,) = removed(there=known([TOLD], [link()])).rows

    assert (row.source_id, row.title, row.address, row.key) == ("9", "", ADDRESS, ADDRESS)
    assert (row.outcome, row.reason, row.detail, row.contact_id) == (*REMOVED, "", 1)
    assert row.changed == ("status", "list", "link")
    assert row.before == TOLD._replace(holder="9")
    assert row.mapped == {"email": ADDRESS, "company": "Acme"}


def test_the_ledger_tells_what_the_record_said_where_it_was_read() -> None:
    record = candidate("last@example.com", title="Ann", fields={"company": "Last"})

    (row,) = removed(there=known([TOLD], [link()]), record=record).rows

    assert (row.title, row.address, row.mapped) == (
        "Ann",
        "last@example.com",
        {"email": "last@example.com", "company": "Last"},
    )


@pytest.mark.parametrize(("contact", "more"), [(ANN, HELD), (ANN._replace(manual=True), {})])
def test_a_contact_that_something_else_keeps_only_leaves_the_list(contact: Image, more: dict[str, Any]) -> None:
    plan = removed(there=known([contact], [link()], **more))

    assert statuses(plan) == [(1, ContactStatus.LIVE, None)]
    assert told(plan) == {"9": OFF_THE_LIST}
    assert [row.changed for row in plan.rows] == [("list", "link")]
    assert (plan.leaves, plan.counts) == ([1], {OFF_THE_LIST: 1})


def test_a_contact_whose_record_left_the_criteria_leaves_the_list() -> None:
    plan = removed(DETACHED, there=known([ANN], [link()]))

    assert statuses(plan) == [(1, ContactStatus.LIVE, None)]
    assert told(plan) == {"9": OFF_THE_LIST}
    assert [(one.key, one.state) for one in plan.links] == [(None, LinkState.SKIPPED)]


@pytest.mark.parametrize(("why", "more"), [(DELETED, HELD), (DELETED, {}), (DETACHED, {})])
def test_who_goes_loses_what_this_sync_alone_told_it_of(why: str, more: dict[str, Any]) -> None:
    contact = ANN._replace(topics=(NEWS, OFFERS))

    plan = removed(why, there=known([contact], [link()], own={1: frozenset({7})}, **more))

    assert [image.topics for image in plan.update] == [(OFFERS,)]
    assert (plan.leaves, plan.parted) == ([1], [1])


def test_a_shadow_takes_the_contact_over() -> None:
    plan = removed(there=known([ANN], [link(), shadow("10")]))

    assert told(plan) == {"10": (Outcome.UPDATED, Reason.OWNERSHIP), "9": CLOSED}
    assert states(plan) == {"10": (LinkState.OWNER, 1), "9": (LinkState.GONE, None)}
    assert (plan.leaves, [row.source_id for row in plan.rows]) == ([], ["10"])
    assert plan.counts == {(Outcome.UPDATED, Reason.OWNERSHIP): 1, CLOSED: 1}


def test_who_left_the_criteria_is_told_where_a_shadow_takes_over() -> None:
    plan = removed(DETACHED, there=known([ANN], [link(), shadow("10")]))

    assert told(plan) == {"10": (Outcome.UPDATED, Reason.OWNERSHIP), "9": OUTSIDE}
    (row,) = [row for row in plan.rows if row.source_id == "9"]
    assert (row.contact_id, row.changed, row.before, row.address, row.mapped) == (None, (), None, "", {})


def test_what_a_sweep_misses_is_not_counted_where_nothing_comes_of_it() -> None:
    """Nobody has read it."""
    plan = removed(GONE, there=known([ANN], [link(), shadow("10")]))

    assert plan.counts == {(Outcome.UPDATED, Reason.OWNERSHIP): 1}
    assert plan.links[-1] == link(contact_id=None, state=LinkState.GONE, digest=None)


def test_an_address_without_a_key_has_no_heir() -> None:
    nameless = link(key=None)

    plan = removed(there=known([ANN._replace(key=None)], [nameless]), gone=nameless)

    assert told(plan) == {"9": REMOVED}


def test_a_record_whose_contact_a_person_deleted_is_closed() -> None:
    plan = removed(there=known([DELETED_BY_HAND], [link()]))

    assert told(plan) == {"9": CLOSED}
    assert (plan.update, plan.rows, plan.counts) == ([], [], {CLOSED: 1})


def test_a_shadow_that_is_gone_is_closed() -> None:
    gone = shadow("9")

    plan = removed(there=known([ANN], [gone]), gone=gone)

    assert plan.links == [
        gone._replace(
            state=LinkState.GONE, mapped=None, digest=None, seen_run=1, outcome=Outcome.UNCHANGED, reason=Reason.NONE
        )
    ]
    assert (plan.update, plan.rows) == ([], [])


def test_what_this_run_decided_before_is_taken_back() -> None:
    decided = link(seen_run=1, outcome=Outcome.UPDATED)

    plan = removed(there=known([ANN], [decided]), gone=decided)

    assert plan.replaced == ["9"]
    assert plan.counts == {REMOVED: 1, (Outcome.UPDATED, Reason.NONE): -1}


def test_what_a_run_before_decided_stands_in_its_ledger() -> None:
    assert removed(there=known([ANN], [link()])).replaced == []


def test_several_that_are_gone_leave_nothing_to_each_other() -> None:
    other = shadow("10")
    there = known([ANN], [link(), other])._replace(leaving=frozenset({"9", "10"}))

    plan = remove([Leaving(link(), DELETED, None), Leaving(other, DELETED, None)], there, rules(), count(100))

    assert told(plan) == {"9": REMOVED, "10": CLOSED}
