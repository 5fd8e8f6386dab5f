"""The log: events with values, and nothing that must not be in it."""

import asyncio
import io
import json
import logging
import threading
import warnings
from enum import StrEnum
from pathlib import Path

import pytest
import structlog

from contactd import logs
from contactd.domain.refusals import NotFound

SECRET = "hunter2"


@pytest.fixture
def stream():
    """Give where the log goes; afterwards everything is as it was."""
    root, hook = logging.getLogger(), threading.excepthook
    handlers, level = root.handlers[:], root.level
    yield io.StringIO()
    logging.captureWarnings(capture=False)
    root.handlers[:], threading.excepthook = handlers, hook
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def log(stream):
    logs.setup(style="json", stream=stream)
    return structlog.get_logger()


@pytest.fixture
def entries(stream):
    """Give what reads the entries that were made."""
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


class Terminal(io.StringIO):
    def isatty(self):
        return True


class Colour(StrEnum):
    RED = "red"


def test_an_event_is_one_line_of_json_with_its_values(log, entries):
    log.info("page_taken", sync="books-main", run=12, cursor=None, folder=Path("/srv"), colour=Colour.RED)

    (entry,) = entries()
    assert entry.pop("time").endswith("Z")
    assert entry == {
        "event": "page_taken",
        "level": "info",
        "sync": "books-main",
        "run": 12,
        "cursor": None,
        "folder": "/srv",
        "colour": "red",
    }


def test_what_is_below_the_level_is_not_written(stream, entries):
    logs.setup(style="json", level="warning", stream=stream)

    structlog.get_logger().info("page_taken")

    assert entries() == []


@pytest.mark.parametrize(
    "key",
    [
        "token",
        "refresh_token",
        "client_secret",
        "password",
        "code",
        "key",
        "email",
        "address",
        "account-email",
        "Authorization",
    ],
)
def test_a_value_under_a_telling_key_is_dropped(log, entries, key):
    log.info("thing_done", **{key: SECRET}, nested={key: SECRET, "deeper": [{key: SECRET}]}, kept=1)

    (entry,) = entries()
    assert entry["kept"] == 1
    assert entry["nested"] == {"deeper": [{}]}
    assert SECRET not in json.dumps(entry)


@pytest.mark.parametrize(
    "text",
    [
        "contact ann.o'neil@example.com is gone",
        "<ann@exämple.de>",
        "Bearer hunter2.hunter2",
        "Zoho-oauthtoken 1000.aaaa",
        "got ctd_ops_0123456789012345678901234567890123456789abc back",
        "1000.0123456789abcdef0123456789abcdef.0123456789abcdef0123456789abcdef",
    ],
)
def test_addresses_and_tokens_are_blotted_out_of_every_text(log, entries, text):
    log.info("thing_done", text=text, many=[text], nested={"a": text})

    (entry,) = entries()
    assert "***" in entry["text"]
    for part in ("ann@", "neil@", "example.com", "hunter2", "1000.", "0123456789"):
        assert part not in json.dumps(entry)


def test_what_nobody_said_may_be_shown_is_shown_by_its_type(log, entries):
    class Answer:
        def __repr__(self):
            return SECRET

    log.info("thing_done", answer=Answer(), deep=[[[[[SECRET]]]]], raw=SECRET.encode())

    (entry,) = entries()
    assert (entry["answer"], entry["raw"]) == ("<Answer>", "<bytes>")
    assert SECRET not in json.dumps(entry)


def test_a_fault_tells_where_it_came_from_and_not_what_it_said(log, entries):
    def fail():
        try:
            int(SECRET)
        except ValueError as exc:
            raise RuntimeError(f"secret={SECRET}") from exc

    try:
        fail()
    except RuntimeError:
        log.exception("run_failed")

    (entry,) = entries()
    lines = entry["fault"]
    assert [line for line in lines if not line.startswith(" ")] == [
        "builtins.ValueError",
        "which led to",
        "builtins.RuntimeError",
    ]
    assert any(
        line.endswith("in test_a_fault_tells_where_it_came_from_and_not_what_it_said.<locals>.fail") for line in lines
    )
    assert SECRET not in json.dumps(entry)


def test_a_fault_tells_the_words_of_the_system_and_of_our_own_refusals(log, entries):
    log.error("first", exc_info=FileNotFoundError(2, "anything", f"/srv/{SECRET}"))
    log.error("second", exc_info=NotFound("sync", "boks-main"))
    log.error("third", exc_info=ExceptionGroup(SECRET, [ValueError(SECRET)]))

    assert [entry["fault"] for entry in entries()] == [
        ["builtins.FileNotFoundError: No such file or directory"],
        ["contactd.domain.refusals.NotFound: no sync is called 'boks-main'"],
        ["builtins.ExceptionGroup", "made of", "builtins.ValueError"],
    ]


@pytest.mark.usefixtures("log")
def test_what_libraries_log_becomes_an_event(entries):
    logging.getLogger("some.library").warning("retrying %s of %s\nand %s", 1, 3, SECRET)
    logging.getLogger("some.library").info("chatter")

    assert [(entry["event"], entry["library"], entry["message"]) for entry in entries()] == [
        ("library_told", "some.library", "retrying 1 of 3")
    ]


@pytest.mark.usefixtures("log")
def test_what_a_server_says_to_a_pool_of_connections_is_not_told(entries):
    logging.getLogger("psycopg.pool").warning("error connecting in '%s': %s", "pool-1", "no such role")

    assert entries() == []


@pytest.mark.usefixtures("log")
def test_a_library_that_logs_wrongly_harms_nobody(entries):
    record = logging.makeLogRecord({"msg": "two %s", "args": ("many", SECRET), "levelno": logging.ERROR})
    (ours,) = [each for each in logging.getLogger().handlers if type(each).__module__ == logs.__name__]

    ours.handle(record)

    assert [entry["message"] for entry in entries()] == ["two %s"]


@pytest.mark.usefixtures("log")
def test_warnings_become_events(entries):
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("an old way", DeprecationWarning, stacklevel=1)

    assert [entry["library"] for entry in entries()] == ["py.warnings"]


@pytest.mark.usefixtures("log")
def test_a_task_that_nobody_waited_for_does_not_tell_what_it_raised(entries):
    async def fail():
        raise ValueError(SECRET)

    async def forget():
        task = asyncio.ensure_future(fail())
        await asyncio.wait([task])

    asyncio.run(forget())

    assert [entry["message"] for entry in entries()] == ["Task exception was never retrieved"]
    assert SECRET not in json.dumps(entries())


@pytest.mark.usefixtures("log")
def test_a_thread_that_fails_is_an_event(entries):
    thread = threading.Thread(target=lambda: int(SECRET), name="worker")
    thread.start()
    thread.join()

    (entry,) = entries()
    assert (entry["event"], entry["thread"], entry["fault"][0]) == ("thread_failed", "worker", "builtins.ValueError")
    assert SECRET not in json.dumps(entry)


@pytest.mark.usefixtures("stream")
def test_a_terminal_gets_lines_for_people_that_it_does_not_obey():
    terminal = Terminal()
    logs.setup(stream=terminal)

    structlog.get_logger().error("run_failed", name="\x1b[2Jgone\nline", exc_info=ValueError(SECRET))

    shown = terminal.getvalue()
    assert "run_failed" in shown
    assert "builtins.ValueError" in shown
    assert "\x1b[2J" not in shown
    assert "gone\nline" not in shown
    assert SECRET not in shown
