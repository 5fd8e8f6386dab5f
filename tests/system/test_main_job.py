"""The demo, held against counts and contacts that were worked out without the daemon."""

import csv
import json
import random
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from demo import play
from demo.stage import BIN, PATIENCE, CommandFailed, Stage, stage
from system.chinook import SKIPPED, contacts_of, expected_contacts

FIRST = {"total": 65, "added": 60, "skipped": 5}
SECOND = {"total": 65, "updated": 1, "unchanged": 58, "removed": 1, "skipped": 5}


def counts(run: dict[str, Any]) -> dict[str, int]:
    """Give the counts of a run that are not nothing."""
    told = {name: int(number) for name, number in run["counts"].items() if isinstance(number, str)}
    return {name: number for name, number in told.items() if number}


def members(on: Stage) -> dict[str, dict[str, str]]:
    return contacts_of(on.ask("contacts list --list customers"))


@pytest.fixture(scope="module")
def played() -> Iterator[Stage]:
    """Give a stage on which the first act was played."""
    with stage(loud=False) as on:
        for step in play.FIRST_ACT:
            step(on)
        yield on


def test_the_first_act_ends_where_the_data_says(played: Stage) -> None:
    run = played.ask("runs show 1")

    assert (run["state"], counts(run)) == ("STATE_SUCCEEDED", FIRST)
    assert members(played) == expected_contacts()


def test_the_skipped_records_are_exported_with_their_reasons(played: Stage) -> None:
    with (played.folder / "skipped.csv").open(newline="", encoding="utf-8") as exported:
        rows = list(csv.DictReader(exported))

    assert {row["name"]: row["reason"] for row in rows} == SKIPPED
    assert [row["suggestion"] for row in rows if row["suggestion"]] == ["john@gmail.com"]


def test_a_second_run_changes_nothing(played: Stage) -> None:
    before = played.ask("contacts list --list customers")

    played.ctl("syncs run books-main --full --watch")

    assert counts(newest(played)) == {"total": 65, "unchanged": 60, "skipped": 5}
    assert played.ask("contacts list --list customers") == before


def test_an_incremental_run_without_a_change_makes_one_call(played: Stage) -> None:
    played.sandbox.clear_journal()

    played.ctl("syncs run books-main --watch")

    assert len(played.sandbox.journal("/books/v3/contacts*")) == 1
    assert counts(newest(played)).get("updated", 0) == 0


def newest(on: Stage) -> dict[str, Any]:
    run: dict[str, Any] = on.ask("runs list books-main")[0]
    return run


def test_an_independent_client_lists_the_syncs_through_reflection(played: Stage) -> None:
    call = "http://localhost/contactd.v1.SyncService/ListSyncs"
    socket = played.daemon.address.removeprefix("unix://")
    command = [str(BIN / "buf"), "curl", "--unix-socket", socket, "--http2-prior-knowledge", "--protocol", "grpc"]

    done = subprocess.run(
        [*command, "-d", '{"parent": "workspaces/default"}', call], capture_output=True, check=False, timeout=60
    )

    assert done.returncode == 0, done.stderr
    (sync,) = json.loads(done.stdout)["syncs"]
    assert (sync["name"], sync["state"]) == ("workspaces/default/syncs/books-main", "STATE_ACTIVE")


def test_a_preview_tells_what_the_run_then_does(on: Stage) -> None:
    for step in play.FIRST_ACT[: play.FIRST_ACT.index(play.preview)]:
        step(on)

    *records, last = on.ask_lines("syncs preview books-main")
    told = {name: int(number) for name, number in last["counts"].items() if isinstance(number, str) and int(number)}
    play.initiate(on)

    assert told == FIRST
    assert members(on) == expected_contacts()
    assert on.ask("contacts list --list customers")[0]["name"].endswith("/1")
    assert records or last["records"]


def test_a_daemon_killed_in_or_after_every_step_ends_with_the_same_table(quick: Stage) -> None:
    chance = random.Random(7)
    play.start(quick)

    for step in (*play.FIRST_ACT[1:], *play.SECOND_ACT):
        _insist(quick, step, chance.uniform(0.01, 0.2))

    _came_out_right(quick)


def _insist(on: Stage, step: play.Step, after: float) -> None:
    """Kill the daemon while *step* is under way, then do what a person would: start it, and type the step again.

    A step that is over sooner than *after* seconds is killed after it.
    """
    killer = threading.Timer(after, on.daemon.kill)
    killer.start()
    try:
        step(on)
    except CommandFailed:
        killer.join()
        on.daemon.start()
        _again(on, step)
    else:
        killer.join()
        on.daemon.start()
    run_of_the_sync_is_over(on)


def _again(on: Stage, step: play.Step) -> None:
    with suppress(DoneBefore):
        try:
            step(on)
        except CommandFailed as refused:
            # What was done before the answer was lost is not done twice.
            if any(done in refused.told for done in ("already", "is active", "is not over")):
                raise DoneBefore from refused
            raise


class DoneBefore(Exception):
    """The step was done, only its answer was lost."""


def run_of_the_sync_is_over(on: Stage) -> None:
    ends = time.monotonic() + PATIENCE
    while any(run["state"] in {"STATE_WAITING", "STATE_RUNNING"} for run in on.ask("runs list")):
        assert time.monotonic() < ends
        time.sleep(0.05)


def _came_out_right(on: Stage) -> None:
    assert [counts(on.ask(f"runs show {run}")) for run in (1, 2)] == [FIRST, SECOND]
    assert members(on) == expected_contacts(changed={play.CHANGED: "Bjørn Erik"}, gone=play.DELETED)
