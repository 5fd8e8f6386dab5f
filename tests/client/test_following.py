"""Watching notifications: across restarts, and until somebody stops."""

import json

import grpc
import pytest

from client.conftest import Contactctl
from contactctl.daemon import reach
from contactctl.exits import Exit
from contactctl.failures import Failure
from contactctl.following import follow
from contactctl.output import Output
from contactctl.target import Said, find_target
from contactd_proto.v1.notification_pb2 import ListNotificationsResponse, Notification, WatchNotificationsResponse
from contactd_proto.v1.run_pb2 import ListRunsResponse
from fakes import sample_answers as sample
from fakes.control_plane import ControlPlane, Refusal

AWAY = Refusal(grpc.StatusCode.UNAVAILABLE, "contactd is stopping")


def news(revision: int, **more) -> WatchNotificationsResponse:
    note = Notification()
    note.CopyFrom(sample.NEWS)
    note.MergeFrom(Notification(message=f"news {revision}", **more))
    return WatchNotificationsResponse(notification=note, unread_count=1, revision=revision)


def followed(contactctl: Contactctl, *, after: int | None = None, as_json: bool = False) -> list[float]:
    """Follow until the daemon is given up, and give the pauses that were made."""
    pauses: list[float] = []
    environ = {key: value for key, value in contactctl.environ.items() if value is not None}
    with reach(find_target(Said(), environ), timeout=None) as daemon, pytest.raises(Failure) as caught:
        follow(daemon, Output(as_json=as_json), after=after, pause=pauses.append)
    assert caught.value.exit is Exit.AWAY
    return pauses


def test_a_watch_goes_on_after_what_was_seen_last(daemon: ControlPlane, contactctl: Contactctl, capsys) -> None:
    begin = WatchNotificationsResponse(unread_count=2, revision=5)
    streams = iter([[begin, news(7), AWAY], [news(9), AWAY]])
    daemon.answers |= {"WatchNotifications": lambda _: next(streams, AWAY)}

    followed(contactctl, after=5)

    said = capsys.readouterr()
    asked = [request.after_revision for request in daemon.requests("WatchNotifications")]
    assert asked[:3] == [5, 7, 9]
    assert [line.rpartition("  ")[2] for line in said.out.splitlines()] == ["news 7", "news 9"]
    assert said.err.splitlines()[0] == "2 unread"


def test_a_daemon_that_stays_away_is_given_up(daemon: ControlPlane, contactctl: Contactctl) -> None:
    daemon.answers |= {"WatchNotifications": AWAY}

    pauses = followed(contactctl, after=5)

    assert pauses == [0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 8.0]


def test_a_watch_begins_with_now(daemon: ControlPlane, contactctl: Contactctl) -> None:
    daemon.answers |= {"ListNotifications": ListNotificationsResponse(revision=41), "WatchNotifications": AWAY}

    followed(contactctl)

    assert daemon.requests("WatchNotifications")[0].after_revision == 41


def test_what_somebody_read_is_told_to_programs_only(daemon: ControlPlane, contactctl: Contactctl, capsys) -> None:
    streams = iter([[news(7, read=True), AWAY]] * 2)
    daemon.answers |= {"WatchNotifications": lambda _: next(streams, AWAY)}

    followed(contactctl, after=5, as_json=True)
    lines = capsys.readouterr().out.splitlines()
    followed(contactctl, after=5)

    assert json.loads(lines[0])["revision"] == "7"
    assert capsys.readouterr().out == ""


def test_r50_a_notification_opens_the_view_of_its_sync(daemon: ControlPlane, contactctl: Contactctl) -> None:
    daemon.answers |= {
        "MarkNotificationRead": sample.NEWS,
        "GetSync": sample.ACTIVE,
        "GetMapping": sample.MAPPING,
        "ListRuns": ListRunsResponse(runs=[sample.RUN]),
    }

    ran = contactctl("notifications", "open", "3")

    assert ran.code == Exit.OK
    assert daemon.requests("GetSync")[0].name == sample.SYNC
    assert "Customers of Books" in ran.out
    assert "books-main has synced 67 records" in ran.err
