"""A source in a child that asks the daemon for calls, and keeps things on its shelf."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from contactd.domain.refusals import Away
from contactd.host.errors import ChildFailed
from contactd_sdk import Quota, Spent, Throttled
from host.reading import UNTIL, KnownAccess, read

COUNTED = "authorizer=lambda settings: None, allowance=lambda settings: Allowance(60, 1000)"
FREE = "authorizer=lambda settings: None"

FIFTY = """
for number in range(50):
    self.access.calls.take()
yield Page([], None)
"""


def test_rights_to_call_are_asked_for_in_blocks_that_grow(pool, kind_of):
    access = KnownAccess()

    read(pool, kind_of(FIFTY, more=COUNTED), access=access)

    assert access.rights.asked == [1, 2, 4, 8, 16, 16, 16]
    assert access.rights.unused == [0] * 7 + [13]


def test_rights_that_were_not_used_in_time_are_given_back_and_fewer_are_asked_for(pool, kind_of):
    pages = "for number in range(3):\n    self.access.calls.take()\nyield Page([], None)"
    access = KnownAccess()
    access.rights.until = time.monotonic() - 1

    read(pool, kind_of(pages, more=COUNTED), access=access)

    assert access.rights.asked == [1, 2, 1]
    assert access.rights.unused == [0, 0, 1]


def test_a_store_that_is_away_keeps_no_source_from_closing(pool, kind_of):
    access = KnownAccess()
    access.rights.away = Away("the store does not answer")

    assert read(pool, kind_of(FIFTY, more=COUNTED), access=access)


def test_a_call_is_made_ahead_only_with_a_right_in_hand(pool, kind_of):
    pages = """
        calls, seen = self.access.calls, []
        for number in range(2):
            seen += [str(calls.spare()), str(calls.take()), str(calls.spare()), str(calls.spare())]
        yield Page([Record("1", {"seen": seen})], None)
    """
    access = KnownAccess()

    (page,) = read(pool, kind_of(pages, more=COUNTED), access=access)

    assert page.records[0].values["seen"] == ["False", "None", "False", "False", "False", "None", "True", "False"]
    assert access.rights.asked == [1, 2]


def test_calls_of_a_kind_without_an_allowance_are_not_counted(pool, kind_of):
    pages = "self.access.calls.take()\nassert self.access.calls.spare()\nyield Page([], None)"
    access = KnownAccess()

    read(pool, kind_of(pages, more=FREE), access=access)

    assert access.rights.asked == []


@pytest.mark.parametrize("refusal", [Spent("None is left.", UNTIL), Throttled("It is blocked.", UNTIL)])
def test_a_refused_call_ends_the_run_with_what_the_daemon_said(pool, kind_of, refusal):
    access = KnownAccess()
    access.rights.refusal = refusal

    with pytest.raises(type(refusal), match=str(refusal)) as caught:
        read(pool, kind_of(FIFTY, more=COUNTED), access=access)

    assert type(caught.value) is type(refusal)
    assert caught.value.until == UNTIL


def test_what_an_answer_told_of_the_day_reaches_the_daemon_with_the_next_question_or_the_end(pool, kind_of):
    pages = """
        calls = self.access.calls
        for left in (7, 6, 5):
            calls.told(Quota(1000, left, datetime(2026, 2, 1, tzinfo=UTC)))
            if left > 5:
                calls.take()
        yield Page([], None)
    """
    access = KnownAccess()

    read(pool, kind_of(pages, more=COUNTED), access=access)

    told = [Quota(1000, left, datetime(2026, 2, 1, tzinfo=UTC)) for left in (7, 6, 5)]
    assert access.rights.told == told
    assert access.rights.unused == [0, 0, 1]


def test_a_block_is_heard_before_the_run_is_told_of_it(pool, kind_of):
    pages = f"""
        until = datetime.fromisoformat("{UNTIL.isoformat()}")
        self.access.calls.blocked(until, "Too many.", everywhere=True)
        raise Throttled("Too many.", until=until, everywhere=True)
        yield
    """
    access = KnownAccess()

    with pytest.raises(Throttled) as caught:
        read(pool, kind_of(pages, more=COUNTED), access=access)

    assert access.rights.blocks == [(UNTIL, "Too many.")]
    assert (access.rights.everywhere, caught.value.everywhere) == (True, True)


def test_nobody_calls_with_rights_in_hand_after_a_block(pool, kind_of):
    pages = """
        calls = self.access.calls
        for number in range(2):
            calls.take()
        calls.blocked(datetime(2026, 2, 1, tzinfo=UTC), "Too many.")
        yield Page([Record("1", {"seen": [str(calls.spare())]})], None)
    """

    (page,) = read(pool, kind_of(pages, more=COUNTED), access=KnownAccess())

    assert page.records[0].values["seen"] == ["False"]


def test_an_allowance_that_is_none_is_told_as_a_fault_of_the_plugin(pool, kind_of):
    with pytest.raises(ChildFailed, match=r"sent what cannot be read \(Expected `int` >= 1"):
        read(pool, kind_of(FIFTY, more=COUNTED.replace("60", "0")), access=KnownAccess())


def test_a_shelf_keeps_things_between_runs_by_stamp_in_batches(pool, kind_of):
    stamp = datetime(2026, 1, 1, tzinfo=UTC)
    pages = """
        shelf, stamp = self.access.shelf, datetime(2026, 1, 1, tzinfo=UTC)
        names = [str(number) for number in range(1200)]
        if self.access.organization == "org-7":
            shelf.keep("contacts", [Shelved(name, stamp, [], b"x") for name in names])
            shelf.keep("contacts", [Shelved("large", stamp, [], b"x" * 70_000)])
        found = shelf.find("contacts", {name: stamp for name in [*names, "large"]})
        later = shelf.find("contacts", {"1": stamp + timedelta(seconds=1)})
        yield Page([Record("1", {"seen": [str(len(found)), str(len(later))]})], None)
    """
    access = KnownAccess()

    (page,) = read(pool, kind_of(pages, more=COUNTED), access=access)

    assert page.records[0].values["seen"] == ["1200", "0"]
    assert access.shelf.batches == [500, 500, 200, 500, 500, 201, 1]
    assert access.shelf.find("contacts", {"1": stamp + timedelta(0)}) == {"1": b"x"}
