"""What a new sandbox holds: Chinook as its file says, generated customers the same every time."""

import json
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

import contactd_zoho_sandbox
from contactd_zoho_sandbox.control import Sandbox
from contactd_zoho_sandbox.finance.listing import listing
from contactd_zoho_sandbox.seeds.plan import Plan, sow
from contactd_zoho_sandbox.switches import Switches
from contactd_zoho_sandbox.zoho import Zoho

DATA = Path(contactd_zoho_sandbox.__file__).parent / "data"
CHINOOK = json.loads((DATA / "chinook.json").read_text(), parse_float=Decimal)


@pytest.fixture(scope="module")
def details(zoho):
    rows = zoho.contacts(sort_column="created_time")
    return [zoho.get(f"/contacts/{row['contact_id']}").body["contact"] for row in rows]


@pytest.fixture(scope="module")
def customers(details):
    return details[: len(CHINOOK["customers"])]


@pytest.fixture(scope="module")
def awkward(details):
    return {contact["contact_name"]: contact for contact in details[len(CHINOOK["customers"]) :]}


def test_the_licence_of_the_data_comes_with_it():
    assert "Copyright (c) 2008-2024 Luis Rocha" in (DATA / "LICENSE.md").read_text()


def test_each_customer_is_a_contact_with_a_person_and_an_address(customers):
    for contact, source in zip(customers, CHINOOK["customers"], strict=True):
        name = f"{source['FirstName']} {source['LastName']}"
        assert contact["contact_name"] == (source["Company"] or name)
        assert contact["company_name"] == (source["Company"] or "")
        assert (contact["first_name"], contact["last_name"]) == (source["FirstName"], source["LastName"])
        assert (contact["email"], contact["phone"]) == (source["Email"], source["Phone"] or "")
        address = contact["billing_address"]
        assert [address[key] for key in ("address", "city", "state", "zip", "country")] == [
            source[key] or "" for key in ("Address", "City", "State", "PostalCode", "Country")
        ]


def test_what_is_outstanding_is_the_sum_of_all_invoices(customers):
    totals: dict[int, Decimal] = defaultdict(Decimal)
    for invoice in CHINOOK["invoices"]:
        totals[invoice["CustomerId"]] += invoice["Total"]

    for contact, source in zip(customers, CHINOOK["customers"], strict=True):
        assert Decimal(str(contact["outstanding_receivable_amount"])) == totals[source["CustomerId"]]


def test_contacts_are_made_one_after_the_other_and_changed_later(details):
    created = [contact["created_time"] for contact in details]

    assert created == sorted(set(created))
    assert all(contact["last_modified_time"] >= contact["created_time"] for contact in details)


def test_the_awkward_ones_are_awkward(awkward):
    emails = {name: contact["email"] for name, contact in awkward.items()}

    assert emails == {
        "Walk-in Sales": "",
        "Greta Lindqvist": "",
        "John Harper": "john@gnail.com",
        "Riverside Vinyl Fair": "info@riversidevinylfair.com",
        "Köhler Konzerte": "leonekohler@surfeu.de",
        "Groove Pressing Plant": "paula.novak@groovepressing.com",
        "Old Needle Exchange": "owen.nash@oldneedle.com",
    }
    assert [name for name in awkward if not awkward[name]["contact_persons"]] == ["Walk-in Sales"]
    assert [name for name in awkward if awkward[name]["contact_type"] == "vendor"] == ["Groove Pressing Plant"]
    assert [name for name in awkward if awkward[name]["status"] == "inactive"] == ["Old Needle Exchange"]


def generated(folder, **plan):
    """Give the rows of the generated customers of a new store."""
    zoho = Zoho(folder / "sandbox.db")
    sow(zoho, Plan(**plan))
    book = next(iter(zoho.books.values()))
    rows, page, more = [], 0, True
    while more:
        page += 1
        asked = {"sort_column": "created_time", "page": str(page)}
        found, more = book.page(listing(asked, book.organization.time_zone, Switches()))
        rows += [json.loads(row) for row in found]
    zoho.close()
    return rows


@pytest.fixture(scope="module")
def thousand(tmp_path_factory):
    return generated(tmp_path_factory.mktemp("thousand"), generate=1000)


def test_as_many_are_generated_as_were_asked_for(thousand):
    assert len(thousand) == 1000
    assert {row["contact_type"] for row in thousand} == {"customer"}


def test_generated_names_and_addresses_are_unique_and_good(thousand):
    assert len({row["contact_name"].casefold() for row in thousand}) == 1000
    assert len({row["email"] for row in thousand}) == 1000
    assert all(row["email"].isascii() and row["email"].count("@") == 1 for row in thousand)


def test_the_same_seed_generates_the_same_and_another_one_others(tmp_path_factory, thousand):
    assert generated(tmp_path_factory.mktemp("same"), generate=1000) == thousand
    assert generated(tmp_path_factory.mktemp("other"), generate=1000, seed=2) != thousand


def test_a_share_of_bad_addresses_is_met(tmp_path):
    rows = generated(tmp_path, generate=200, bad_share=0.1)

    emails = [row["email"] for row in rows]
    assert emails.count("") == 4
    assert emails.count("same@shared.com") == 4
    assert sum(email.startswith("info@") for email in emails) == 4
    assert sum(email.endswith("@gnail.com") for email in emails) == 4
    assert sum("@" not in email for email in emails if email) == 4


def test_both_can_be_had_at_once_and_the_first_is_the_default(caller_for):
    with Sandbox.start(load="chinook", generate=10) as sandbox:
        names = [organization.name for organization in sandbox.ready.organizations]
        listed = caller_for(sandbox).get("/organizations").body["organizations"]

    assert names == ["Chinook Records", "Generated Customers", "Quiet Harbour Trading"]
    assert [row["is_default_org"] for row in listed] == [True, False, False]
