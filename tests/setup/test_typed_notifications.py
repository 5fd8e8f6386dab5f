"""Notifications as people list, read and open them."""

import pytest

from contactd.domain.words import Severity
from contactd.store import notifications


@pytest.fixture
def store_url(either_store: str) -> str:
    """Try all of it on both kinds of store."""
    return either_store


def told(parts, *messages):
    with parts.database.transaction() as tx:
        for message in messages:
            notifications.create(
                tx,
                workspace_id=1,
                kind="run_failed",
                severity=Severity.ERROR,
                message=message,
                sync_id=None,
                run_id=None,
            )


def unread(parts):
    with parts.database.reading() as r:
        return notifications.unread(r, 1)


def test_a_listing_says_how_many_are_unread(parts, typed):
    told(parts, "one", "two", "three")
    typed("notifications", "read", "2")

    ran = typed.contactctl("notifications", "list", "--limit", "1")

    assert "2 unread" in ran.err
    assert "three" in ran.out


def test_showing_one_leaves_it_unread_and_reading_it_does_not(parts, typed):
    told(parts, "one")

    shown = typed("notifications", "show", "1")
    before = unread(parts)
    typed("notifications", "read", "1")

    assert "one" in shown
    assert (before, unread(parts)) == (1, 0)


def test_all_are_read_at_once(parts, typed):
    told(parts, "one", "two")

    seen = typed("notifications", "read", "--all")
    again = typed.told("notifications", "read", "--all")

    assert "2 notifications marked as read" in seen
    assert (again["marked_count"], unread(parts)) == (0, 0)


@pytest.mark.parametrize("said", [[], ["3", "--all"]])
def test_what_was_read_is_said_once(typed, said):
    assert typed.refused("notifications", "read", *said)[0] == 2


def test_one_about_no_sync_opens_itself(parts, typed):
    told(parts, "the store is full")

    assert "the store is full" in typed("notifications", "open", "1")
    assert unread(parts) == 0
