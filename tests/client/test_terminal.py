"""contactctl on a real terminal: colors, the bar, questions; and what a terminal must never get."""

import fcntl
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
import threading
from dataclasses import dataclass

import pytest
from grpc import StatusCode

from contactd_proto.v1.contact_pb2 import Contact, ListContactsResponse
from contactd_proto.v1.plugin_pb2 import ListPluginsResponse
from contactd_proto.v1.run_pb2 import ListRunsResponse, Run
from contactd_proto.v1.sync_pb2 import InitiateSyncResponse, SyncWarning, ValidateSyncResponse
from fakes import sample_answers as sample
from fakes.control_plane import Refusal

EVIL = "\x1b]0;owned\x07\x1b[2JBobby\x9b31m\u202eTables"
CTRL_C = "\x03"
HIDE_CURSOR, SHOW_CURSOR = "\x1b[?25l", "\x1b[?25h"


@dataclass
class OnTerminal:
    """Runs contactctl on a terminal of its own, as wide as asked for."""

    environ: dict[str, str]

    def __call__(self, *argv: str, at: str = "", typed: str = "", width: int = 100, **environ: str) -> tuple[int, str]:
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
        program = subprocess.Popen(
            [sys.executable, "-m", "contactctl", *argv],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**self.environ, "TERM": "xterm-256color", **environ},
            start_new_session=True,
        )
        os.close(theirs)
        # A program that waits for ever must not make the tests wait for ever.
        guard = threading.Timer(30, program.kill)
        guard.start()
        with program, os.fdopen(ours, "r+b", buffering=0) as terminal:
            seen = ""
            for part in iter(lambda: _read(terminal), b""):
                asked_before = at in seen
                seen += part.decode()
                if not asked_before and at in seen:
                    _answer(program, terminal, typed)
        guard.cancel()
        return program.returncode, seen


def _answer(program, terminal, typed: str) -> None:
    if typed == CTRL_C:  # the terminal is not the program's own, so it cannot do this by itself
        program.send_signal(signal.SIGINT)
    else:
        terminal.write(typed.encode())


def _read(terminal) -> bytes:
    try:
        return terminal.read(65536) or b""
    except OSError:  # Linux says so when the last program has left the terminal
        return b""


@pytest.fixture
def on_terminal(contactctl) -> OnTerminal:
    return OnTerminal(contactctl.whole_environ())


def test_states_have_colors(daemon, on_terminal) -> None:
    daemon.answers["ListPlugins"] = ListPluginsResponse(plugins=[sample.READY, sample.BROKEN])

    code, seen = on_terminal("plugins", "list")

    assert code == 0
    assert "\x1b[32mready" in seen
    assert "\x1b[31mquarantined" in seen


def test_who_wants_no_color_gets_none(daemon, on_terminal) -> None:
    daemon.answers["ListPlugins"] = ListPluginsResponse(plugins=[sample.READY, sample.BROKEN])

    _, seen = on_terminal("plugins", "list", NO_COLOR="1")

    assert "\x1b[3" not in seen


def test_history_fits_eighty_columns(daemon, on_terminal) -> None:
    daemon.answers["ListRuns"] = ListRunsResponse(runs=[sample.RUN, sample.FAILED])

    _, seen = on_terminal("runs", "list", width=80, NO_COLOR="1", TERM="dumb")

    lines = seen.splitlines()
    assert [line.split()[0] for line in lines] == ["Run", "books-main/12", "books-main/13"]
    assert lines[0].split()[-4:] == ["Added", "Updated", "Removed", "Skipped"]


@pytest.mark.parametrize("width", [100, 40])
def test_a_run_is_watched_as_a_bar_that_stays(daemon, on_terminal, width) -> None:
    daemon.answers["WatchRun"] = [sample.WAITING, sample.running(600), sample.RUN]

    code, seen = on_terminal("runs", "watch", "12", width=width)

    assert code == 0
    assert "━" in seen
    assert seen.index(HIDE_CURSOR) < seen.index(SHOW_CURSOR)
    assert "books-main/12 succeeded, 67 records" in seen


def test_a_bar_says_what_a_run_waits_for(daemon, on_terminal) -> None:
    daemon.answers["WatchRun"] = [sample.WAITING, sample.FAILED]

    code, seen = on_terminal("runs", "watch", "12")

    assert code == 1
    assert "waits: Zoho asked us to wait, until 2026-03-09 09:30 UTC" in seen


def test_a_bar_outlives_a_restart_of_the_daemon(daemon, on_terminal) -> None:
    streams = iter([[sample.running(1), Refusal(StatusCode.UNAVAILABLE, "")], [sample.RUN]])
    daemon.answers["WatchRun"] = lambda _: next(streams)

    code, seen = on_terminal("runs", "watch", "12", width=300)

    assert code == 0
    assert "; looking for it again" in seen


def test_ctrl_c_gives_the_terminal_back(daemon, on_terminal) -> None:
    daemon.answers["WatchRun"] = lambda _: running_on(daemon)

    code, seen = on_terminal("runs", "watch", "12", at="600 of about", typed=CTRL_C)

    assert code == 130
    assert "books-main/12 goes on; contactctl runs watch books-main/12 shows it again" in seen
    assert seen.count(HIDE_CURSOR) == seen.count(SHOW_CURSOR)


def running_on(daemon):
    yield sample.running(600)
    daemon.closing.wait(timeout=20)


def test_a_grant_code_is_typed_unseen(daemon, on_terminal) -> None:
    daemon.answers["CompleteAuthorization"] = sample.ENABLED

    code, seen = on_terminal(
        "connections", "authorize", "main", "--code-file", "-", at="grant code: ", typed="1000.grant\n"
    )

    assert code == 0
    assert "grant code: " in seen
    assert daemon.requests("CompleteAuthorization")[0].code == "1000.grant"


def test_required_secrets_that_were_not_given_are_asked_for(daemon, on_terminal) -> None:
    daemon.answers |= {
        "ListPlugins": ListPluginsResponse(plugins=[sample.READY]),
        "CreateConnection": sample.PENDING,
    }

    code, seen = on_terminal(
        "connections", "create", "main", "--kind", "zoho-books", at="client_secret: ", typed="hunter2\n"
    )

    assert code == 0
    assert "client_secret: " in seen
    assert dict(daemon.requests("CreateConnection")[0].connection.settings) == {"client_secret": "hunter2"}


@pytest.mark.parametrize(("typed", "code"), [("y\n", 0), ("n\n", 1)])
def test_warnings_are_acknowledged_by_a_person(daemon, on_terminal, typed, code) -> None:
    daemon.answers |= {
        "ValidateSync": ValidateSyncResponse(warnings=[SyncWarning(id="auto-upgrade", message="it may cost")]),
        "InitiateSync": InitiateSyncResponse(sync=sample.ACTIVE, run=sample.RUN),
    }

    ended, seen = on_terminal("syncs", "initiate", "books-main", at="and begin? [y/N]: ", typed=typed)

    assert ended == code
    assert "warning auto-upgrade: it may cost" in seen
    assert len(daemon.requests("InitiateSync")) == 1 - code


def test_a_file_for_programs_is_kept_from_the_terminal(daemon, on_terminal) -> None:
    code, seen = on_terminal("runs", "skipped", "12", "--output", "-")

    assert code == 2
    assert "is for a pipe" in seen
    assert daemon.heard == []


def evil_answers(daemon) -> None:
    run = Run(
        name=f"{sample.SYNC}/runs/12",
        state=Run.STATE_WAITING,
        waiting_message=EVIL,
        waiting_until=sample.at(9),
        create_time=sample.at(9),
    )
    daemon.answers |= {
        "ListContacts": ListContactsResponse(contacts=[Contact(name="workspaces/default/contacts/1", email=EVIL)]),
        "GetContact": Contact(name="workspaces/default/contacts/1", email=EVIL, lists=[EVIL]),
        "ValidateSync": ValidateSyncResponse(warnings=[SyncWarning(id=EVIL, message=EVIL)]),
        "GetSync": Refusal(StatusCode.NOT_FOUND, f"no sync is called '{EVIL}'"),
        "WatchRun": [run, sample.FAILED],
    }


@pytest.mark.parametrize(
    "command",
    [
        "contacts list",
        "contacts list --json",
        "contacts show 1",
        "contacts show 1 --json",
        "syncs validate x",
        "syncs initiate x --yes",
        "syncs show x",
        "syncs show x --json",
        "runs watch 12",
        "runs watch 12 --json",
    ],
)
def test_nothing_from_outside_steers_the_terminal(daemon, on_terminal, command) -> None:
    evil_answers(daemon)

    _, seen = on_terminal(*command.split(), width=300)

    assert "Bobby" in seen
    assert not any(order in seen for order in ("\x1b]0;", "\x1b[2J\x1b", "\x1b[2JBobby", "\x07", "\x9b", "\u202e"))
