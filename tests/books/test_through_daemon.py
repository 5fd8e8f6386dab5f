"""Zoho Books and Zoho Invoice as people meet them: typed commands, a real daemon, and the calls that Zoho saw."""

from collections.abc import Iterator
from typing import Any

import pytest

from demo.stage import Stage, stage
from fakes.typed import Typed
from requirements.proof import connect, counted, last_run, proves, refused, stored

DETAILS = "/books/v3/contacts/*"
LIST = "/books/v3/contacts"

BJORN = {
    "first_name": "Bjørn",
    "last_name": "Hansen",
    "email": "bjorn.hansen@yahoo.no",
    "is_primary_contact": True,
}


@pytest.fixture(scope="module")
def on() -> Iterator[Stage]:
    with stage(loud=False) as bare:
        on = Typed(bare.folder, bare.sandbox, bare.daemon, loud=False)
        on.daemon.start()
        connect(on)
        connect(on, "invoice", kind="zoho-invoice")
        for name in ("indians", "persons", "everyone"):
            on.ctl(f"lists create {name} --title {name}")
        yield on


def calls(on: Stage) -> tuple[int, int]:
    """How many pages of the list were asked for, and how many details."""
    return len(on.sandbox.journal(LIST)), len(on.sandbox.journal(DETAILS))


def ran(on: Stage, sync: str, how: str = "") -> dict[str, Any]:
    on.sandbox.clear_journal()
    on.ctl(f"syncs run {sync} {how} --watch")
    return last_run(on, sync)


@proves("R26")
def test_only_indian_customers_are_wanted_which_costs_a_call_for_each_once(on: Stage) -> None:
    on.ctl("""syncs create indians --connection books --list indians --criteria 'country is "India"' --no-sweep""")
    warned = on.ask("syncs validate indians")["warnings"]
    told = refused(on, "syncs initiate indians")
    on.sandbox.clear_journal()

    on.ctl("syncs initiate indians --acknowledge detail_calls --watch")
    first, cost = counted(last_run(on, "indians")), calls(on)
    ran(on, "indians")
    nothing_new = calls(on)
    ran(on, "indians", "--full")
    everything = calls(on)

    assert [warning["id"] for warning in warned] == ["detail_calls"]
    assert "'country' only in a call for each record" in warned[0]["message"]
    assert "--acknowledge detail_calls" in told
    assert first["added"] == 2
    assert cost == (1, 65)
    assert nothing_new == (1, 0)
    assert everything == (1, 0)


def test_what_a_field_costs_is_shown(on: Stage) -> None:
    shown = on.ctl("fields source books").splitlines()

    line = {row.split()[0]: row for row in shown if row.strip()}
    assert line["country"].endswith("a call each")
    assert line["company_name"].endswith("-")
    assert "customer_company_name" in on.ctl("fields source books --module contact_persons")


def test_a_mapped_balance_is_warned_of(on: Stage) -> None:
    mapped = "--new-field outstanding_receivable_amount=owed"
    on.ctl(f"syncs create balances --connection books --list everyone {mapped} --no-sweep")

    (warning,) = on.ask("syncs validate balances")["warnings"]

    assert warning["id"] == "drifting_values"


def test_every_contact_person_is_a_record_and_one_that_is_gone_is_found_by_a_sweep(on: Stage) -> None:
    customer = on.sandbox.find("bjorn.hansen@yahoo.no")
    aase = {"first_name": "Åse", "last_name": "Hansen", "email": "aase.hansen@yahoo.no"}
    on.sandbox.edit(customer, contact_persons=[BJORN, aase])
    mapped = "--new-field customer_company_name=company --new-field designation=job"
    on.ctl(f"syncs create persons --connection books --module contact_persons --list persons {mapped} --no-sweep")
    on.sandbox.clear_journal()
    on.ctl("syncs initiate persons --yes --watch")
    cost = calls(on)
    both = {row[0] for row in stored(on, "SELECT source_id FROM link WHERE source_id LIKE ?", f"{customer}/%")}
    on.sandbox.edit(customer, contact_persons=[BJORN])

    swept = ran(on, "persons", "--sweep")

    assert len(both) == 2
    # The other customers' details lie on the shelf since the sync before.
    assert cost == (1, 1)
    assert swept["state"] == "STATE_SUCCEEDED"
    assert counted(swept).get("removed", 0) >= 1
    assert stored(on, "SELECT status FROM contact WHERE email = 'aase.hansen@yahoo.no'") == [("deleted",)]


def test_books_and_invoice_on_one_organization_do_not_double_people(on: Stage) -> None:
    on.ctl("syncs create of-books --connection books --list everyone --no-sweep")
    on.ctl("syncs create of-invoice --connection invoice --list everyone --no-sweep")
    on.ctl("syncs initiate of-books --yes --watch")
    (people,) = stored(on, "SELECT count(*) FROM contact")

    on.ctl("syncs initiate of-invoice --yes --watch")

    counts = counted(last_run(on, "of-invoice"))
    assert stored(on, "SELECT count(*) FROM contact") == [people]
    assert "added" not in counts
    assert counts["updated"] == counted(last_run(on, "of-books")).get("added", 0) + counted(
        last_run(on, "of-books")
    ).get("updated", 0)
