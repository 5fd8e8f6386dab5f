"""R29 to R37: the fields of the source, mapped to fields of contacts."""

import json

import pytest

from demo.stage import Stage
from requirements.proof import connect, counted, last_run, proves, refused, stored


@pytest.fixture(scope="module", autouse=True)
def customer(on: Stage) -> str:
    """Give one customer a value of its own field, and tell its address."""
    contact = on.sandbox.find("ftremblay@gmail.com")
    on.sandbox.edit(contact, company_name="Tremblay SA")
    return "ftremblay@gmail.com"


def fields_of(on: Stage, email: str) -> dict[str, object]:
    """Give the values that the store holds of a contact."""
    ((text,),) = stored(on, "SELECT fields FROM contact WHERE email_key = ?", email)
    values: dict[str, object] = json.loads(text)
    return values


@proves("R29", "R31", "R35")
def test_names_are_mapped_without_being_asked_and_arrive_when_the_sync_is_initiated(on: Stage, customer: str) -> None:
    on.ctl("syncs create suggested --connection books --list customers")
    lines = {(line["source_field"], line["target_field"]) for line in on.ask("syncs mapping suggested")["lines"]}

    on.ctl("syncs initiate suggested --yes --watch")

    assert lines == {("email", "email"), ("first_name", "first-name"), ("last_name", "last-name")}
    assert fields_of(on, customer)["last-name"] == "Tremblay"
    assert stored(on, "SELECT state FROM sync WHERE name = 'suggested'") == [("completed",)]


@proves("R30", "R34")
def test_more_fields_are_mapped_and_a_new_field_is_named_like_the_source_field(on: Stage, customer: str) -> None:
    on.ctl("syncs create wider --connection books --list customers --new-field company_name")

    on.ctl("syncs initiate wider --yes --watch")

    assert stored(on, "SELECT title, type, origin FROM field WHERE name = 'company'") == [("Company", "text", "sync")]
    assert fields_of(on, customer)["company"] == "Tremblay SA"


@proves("R34")
def test_a_field_that_is_there_is_not_made_again(on: Stage) -> None:
    on.ctl("fields create region --title Region --type text")

    on.ctl("syncs create regional --connection books --list customers --new-field source=region")

    assert stored(on, "SELECT origin FROM field WHERE name = 'region'") == [("manual",)]


@proves("R32")
def test_a_mapping_without_the_address_is_refused(on: Stage) -> None:
    line = "--no-suggested --map first_name=first-name"

    told = refused(on, f"syncs create nameless --connection books --list customers {line}")

    assert "no line to 'email'" in told
    assert stored(on, "SELECT count(*) FROM sync WHERE name = 'nameless'") == [(0,)]


@proves("R33")
def test_the_name_need_not_be_mapped(on: Stage) -> None:
    on.ctl("syncs create address-only --connection books --list customers --no-suggested --map email=email")

    on.ctl("syncs initiate address-only --yes --watch")

    assert last_run(on, "address-only")["state"] == "STATE_SUCCEEDED"
    lines = "SELECT target_field FROM mapping_line m JOIN sync s ON s.id = m.sync_id WHERE s.name = 'address-only'"
    assert stored(on, lines) == [("email",)]


@proves("R37")
def test_a_custom_field_of_the_source_is_offered_and_mapped(on: Stage) -> None:
    offered = [field["id"] for field in on.ask("fields source books") if field["id"].startswith("cf_")]

    on.ctl(f"syncs create customized --connection books --list customers --new-field {offered[0]}=own-field")
    on.ctl("syncs initiate customized --yes --watch")

    assert any("own-field" in json.loads(text) for (text,) in stored(on, "SELECT fields FROM contact"))


@proves("R36")
def test_the_disclaimer_about_the_contact_limit_is_acknowledged_and_the_sync_stops_there(on: Stage) -> None:
    on.ctl("workspaces create small --title Small")
    connect(on, "books", workspace="small")
    on.ctl("--workspace small lists create customers --title Customers")
    on.ctl("workspaces edit small --contact-limit 10")
    on.ctl("--workspace small syncs create main --connection books --list customers")

    told = refused(on, "--workspace small syncs initiate main")
    on.ctl("--workspace small syncs initiate main --acknowledge contact_limit --watch")

    run = last_run(on, "main", workspace="small")
    here = "c JOIN workspace w ON w.id = c.workspace_id WHERE w.name = 'small'"
    assert "contact_limit" in told
    assert (counted(run)["added"], run["with_errors"]) == (10, True)
    assert int(run["counts"]["by_reason"]["skipped:limit"]) == 50
    assert stored(on, f"SELECT count(*) FROM contact {here}") == [(10,)]
