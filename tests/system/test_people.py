"""People by hand, by file and erased, typed at the real command line (R14, R62, R65, R69, R70; 1.5 rows 7 to 22)."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from demo import play
from demo.stage import CommandFailed, Stage, stage
from fakes.typed import Typed


@pytest.fixture(scope="module")
def on() -> Iterator[Stage]:
    """Give a stage on which the first act was played: the Chinook customers are on the list `customers`."""
    with stage(loud=False) as bare:
        on = Typed(bare.folder, bare.sandbox, bare.daemon, loud=False)
        for step in play.FIRST_ACT:
            step(on)
        yield on


def show(on: Stage, address: str) -> dict[str, Any]:
    found: dict[str, Any] = on.ask(f"contacts show {address}")
    return found


def skipped(on: Stage) -> dict[str, str]:
    """Give the reasons of the records that the newest run did not take, by address; without one, by source id."""
    run = on.ask("runs list books-main")[0]["name"]
    return {one.get("email") or one["source_id"]: one["reason"] for one in on.ask(f"runs skipped {run}")}


def traces(on: Stage, *words: str) -> set[str]:
    octets = b"".join(path.read_bytes() for path in on.folder.glob("contactd.db*")).lower()
    return {word for word in words if word.lower().encode() in octets}


def test_a_contact_is_made_edited_and_deleted_by_hand(on: Stage) -> None:
    on.ctl("contacts create Jo@Example.com --set first-name=Jo --list customers")
    on.ctl("contacts edit jo@example.com --set last-name=Doe --list -customers")
    made = show(on, "jo@example.com")
    on.ctl("contacts delete jo@example.com")
    deleted = on.ask("contacts list --status deleted")
    on.ctl("contacts undelete jo@example.com")

    assert (made["email"], made["values"]) == ("Jo@Example.com", {"first-name": "Jo", "last-name": "Doe"})
    assert made["origins"] == {"first-name": "manual", "last-name": "manual"}
    assert made["memberships"][0]["state"] == "STATE_REMOVED"
    assert [one["email"] for one in deleted] == ["Jo@Example.com"]
    assert show(on, "jo@example.com")["status"] == "STATUS_LIVE"


def test_no_sync_overwrites_what_was_typed(on: Stage) -> None:
    on.ctl(f"contacts edit {play.CHANGED} --set first-name=Typed")
    on.ctl("syncs run books-main --full --watch")
    kept = show(on, play.CHANGED)["values"]["first-name"]

    on.ctl(f"contacts edit {play.CHANGED} --reset first-name")
    on.ctl("syncs run books-main --full --watch")

    assert kept == "Typed"
    assert show(on, play.CHANGED)["values"]["first-name"] == "Bjørn"


def test_who_unsubscribed_by_themselves_is_not_turned_back(on: Stage) -> None:
    on.ctl("contacts unsubscribe hholy@gmail.com --by-self --evidence 'clicked the link'")

    with pytest.raises(CommandFailed) as refused:
        on.ctl("contacts subscribe hholy@gmail.com")
    on.ctl("syncs run books-main --full --watch")

    assert refused.value.code == 4
    assert "only they can take that back" in refused.value.told
    assert skipped(on)["hholy@gmail.com"] == "do_not_mail"
    consent = on.ask("contacts consent hholy@gmail.com")
    assert [(one["subject"], one["new"], one["actor"]) for one in consent] == [
        ("subscription_type", "marketing", "run/1"),
        ("subscription_type", "unsubscribed", "self"),
    ]


def test_a_skipped_export_is_repaired_and_imported(on: Stage) -> None:
    skipped, mended = on.folder / "to-mend.csv", on.folder / "mended.csv"
    on.ctl(f"runs skipped 1 --output {skipped}")
    with skipped.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["email"] = row["suggestion"] or row["email"]
    with mended.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)

    told = json.loads(on.ctl(f"contacts import {mended} --list customers --rejected {on.folder}/again.csv --json"))
    again = json.loads(on.ctl(f"contacts import {mended} --list customers --json"))

    assert told["lines"] == sum(told["counts"].values()) == 5
    assert told["counts"] == {
        "added": 1,
        "skipped:empty_email": 2,
        "skipped:role_address": 1,
        "unchanged": 1,
    }
    assert again["counts"] == {"skipped:empty_email": 2, "skipped:role_address": 1, "unchanged": 2}
    assert show(on, "john@gmail.com")["lists"] == ["workspaces/default/lists/customers"]
    assert (on.folder / "again.csv").read_text().count("\n") == 4


def test_a_column_that_is_no_field_is_refused_before_anything_is_taken(on: Stage) -> None:
    file = on.folder / "odd.csv"
    file.write_text("email,shoe-size\nsize@example.com,44\n")

    with pytest.raises(CommandFailed) as refused:
        on.ctl(f"contacts import {file}")

    assert refused.value.code == 1
    assert "shoe-size" in refused.value.told
    with pytest.raises(CommandFailed):
        show(on, "size@example.com")


def test_an_export_of_contacts_comes_in_again(on: Stage) -> None:
    for name in ("contacts.csv", "contacts.jsonl"):
        file = on.folder / name
        on.ctl(f"contacts export --output {file}")

        told = json.loads(on.ctl(f"contacts import {file} --json"))

        assert set(told["counts"]) <= {"unchanged", "skipped:do_not_mail"}
        assert told["counts"]["unchanged"] >= 60


def test_suppressions_are_added_lifted_and_carried_about(on: Stage) -> None:
    bounced = on.folder / "bounced.txt"
    bounced.write_text("bounce1@example.com\nbounce2@example.com\nno address\nbounce1@example.com\n")
    told = json.loads(on.ctl(f"suppressions import {bounced} --kind hard-bounce --json"))
    on.ctl("suppressions add blocked@example.com --kind blocked --evidence 'asked by phone'")
    (entry,) = on.ask("suppressions list --email Blocked@example.com")
    with pytest.raises(CommandFailed, match="blocked"):
        on.ctl("contacts create blocked@example.com")

    on.ctl(f"suppressions remove {entry['name'].rpartition('/')[2]}")
    on.ctl("contacts create blocked@example.com")
    on.ctl(f"suppressions export --output {on.folder}/suppressions.csv")
    again = json.loads(on.ctl(f"suppressions import {on.folder}/suppressions.csv --json"))

    assert told["counts"] == {"added": 2, "failed:rejected": 1, "unchanged": 1}
    assert set(again["counts"]) == {"unchanged"}


def test_an_erased_person_leaves_no_trace_and_does_not_come_back(on: Stage) -> None:
    gone = show(on, "luisg@embraer.com.br")
    on.ctl("contacts unsubscribe luisg@embraer.com.br --evidence 'Luis called'")

    told = json.loads(on.ctl("contacts erase luisg@embraer.com.br --yes --json"))
    left = traces(on, "luisg@embraer", "Embraer - Empresa")
    on.ctl("syncs run books-main --full --watch")
    reasons = skipped(on)
    explained = on.ctl("contacts explain luisg@embraer.com.br")

    assert told["contact"] == gone["name"]
    assert left == set() == traces(on, "luisg@embraer")
    assert "erased" in reasons.values()
    assert "luisg@embraer.com.br" not in reasons
    assert told["digest"][:8] in explained
    assert on.ask("contacts list --status erased")[0]["name"] == gone["name"]
    log = Path(on.folder / "contactd.log").read_text()
    assert "luisg" not in log
