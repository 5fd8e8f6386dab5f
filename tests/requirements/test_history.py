"""R57 to R74: what a run did, in numbers and in names."""

import csv
from datetime import datetime
from typing import Any

import pytest

from demo.stage import Stage
from requirements.proof import counted, last_run, number_of, proves, stored

#: Addresses that the source gives, and why they do not arrive.
BOUNCED, OBJECTED = "ftremblay@gmail.com", "luisg@embraer.com.br"


@pytest.fixture(scope="module")
def run(on: Stage) -> dict[str, Any]:
    """Run a sync over customers of every sort, and give its run."""
    for number, address in enumerate(("", "patriciazylker.com", "john@gnail.com", "careers@example.com")):
        on.sandbox.add(f"Odd {number}", email=address)
    on.ctl(f"suppressions add {BOUNCED} --kind hard-bounce")
    on.ctl(f"suppressions add {OBJECTED} --kind do-not-mail")
    on.ctl("syncs create history --connection books --list customers")
    on.ctl("syncs initiate history --yes --watch")
    return last_run(on, "history")


def reason_of(on: Stage, run: dict[str, Any], address: str) -> list[tuple[Any, ...]]:
    """Give (outcome, reason) of what the store wrote of the records with an address."""
    query = "SELECT DISTINCT outcome, reason FROM outcome WHERE run_id = ? AND address = ?"
    return stored(on, query, number_of(run), address)


@proves("R57")
def test_the_history_tells_when_a_sync_ran(on: Stage, run: dict[str, Any]) -> None:
    ((started, finished),) = stored(on, "SELECT started_at, finished_at FROM run WHERE id = ?", number_of(run))

    assert datetime.fromisoformat(run["start_time"]).timestamp() == pytest.approx(started / 1e6, abs=1e-3)
    assert datetime.fromisoformat(run["end_time"]).timestamp() == pytest.approx(finished / 1e6, abs=1e-3)


@proves("R58", "R59", "R61")
def test_the_history_tells_total_added_and_skipped(on: Stage, run: dict[str, Any]) -> None:
    query = "SELECT outcome, sum(records) FROM run_count WHERE run_id = ? GROUP BY outcome"
    kept = dict(stored(on, query, number_of(run)))

    told = counted(run)

    assert told == {"total": sum(kept.values()), **kept}
    assert told["added"] == stored(on, "SELECT count(*) FROM contact WHERE created_run = ?", number_of(run))[0][0]


@proves("R60")
@pytest.mark.usefixtures("run")
def test_the_history_tells_who_was_updated(on: Stage) -> None:
    on.sandbox.edit(on.sandbox.find("bjorn.hansen@yahoo.no"), first_name="Bjarne")

    on.ctl("syncs run history --full --watch")

    assert counted(last_run(on, "history"))["updated"] == 1
    assert stored(on, "SELECT fields LIKE '%Bjarne%' FROM contact WHERE email_key = 'bjorn.hansen@yahoo.no'") == [(1,)]


@proves("R62")
def test_the_skipped_records_are_exported_from_the_history(on: Stage, run: dict[str, Any]) -> None:
    target = on.folder / "skipped-of-history.csv"

    on.ctl(f"runs skipped {number_of(run)} --output {target}")

    with target.open(newline="", encoding="utf-8-sig") as exported:
        rows = [(row["email"], row["reason"]) for row in csv.DictReader(exported)]
    query = (
        "SELECT address, reason FROM outcome WHERE run_id = ? AND outcome IN ('skipped', 'failed') ORDER BY sequence"
    )
    assert rows == stored(on, query, number_of(run))


@proves("R69")
def test_a_bounced_mailbox_is_ignored(on: Stage, run: dict[str, Any]) -> None:
    assert reason_of(on, run, BOUNCED) == [("skipped", "bounced")]


@proves("R70")
def test_whoever_is_unsubscribed_from_the_organization_is_ignored(on: Stage, run: dict[str, Any]) -> None:
    assert reason_of(on, run, OBJECTED) == [("skipped", "do_not_mail")]


@proves("R71")
def test_the_address_of_a_role_is_ignored(on: Stage, run: dict[str, Any]) -> None:
    assert reason_of(on, run, "careers@example.com") == [("skipped", "role_address")]


@proves("R72")
def test_a_customer_that_is_there_twice_is_a_file_duplicate(on: Stage, run: dict[str, Any]) -> None:
    query = "SELECT title FROM outcome WHERE run_id = ? AND reason = 'file_duplicate'"

    assert stored(on, query, number_of(run)) == [("Köhler Konzerte",)]


@proves("R73", "R46")
@pytest.mark.parametrize("address", ["patriciazylker.com", "john@gnail.com"])
def test_an_invalid_pattern_is_ignored(on: Stage, run: dict[str, Any], address: str) -> None:
    assert reason_of(on, run, address) == [("skipped", "invalid_pattern")]
    assert stored(on, "SELECT count(*) FROM contact WHERE email = ?", address) == [(0,)]


@proves("R74")
def test_a_customer_without_an_address_is_ignored(on: Stage, run: dict[str, Any]) -> None:
    assert reason_of(on, run, "") == [("skipped", "empty_email")]
