"""Watching a run: to its end, across a restart, until a person is needed, and no longer than wanted."""

import json
import signal
import subprocess
import sys

import grpc
import pytest

from contactctl.daemon import reach
from contactctl.exits import Exit
from contactctl.failures import Failure
from contactctl.output import Output
from contactctl.target import Target
from contactctl.watch import PAUSES, watch
from contactctl.watchers import PlainLines
from contactd_proto.v1.sync_pb2 import InitiateSyncResponse, ValidateSyncResponse
from fakes import sample_answers as sample
from fakes.control_plane import refusal

GONE = refusal(grpc.StatusCode.UNAVAILABLE, "contactd is stopping", reason="UNAVAILABLE")
WHY = "why records were skipped: contactctl runs skipped books-main/12"


def test_a_run_is_watched_to_its_end(daemon, contactctl) -> None:
    daemon.answers["WatchRun"] = [sample.WAITING, sample.running(600), sample.RUN]

    ran = contactctl("runs", "watch", "12")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        "books-main/12 waiting (Zoho asked us to wait, until 2026-03-09 09:30 UTC), 0 records",
        "books-main/12 running, 600 of about 8,200 records",
        "books-main/12 succeeded, 67 records: 56 added, 2 updated, 3 unchanged, 1 removed, 5 skipped",
        WHY,
    ]
    assert daemon.requests("WatchRun")[0].name == "workspaces/default/syncs/-/runs/12"


def test_programs_get_every_state_as_a_line(daemon, contactctl) -> None:
    daemon.answers["WatchRun"] = [sample.WAITING, sample.running(1), sample.running(2), sample.RUN]

    ran = contactctl("runs", "watch", "12", "--json")

    states = [json.loads(line)["state"] for line in ran.out.splitlines()]
    assert states == ["STATE_WAITING", "STATE_RUNNING", "STATE_RUNNING", "STATE_SUCCEEDED"]


def test_a_run_that_failed_fails_the_command(daemon, contactctl) -> None:
    daemon.answers["WatchRun"] = [sample.FAILED]

    ran = contactctl("runs", "watch", "13")

    assert ran.code == Exit.REFUSED
    assert ran.out.splitlines()[-2:] == ["books-main/13 failed, 0 records", "Zoho refused the account"]


def test_a_run_that_is_held_asks_for_a_person_and_is_watched_no_longer(daemon, contactctl) -> None:
    daemon.answers["WatchRun"] = lambda _: held_open(daemon)

    ran = contactctl("runs", "watch", "14")

    assert ran.code == Exit.REFUSED
    assert "it would remove 41 contacts, and waits for a word" in ran.out
    assert "let it: contactctl runs confirm books-main/14" in ran.out
    assert daemon.left.wait(timeout=5)


def held_open(daemon):
    yield sample.HELD
    daemon.closing.wait(timeout=5)


def test_initiating_can_watch_the_first_run(daemon, contactctl) -> None:
    daemon.answers |= {
        "ValidateSync": ValidateSyncResponse(),
        "InitiateSync": InitiateSyncResponse(sync=sample.ACTIVE, run=sample.WAITING),
        "WatchRun": [sample.RUN],
    }

    ran = contactctl("syncs", "initiate", "books-main", "--watch")

    assert ran.code == 0
    assert ran.out.endswith(f"{WHY}\n")
    assert daemon.requests("WatchRun")[0].name == sample.RUN.name


def test_running_can_watch_the_run(daemon, contactctl) -> None:
    daemon.answers |= {"RunSync": sample.WAITING, "WatchRun": [sample.RUN]}

    ran = contactctl("syncs", "run", "books-main", "--sweep", "--watch")

    assert ran.code == 0
    assert daemon.requests("WatchRun")[0].name == sample.RUN.name


def test_a_restart_of_the_daemon_does_not_end_the_watch(daemon, contactctl) -> None:
    streams = iter([[sample.running(600), GONE], [sample.running(700)], [sample.RUN]])
    daemon.answers["WatchRun"] = lambda _: next(streams)

    ran = contactctl("runs", "watch", "12")

    assert ran.code == 0
    assert ran.err.splitlines() == [
        "contactd is stopping; looking for it again",
        "contactd broke off the watch before the run ended; looking for it again",
    ]


def test_a_daemon_that_stays_away_is_given_up(daemon) -> None:
    streams = iter([[sample.running(600)], *([GONE] for _ in PAUSES)])
    daemon.answers["WatchRun"] = lambda _: next(streams)
    paused: list[float] = []

    with (
        reach(Target(address=daemon.address, workspace="default"), timeout=None) as contactd,
        pytest.raises(Failure, match="contactd is stopping"),
    ):
        watch(contactd, sample.RUN.name, Output(as_json=False), pause=paused.append)

    assert paused == list(PAUSES)


def test_a_daemon_that_was_never_there_is_not_waited_for(contactctl, tmp_path) -> None:
    ran = contactctl("runs", "watch", "12", CONTACTCTL_ADDRESS=f"unix://{tmp_path}/gone.sock")

    assert ran.code == Exit.AWAY
    assert "looking for it again" not in ran.err


def test_a_run_that_is_not_there_is_told(daemon, contactctl) -> None:
    daemon.answers["WatchRun"] = refusal(grpc.StatusCode.NOT_FOUND, "no run is called '99'", reason="NOT_FOUND")

    ran = contactctl("runs", "watch", "99")

    assert (ran.code, ran.err) == (Exit.NOT_FOUND, "contactctl: no run is called '99'\n")


def test_numbers_alone_are_not_told_all_the_time(capsys) -> None:
    times = iter([0.0, 0.5, 1.0, 2.5])
    lines = PlainLines(Output(as_json=False), clock=lambda: next(times))

    for read in (100, 200, 300, 400):
        lines.show(sample.running(read))

    assert capsys.readouterr().out.splitlines() == [
        "books-main/12 running, 100 of about 8,200 records",
        "books-main/12 running, 400 of about 8,200 records",
    ]


def test_a_change_of_state_is_told_at_once(capsys) -> None:
    lines = PlainLines(Output(as_json=False), clock=lambda: 0.0)

    for run in (sample.running(1), sample.WAITING, sample.running(2)):
        lines.show(run)

    assert len(capsys.readouterr().out.splitlines()) == 3


def test_ctrl_c_leaves_the_run_going_and_says_so(daemon, contactctl) -> None:
    daemon.answers["WatchRun"] = lambda _: running_on(daemon)
    program = subprocess.Popen(
        [sys.executable, "-u", "-m", "contactctl", "runs", "watch", "12"],
        env=contactctl.whole_environ(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )

    with program:
        assert program.stdout is not None
        assert program.stdout.readline() == "books-main/12 running, 600 of about 8,200 records\n"
        program.send_signal(signal.SIGINT)
        _, err = program.communicate(timeout=20)

    assert program.returncode == Exit.INTERRUPTED
    assert err == "books-main/12 goes on; contactctl runs watch books-main/12 shows it again\n"
    assert daemon.left.wait(timeout=5)
    assert daemon.requests("CancelRun") == []


def running_on(daemon):
    yield sample.running(600)
    daemon.closing.wait(timeout=20)


def test_a_watch_can_be_limited(daemon, contactctl) -> None:
    daemon.answers["WatchRun"] = lambda _: running_on(daemon)

    ran = contactctl("--timeout", "0.3", "runs", "watch", "12")

    assert ran.code == Exit.DEADLINE
    daemon.closing.set()
