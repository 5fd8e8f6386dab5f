"""R63 to R68: the counters of the older screens, where nothing is counted twice and nothing is lost."""

from typing import Any

import pytest

from demo.stage import Stage
from requirements.proof import connect, last_run, number_of, proves, stored

PLACE = "--workspace old"


@pytest.fixture(scope="module")
def runs(on: Stage) -> list[dict[str, Any]]:
    """Run a sync of an edition with the older counters: first, after a person's deletion, after the source's."""
    on.ctl("workspaces create old --title Old --edition classic")
    connect(on, "books", workspace="old")
    on.ctl(f"{PLACE} lists create customers --title Customers")
    on.ctl(f"{PLACE} syncs create main --connection books --list customers --daily 06:30")
    on.ctl(f"{PLACE} syncs initiate main --yes --watch")
    taken = [last_run(on, "main", workspace="old")]
    on.ctl(f"{PLACE} contacts delete ftremblay@gmail.com")
    on.ctl(f"{PLACE} syncs run main --full --watch")
    taken.append(last_run(on, "main", workspace="old"))
    on.sandbox.delete(on.sandbox.find("hholy@gmail.com"))
    on.ctl(f"{PLACE} syncs run main --sweep --watch")
    return [*taken, last_run(on, "main", workspace="old")]


def told(run: dict[str, Any]) -> dict[str, int]:
    """Give the older counters of a run."""
    return {name: int(number) for name, number in run["counts"]["old_view"].items() if isinstance(number, str)}


def kept(on: Stage, run: dict[str, Any], outcome: str) -> int:
    """Tell what the store counted of an outcome."""
    query = "SELECT coalesce(sum(records), 0) FROM run_count WHERE run_id = ? AND outcome = ?"
    return int(stored(on, query, number_of(run), outcome)[0][0])


@proves("R63")
def test_the_total_of_one_fetch_is_the_sum_of_its_parts(on: Stage, runs: list[dict[str, Any]]) -> None:
    for run in runs:
        counters = told(run)
        parts = sum(counters[name] for name in ("new", "readded", "duplicate", "ignored", "deleted"))
        ((every,),) = stored(on, "SELECT sum(records) FROM run_count WHERE run_id = ?", number_of(run))
        assert counters["total"] == parts == every


@proves("R64")
def test_new_ones_are_told(on: Stage, runs: list[dict[str, Any]]) -> None:
    assert told(runs[0])["new"] == kept(on, runs[0], "added") == 60


@proves("R65")
def test_whoever_was_deleted_here_and_comes_again_is_readded(on: Stage, runs: list[dict[str, Any]]) -> None:
    assert told(runs[1])["readded"] == kept(on, runs[1], "readded") == 1


@proves("R66")
def test_whoever_is_there_already_is_a_duplicate(on: Stage, runs: list[dict[str, Any]]) -> None:
    assert told(runs[1])["duplicate"] == kept(on, runs[1], "unchanged") + kept(on, runs[1], "updated") == 59


@proves("R67")
def test_whoever_does_not_get_onto_the_list_is_ignored(on: Stage, runs: list[dict[str, Any]]) -> None:
    assert told(runs[0])["ignored"] == kept(on, runs[0], "skipped") + kept(on, runs[0], "failed") == 5


@proves("R68")
def test_whoever_is_deleted_at_the_source_is_deleted_here(on: Stage, runs: list[dict[str, Any]]) -> None:
    assert told(runs[2])["deleted"] == kept(on, runs[2], "removed") == 1
    assert stored(on, "SELECT status FROM contact WHERE email_key = 'hholy@gmail.com'") == [("deleted",)]
