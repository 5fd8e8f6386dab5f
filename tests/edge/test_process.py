"""The daemon as a process: how it tells that it serves, who may not start beside it, and how it stops."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from fakes.plugins import install

#: Seconds after which something is wrong; everything here takes a second or two.
PATIENCE = 60


@pytest.fixture
def manager(folder):
    """Give the socket of a service manager."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(folder / "notify"))
        heard.settimeout(PATIENCE)
        yield heard


@pytest.fixture
def start(folder):
    """Give what starts a daemon with a store and sockets of the names that are given."""
    started: list[subprocess.Popen[str]] = []

    def start(*, store, unix, more="", **environ):
        file = folder / f"{store}-{len(started)}.toml"
        file.write_text(f'[store]\nurl = "{store}.db"\n[listen]\nunix = "{unix}"\n{more}')
        daemon = subprocess.Popen(
            [sys.executable, "-m", "contactd", "run", "--config", str(file)],
            env={"PATH": os.environ["PATH"], "HOME": str(folder), **environ},
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(daemon)
        return daemon

    yield start
    for daemon in started:
        daemon.kill()
        daemon.communicate()


@pytest.fixture
def first(start, manager):
    """Give a daemon that serves."""
    daemon = start(store="first", unix="first", NOTIFY_SOCKET=manager.getsockname())
    assert manager.recv(4096).startswith(b"READY=1\n")
    return daemon


def ended(daemon):
    _, told = daemon.communicate(timeout=PATIENCE)
    return daemon.returncode, told


def written_down(store):
    """Give the machines of the daemons that have written themselves down in the file *store*."""
    with closing(sqlite3.connect(store)) as file:
        return [machine for (machine,) in file.execute("SELECT machine FROM daemon")]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_order(first, folder, manager, number):
    while_it_served = written_down(folder / "first.db")

    first.send_signal(number)

    stopping = manager.recv(4096)
    code, told = ended(first)
    assert stopping.startswith(b"STOPPING=1\n")
    assert code == 0
    assert '"event": "daemon_stopped"' in told
    assert (while_it_served, written_down(folder / "first.db")) == ([socket.gethostname()], [])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_order_though_it_does_not_serve_yet(start, folder, number):
    gate = folder / "gate"
    os.mkfifo(gate)
    (folder / "plugins").mkdir()
    install(folder / "plugins", "slow", f"open({str(gate)!r}).read()")
    daemon = start(store="first", unix="first", more=f'[plugins]\npath = ["{folder}/plugins"]\n')

    with gate.open("w"):  # the plugin is being imported now
        daemon.send_signal(number)
        code, told = ended(daemon)

    assert code == 0
    assert "Traceback" not in told


@pytest.mark.usefixtures("first")
def test_a_second_one_on_the_same_store_is_refused(start):
    code, told = ended(start(store="first", unix="second"))

    assert code == 75
    assert "is held by another contactd (process " in told


@pytest.mark.usefixtures("first")
def test_a_second_one_at_the_same_sockets_is_refused(start, folder):
    code, told = ended(start(store="second", unix="first"))

    assert code == 75
    assert f"another contactd listens at '{folder}/first/admin/api.sock'" in told
    assert written_down(folder / "second.db") == []


def test_a_port_that_is_taken_is_told(start):
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = f"127.0.0.1:{other.getsockname()[1]}"

        code, told = ended(start(store="first", unix="first", more=f'insecure = "{taken}"\n'))

    assert code == 75
    assert f"contactd: somebody else listens at '{taken}'; stop that one, or choose another port" in told
