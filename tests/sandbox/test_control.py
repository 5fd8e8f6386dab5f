"""The control API and its client: what a test does to the sandbox, and what it may ask."""

import subprocess
import sys

import pytest

from contactd_zoho_sandbox.control import SandboxError


@pytest.fixture(autouse=True)
def clean(sandbox):
    sandbox.clear_journal()


def test_a_contact_is_added_found_edited_and_deleted(sandbox, zoho):
    contact_id = sandbox.add("Bo Ek", first_name="Bo", last_name="Ek", email="Bo.Ek@posteo.de")
    found = sandbox.find("bo.ek@posteo.de")
    sandbox.edit(contact_id, email="bo@posteo.de", billing_address={"country": "India"})
    row = zoho.contacts(email="bo@posteo.de")[0]
    country = sandbox.get(contact_id)["billing_address"]["country"]
    sandbox.delete(contact_id)

    assert found == contact_id == row["contact_id"]
    assert row["first_name"] == "Bo"
    assert country == "India"
    assert zoho.get(f"/contacts/{contact_id}").error == (404, 1002)
    assert sandbox.find_all("bo@posteo.de") == []


def test_two_contacts_may_share_an_address(sandbox):
    assert len(sandbox.find_all("leonekohler@surfeu.de")) == 2


def test_an_edit_moves_the_stamp_to_now_unless_it_is_kept(sandbox):
    contact_id = sandbox.add("Stamp", last_modified_time="2022-01-01T00:00:00-0500")

    kept = sandbox.edit(contact_id, keep_stamp=True, website="stamp.example")
    moved = sandbox.edit(contact_id, website="stamp.test")
    sandbox.delete(contact_id)

    assert kept["last_modified_time"] == "2022-01-01T00:00:00-0500"
    assert kept["website"] == "stamp.example"
    assert moved["last_modified_time"] > kept["last_modified_time"]


def test_everything_that_only_zoho_could_set_can_be_set(sandbox):
    contact_id = sandbox.add("Anything")

    edited = sandbox.edit(
        contact_id,
        status="inactive",
        contact_type="vendor",
        source="csv",
        outstanding_payable_amount=1,
        created_time="2020-02-03T04:05:06-0500",
        custom={"cf_favorite_genre": "Rock"},
    )
    emptied = sandbox.edit(contact_id, custom={"cf_favorite_genre": None})
    sandbox.delete(contact_id)

    assert (edited["status"], edited["contact_type"], edited["source"]) == ("inactive", "vendor", "csv")
    assert edited["created_time"] == "2020-02-03T04:05:06-0500"
    assert edited["cf_favorite_genre"] == "Rock"
    assert emptied["custom_fields"] == []


def test_contacts_go_to_the_organization_that_is_named(sandbox, caller_for):
    elsewhere = sandbox.ready.organizations[1].organization_id

    contact_id = sandbox.add("Far Away", organization_id=elsewhere, email="far@away.in")

    assert caller_for(sandbox, place=1).names(email="far@away.in") == ["Far Away"]
    assert sandbox.find_all("far@away.in", organization_id=sandbox.ready.organizations[0].organization_id) == []
    sandbox.delete(contact_id)


def test_mutating_changes_so_many_and_no_other(sandbox, zoho):
    before = {row["contact_id"]: row for row in zoho.contacts()}

    changed = sandbox.mutate(10)
    again = sandbox.mutate(10)

    after = {row["contact_id"]: row for row in zoho.contacts()}
    assert len(set(changed)) == 10
    assert changed == again
    assert {key for key in after if after[key] != before[key]} == set(changed)
    assert all(after[key]["last_name"] != before[key]["last_name"] for key in changed)


def test_nothing_mutated_is_nothing_changed(sandbox, zoho):
    before = zoho.contacts()

    assert sandbox.mutate(0) == []
    assert zoho.contacts() == before


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (lambda sandbox: sandbox.edit("1", phone="1"), "There is no contact '1'."),
        (lambda sandbox: sandbox.find("nobody@nowhere.net"), "No contact has the address 'nobody@nowhere.net'."),
        (lambda sandbox: sandbox.add("X", shoe_size=44), "unknown field `shoe_size`"),
        (lambda sandbox: sandbox.add("X", organization_id="1"), "There is no organization '1'."),
        (lambda sandbox: sandbox.add("Riotur"), "The contact name 'Riotur' already exists"),
        (lambda sandbox: sandbox.add("X", custom={"cf_none": 1}), "Invalid value passed for custom_fields"),
        (lambda sandbox: sandbox.add("X", created_time="now"), "Invalid value passed for created_time"),
        (lambda sandbox: sandbox.mutate(10_000), "'count' must be from 0 to"),
        (lambda sandbox: sandbox.set_limits(per_year=1), "unknown field `per_year`"),
        (lambda sandbox: sandbox.set_limits(per_minute="many"), "`$.per_minute`"),
        (lambda sandbox: sandbox.plant(kind="earthquake"), "Invalid value 'earthquake'"),
        (lambda sandbox: sandbox.plant(kind="throttle", code=7), "the code of a throttle is one of"),
        (lambda sandbox: sandbox.release(12345), "There is no fault '12345'"),
        (lambda sandbox: sandbox.grant("ZohoBooks.Contacts.read"), "The scope 'ZohoBooks.Contacts.read' is unknown"),
    ],
)
def test_a_wrong_control_call_is_told_in_a_sentence(sandbox, wrong, sentence):
    with pytest.raises(SandboxError) as told:
        wrong(sandbox)

    assert sentence in str(told.value)


def test_an_unknown_control_path_is_told_in_a_sentence(zoho):
    answer = zoho("GET", "/sandbox/weather")

    assert answer.status == 404
    assert answer.body["error"].startswith("There is no GET /sandbox/weather")


def test_the_journal_has_every_call_but_those_of_control(sandbox, zoho):
    zoho.get("/contacts", page=1, per_page=5)
    zoho.get("/contacts/1")
    zoho.form("/oauth/v2/token", grant_type="x")
    sandbox.state()

    calls = sandbox.journal()

    assert [(call.method, call.path, call.status) for call in calls] == [
        ("GET", "/books/v3/contacts", 200),
        ("GET", "/books/v3/contacts/1", 404),
        ("POST", "/oauth/v2/token", 200),
    ]
    assert calls[0].query == f"organization_id={zoho.organization_id}&page=1&per_page=5"
    assert [call.path for call in sandbox.journal("/oauth/*")] == ["/oauth/v2/token"]
    sandbox.clear_journal()
    assert sandbox.journal() == []


def test_the_state_tells_what_there_is(sandbox):
    state = sandbox.state()

    assert state["url"] == sandbox.url
    assert [row["name"] for row in state["organizations"]] == ["Chinook Records", "Quiet Harbour Trading"]
    assert [row["contacts"] for row in state["organizations"]] == [66, 2]
    assert state["limits"] == {
        "per_minute": None,
        "block_seconds": 1800,
        "user_per_minute": None,
        "user_block_seconds": 3600,
        "per_day": 1_000_000,
        "at_once": None,
        "token_seconds": 3600,
        "grant_seconds": 60,
        "refresh_tokens": 20,
        "access_tokens": 10,
        "access_seconds": 600,
        "live_tokens": 15,
        "device_seconds": 300,
        "device_interval": 30,
    }


def test_the_client_loads_nothing_that_the_sandbox_is_made_of():
    code = "import contactd_zoho_sandbox.control, sys; print(*sorted(sys.modules))"

    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    assert not {"aiohttp", "msgspec", "asyncio"} & set(loaded)
    ours = {name for name in loaded if name.startswith("contactd")}
    assert {".".join(name.split(".")[:2]) for name in ours} == {
        "contactd_zoho_sandbox",
        "contactd_zoho_sandbox.control",
        "contactd_zoho_sandbox.remote",
    }


def test_the_owner_gets_another_address(sandbox, zoho):
    before = sandbox.ready.email

    sandbox.readdress_owner("new@chinookcorp.com")

    told = zoho.get("/users/me").body["user"]["email_ids"]
    sandbox.readdress_owner(before)
    assert [each["email"] for each in told] == ["new@chinookcorp.com"]
