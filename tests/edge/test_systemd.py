"""What the daemon tells systemd."""

import asyncio
import os
import secrets
import socket

import pytest

from contactd.domain.refusals import Away
from contactd.systemd import notify, watch, watchdog_pause


@pytest.fixture
def heard(tmp_path):
    """Give a socket as systemd has it."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(tmp_path / "notify"))
        heard.settimeout(10)
        yield heard


@pytest.fixture
def environ(heard):
    return {"NOTIFY_SOCKET": heard.getsockname()}


def test_all_lines_go_in_one_datagram(heard, environ):
    notify("READY=1", "STATUS=Serving", environ=environ)

    assert heard.recv(1000) == b"READY=1\nSTATUS=Serving"


def test_an_abstract_socket_is_reached_as_well():
    name = f"contactd-{secrets.token_hex(8)}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind("\0" + name)

        notify("STOPPING=1", environ={"NOTIFY_SOCKET": "@" + name})

        assert heard.recv(1000) == b"STOPPING=1"


def test_without_systemd_nothing_happens():
    notify("READY=1", environ={})
    asyncio.run(watch(_never, environ={}))


async def _never():
    raise AssertionError


@pytest.mark.parametrize(
    ("environ", "pause"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "30000000"}, 15.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())}, 15.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getppid())}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
    ],
)
def test_signs_of_life_come_twice_as_often_as_wanted(environ, pause):
    assert watchdog_pause(environ) == pause


def watched(check, environ, until):
    """Watch with *check*, until *until* says that it is enough."""

    async def scenario():
        watching = asyncio.ensure_future(watch(check, environ={**environ, "WATCHDOG_USEC": "2000"}))
        await asyncio.to_thread(until)
        watching.cancel()

    asyncio.run(scenario())


def test_a_daemon_that_is_well_gives_signs_of_life(heard, environ):
    async def well():
        pass

    watched(well, environ, until=lambda: [heard.recv(1000) for _ in range(3)])


def test_a_check_that_is_refused_is_an_answer(heard, environ):
    async def full():
        raise Away("the disk is full")

    watched(full, environ, until=lambda: heard.recv(1000))


def test_a_check_that_hangs_gives_no_sign_of_life(heard, environ):
    begun = asyncio.Event()

    async def hang():
        begun.set()
        await asyncio.Event().wait()

    async def scenario():
        watching = asyncio.ensure_future(watch(hang, environ={**environ, "WATCHDOG_USEC": "2000"}))
        await begun.wait()
        watching.cancel()
        await asyncio.wait([watching])

    asyncio.run(scenario())

    heard.settimeout(0)
    with pytest.raises(BlockingIOError):
        heard.recv(1000)
