"""Notifications as they are pushed: none is missed, wherever a watch is broken off."""

from collections.abc import Iterator
from itertools import islice

import grpc
import pytest

from contactd.domain.words import Severity
from contactd.store import notifications, retention, revisions
from contactd_proto.v1.notification_pb2 import (
    MarkNotificationReadRequest,
    WatchNotificationsRequest,
    WatchNotificationsResponse,
)
from contactd_proto.v1.notification_pb2_grpc import NotificationServiceStub

HOME = "workspaces/default"


def told(parts, *messages):
    """Write notifications, all in one transaction."""
    with parts.database.transaction() as tx:
        return [
            notifications.create(
                tx,
                workspace_id=1,
                kind="run_failed",
                severity=Severity.ERROR,
                message=message,
                sync_id=None,
                run_id=None,
            )
            for message in messages
        ]


@pytest.fixture
def stub(typed) -> Iterator[NotificationServiceStub]:
    with grpc.insecure_channel(typed.contactctl.environ["CONTACTCTL_ADDRESS"]) as channel:
        yield NotificationServiceStub(channel)


def watched(stub, after, count) -> list[WatchNotificationsResponse]:
    """Give the next *count* answers after the first, and leave."""
    answers = stub.WatchNotifications(WatchNotificationsRequest(parent=HOME, after_revision=after), timeout=20)
    taken = list(islice(answers, count + 1))
    answers.cancel()
    return taken[1:]


def test_what_is_there_is_sent_in_the_order_it_came(parts, stub):
    told(parts, "one")
    told(parts, "two", "three")

    answers = watched(stub, 0, 3)

    assert [answer.notification.message for answer in answers] == ["one", "two", "three"]
    assert [answer.unread_count for answer in answers] == [3, 3, 3]


def test_what_comes_later_is_pushed(parts, stub):
    answers = stub.WatchNotifications(WatchNotificationsRequest(parent=HOME), timeout=20)
    first = next(answers)

    told(parts, "news")

    assert (first.HasField("notification"), first.unread_count) == (False, 0)
    assert next(answers).notification.message == "news"
    answers.cancel()


@pytest.mark.parametrize(("broken_after", "rest"), [(0, "abcdef"), (1, "bcdef"), (2, "bcdef"), (4, "ef"), (5, "ef")])
def test_nothing_is_missed_wherever_a_watch_is_broken_off(parts, stub, broken_after, rest):
    for together in ("a", "bcd", "ef"):
        told(parts, *together)
    before = watched(stub, 0, broken_after)

    after = watched(stub, before[-1].revision if before else 0, len(rest))

    assert "".join(answer.notification.message for answer in after) == rest


def test_one_that_was_read_is_sent_again_with_what_is_unread_then(parts, stub):
    number, _ = told(parts, "one", "two")
    with parts.database.reading() as r:
        before = revisions.latest(r)

    stub.MarkNotificationRead(MarkNotificationReadRequest(name=f"{HOME}/notifications/{number}"))

    (answer,) = watched(stub, before, 1)
    assert (answer.notification.read, answer.unread_count) == (True, 1)


def test_a_revision_that_the_store_never_had_is_refused(stub):
    with pytest.raises(grpc.RpcError) as caught:
        watched(stub, 10**6, 0)

    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert "was never at 1000000; list again, then watch" in str(caught.value.details())


def test_whoever_missed_what_is_kept_no_more_is_told_so(parts, stub):
    told(parts, "one")
    told(parts, "two")
    with parts.database.transaction() as tx:
        retention.notifications(tx, before=parts.database.clock() + 1, limit=9)
    told(parts, "three")

    with pytest.raises(grpc.RpcError) as caught:
        watched(stub, 1, 0)
    with parts.database.reading() as r:
        (after,) = watched(stub, revisions.forgotten(r), 1)

    assert "some after 1 are missing; list again, then watch" in str(caught.value.details())
    assert after.notification.message == "three"
    assert [answer.notification.message for answer in watched(stub, 0, 1)] == ["three"]
