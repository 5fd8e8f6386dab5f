"""What runs did, typed at the real command line: counters of both views, reasons, diff, explain, undo (R57 to R74)."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest

from demo import play
from demo.stage import Stage, stage
from fakes.typed import Typed
from system.chinook import SKIPPED

ANNA = "astrid.gruber@apple.at"
BJORN = "bjorn.hansen@yahoo.no"


@pytest.fixture(scope="module")
def on() -> Iterator[Stage]:
    """Give a stage on which the first act was played: run 1 has brought the Chinook customers."""
    with stage(loud=False) as bare:
        on = Typed(bare.folder, bare.sandbox, bare.daemon, loud=False)
        for step in play.FIRST_ACT:
            step(on)
        yield on


def newest(on: Stage) -> dict[str, Any]:
    run: dict[str, Any] = on.ask("runs list books-main")[0]
    return run


def number(run: dict[str, Any]) -> str:
    return str(run["name"]).rpartition("/")[2]


def view(run: dict[str, Any], which: str) -> dict[str, int]:
    """Give the counters of one view that are not nothing."""
    return {name: int(told) for name, told in run["counts"][f"{which}_view"].items() if int(told)}


def run(on: Stage, how: str = "--full") -> dict[str, Any]:
    on.ctl(f"syncs run books-main {how} --watch")
    return newest(on)


def test_a_history_row_has_its_time_and_the_new_counters(on: Stage) -> None:
    """R57 to R61."""
    first = on.ask("runs show 1")
    shown = on.ctl("syncs show books-main")

    assert view(first, "new") == {"total": 65, "added": 60, "skipped": 5}
    heading = shown.split("Sync History\n")[1].splitlines()[0]
    assert heading.split()[-6:] == ["Total", "Added", "Updated", "Unchanged", "Removed", "Skipped"]
    assert "Sync time" in heading
    assert first["start_time"] <= first["end_time"]


def test_a_history_row_has_the_old_counters_with_the_reasons_why_records_were_ignored(on: Stage) -> None:
    """R63, R64, R66, R67, R71 to R74."""
    first = on.ask("runs show 1")

    shown = on.ctl("runs show 1 --view old")

    assert view(first, "old") == {
        "total": 65,
        "new": 60,
        "ignored": 5,
        "ignored_empty": 2,
        "ignored_invalid_pattern": 1,
        "ignored_group": 1,
        "ignored_file_duplicate": 1,
    }
    for title in ("Duplicate", "ignored: Bounced", "ignored: Do-Not-Mail", "ignored: Group Email(s)"):
        assert title in shown


def test_the_skipped_records_are_exported_from_the_history_row(on: Stage) -> None:
    """R62."""
    file = on.ctl("runs skipped 1 --format csv --bom")

    rows = list(csv.DictReader(io.StringIO(file.lstrip("\ufeff"))))
    assert {row["name"]: row["reason"] for row in rows} == SKIPPED


def test_who_bounced_and_who_unsubscribed_is_ignored(on: Stage) -> None:
    """R69, R70."""
    on.ctl(f"suppressions add {ANNA} --kind hard-bounce")
    on.ctl(f"contacts unsubscribe {BJORN} --by-self --evidence 'a letter'")

    ran = run(on)

    old = view(ran, "old")
    assert (old["ignored_bounced"], old["ignored_do_not_mail"]) == (1, 1)
    assert old["duplicate"] == 58


def test_who_was_deleted_here_is_re_added_and_who_is_deleted_there_is_deleted(on: Stage) -> None:
    """R65, R68."""
    on.ctl("contacts delete ftremblay@gmail.com")
    on.sandbox.delete(on.sandbox.find("daan_peeters@apple.be"))

    ran = run(on, "--sweep")

    old = view(ran, "old")
    assert (old["readded"], old["deleted"]) == (1, 1)


def test_a_run_shows_what_it_changed_before_and_after(on: Stage) -> None:
    on.sandbox.edit(on.sandbox.find("hholy@gmail.com"), first_name="Helenka")

    ran = run(on, "")
    told = on.ask(f"runs diff {number(ran)}")

    assert [one["email"] for one in told] == ["hholy@gmail.com"]
    assert told[0]["changes"] == [{"what": "first-name", "before": "Helena", "after": "Helenka"}]


def test_a_run_is_undone_and_its_sync_paused(on: Stage) -> None:
    on.sandbox.edit(on.sandbox.find("hholy@gmail.com"), first_name="Lena")
    ran = run(on, "")

    said = on.ctl(f"runs undo {number(ran)} --watch")
    undone = newest(on)

    assert undone["trigger"] == "TRIGGER_UNDO"
    assert undone["undoes"] == ran["name"]
    assert "1 updated" in said
    assert on.ask("contacts show hholy@gmail.com")["values"]["first-name"] == "Helenka"
    assert on.ask("syncs show books-main")["state"] == "STATE_PAUSED"
    on.ctl(f"runs undo {number(ran)}", code=4)
    on.ctl("syncs resume books-main")


def test_a_contact_is_explained_with_every_change(on: Stage) -> None:
    screen = on.ctl("contacts explain hholy@gmail.com")
    told = on.ask("contacts explain hholy@gmail.com")

    assert screen.startswith("The contact is here because of record")
    assert "first-name: Helena → Helenka" in " ".join(screen.split())
    assert told["history"][0]["what"] == "added"
    assert told["consent"][0]["new"] == "marketing"


def test_an_address_that_is_not_here_is_explained(on: Stage) -> None:
    bounced = on.ask("contacts explain john@gnail.com")
    nobody = on.ask("contacts explain nobody@example.com")

    assert "is not one that mail can reach" in bounced["verdict"]
    assert bounced["suggestion"] == "john@gmail.com"
    assert nobody["verdict"] == "No contact has this address, and no sync knows a record with it."


def test_of_an_erased_person_only_a_digest_is_told(on: Stage) -> None:
    on.ctl("contacts erase leonekohler@surfeu.de --yes")

    told = on.ask("contacts explain leonekohler@surfeu.de")

    assert len(told["digest"]) == 64
    assert "leonekohler" not in str(told)
