"""Frames on a socket: what travels, and what is refused."""

import pickle
import socket
import struct
from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec
import pytest

from contactd.host.channel import LIMIT, Channel, Unreadable
from contactd.host.frames import (
    Broken,
    Describe,
    Failed,
    FieldsRead,
    PageRead,
    PagesRead,
    ReadPages,
    Reply,
    Request,
    refused,
)
from contactd_sdk import (
    AuthFailed,
    Malformed,
    Misconfigured,
    Page,
    Record,
    SettingFault,
    SettingsInvalid,
    SourceError,
    Throttled,
    Unavailable,
    Window,
)

WHEN = datetime(2026, 1, 31, 12, tzinfo=UTC)
PAGE = Page(
    [Record("7", {"email": "a@example.com", "tags": ["x"], "age": 7, "vip": True, "city": None}, "A", WHEN)],
    "2",
    [Malformed("{", "no end")],
    total=9,
)

ERRORS = [
    AuthFailed("no"),
    Misconfigured("no", "url"),
    Throttled("no", WHEN),
    Unavailable("no"),
    SettingsInvalid((SettingFault("url", "no"),)),
]


@pytest.fixture
def ends() -> Iterator[tuple[Channel[Request], Channel[Reply], socket.socket]]:
    """A child's end, the daemon's end, and the child's bare socket."""
    theirs, ours = socket.socketpair()
    with theirs, ours:
        yield Channel(theirs, Request), Channel(ours, Reply), theirs


@pytest.mark.parametrize("frame", [PageRead(PAGE), PagesRead(), FieldsRead([]), Failed("unavailable", "no")])
def test_what_a_child_says_arrives_as_it_was(ends, frame):
    child, daemon, _ = ends

    child.send(frame)

    assert daemon.receive(5) == frame


@pytest.mark.parametrize("frame", [Describe(), ReadPages("2", Window("contacts", frozenset({"email"}), WHEN))])
def test_what_the_daemon_asks_arrives_as_it_was(ends, frame):
    child, daemon, _ = ends

    daemon.send(frame)

    assert child.receive(5) == frame


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_of_the_sdk_is_made_again_at_the_other_end(ends, error):
    child, daemon, _ = ends

    child.send(refused(error))

    made = daemon.receive(5).error()
    assert type(made) is type(error)
    assert str(made) == str(error)
    assert vars(made) == vars(error)


def test_every_error_of_the_sdk_travels():
    assert {type(error) for error in ERRORS} - {SettingsInvalid} == set(SourceError.__subclasses__())


def test_an_error_that_is_none_of_the_sdk_keeps_its_text():
    class Odd(SourceError):
        pass

    failed = refused(Odd("my text"))

    assert failed == Failed("broken", "raised Odd, which is none of the errors of contactd-sdk")


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (pickle.dumps(PAGE), "Expected `"),
        (b"", "it is no frame"),
        (msgspec.msgpack.encode(["Describe"]), "it is no frame"),
        (msgspec.msgpack.encode(["PageRead", [[["7", {"age": 1.5}]], None]]), "Expected `"),
        (msgspec.msgpack.encode(["PageRead", [[["7", {}, "A", "2026-01-31T12:00:00"]], None]]), "Expected `"),
        (msgspec.msgpack.encode(["Failed", "my-secret", "no"]), "it is no frame"),
    ],
)
def test_what_is_no_frame_is_refused(ends, sent, told):
    _, daemon, link = ends
    link.sendall(struct.pack(">I", len(sent)) + sent)

    with pytest.raises(Unreadable) as caught:
        daemon.receive(5)

    assert str(caught.value).startswith(told)


def test_a_frame_that_claims_too_much_is_refused_before_it_comes(ends):
    _, daemon, link = ends
    link.sendall(struct.pack(">I", LIMIT + 1))

    with pytest.raises(Unreadable, match="67108865 bytes"):
        daemon.receive(5)


@pytest.mark.parametrize("value", [object(), 2**80, "\ud800"], ids=["object", "huge", "surrogate"])
def test_a_value_that_cannot_be_sent_is_told_without_it(ends, value):
    child, daemon, _ = ends

    with pytest.raises(Broken, match="gave a value that cannot be sent in PageRead"):
        child.send(PageRead(Page([Record("7", {"a": value})], None)))

    child.send(PagesRead())
    assert daemon.receive(5) == PagesRead()


def test_the_other_end_is_seen_to_be_gone(ends):
    _, daemon, link = ends
    link.sendall(b"\0\0")
    link.close()

    with pytest.raises(EOFError):
        daemon.receive(5)


def test_half_a_frame_is_silence(ends):
    _, daemon, link = ends
    link.sendall(struct.pack(">I", 100) + b"half")

    with pytest.raises(TimeoutError):
        daemon.receive(0.01)


def test_pages_of_many_sizes_arrive_one_after_another(ends):
    child, daemon, _ = ends
    sent = [PageRead(Page([Record(str(size), {"text": "x" * size})], None)) for size in (1, 30_000, 0, 5)]
    for frame in sent:
        child.send(frame)

    received = [daemon.receive(5) for _ in sent]

    assert received == sent
