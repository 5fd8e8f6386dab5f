"""Writing through the product, as a test of a target would: POST, PUT, DELETE, active, inactive."""

from urllib.parse import urlencode

import pytest


@pytest.fixture
def contact(zoho):
    body = {
        "contact_name": "Northern Lights",
        "company_name": "Northern Lights Ltd",
        "contact_persons": [
            {"first_name": "Nora", "last_name": "Ek", "email": "nora@northern.example", "designation": "Owner"},
            {"first_name": "Nils", "email": "nils@northern.example", "is_primary_contact": True},
        ],
        "billing_address": {"city": "Tromsø", "country": "Norway"},
        "custom_fields": [{"api_name": "cf_favorite_genre", "value": "Jazz"}],
        "a_key_that_zoho_does_not_know": 1,
    }
    answer = zoho.books("POST", "/contacts", body)
    assert answer.status == 201, answer.text
    yield answer.body["contact"]
    zoho.books("DELETE", f"/contacts/{answer.body['contact']['contact_id']}")


def test_a_new_contact_answers_201_and_is_listed(zoho, contact):
    row = zoho.contacts(contact_name="Northern Lights")[0]

    assert (row["contact_id"], row["source"], row["status"]) == (contact["contact_id"], "api", "active")
    assert (row["first_name"], row["email"]) == ("Nils", "nils@northern.example")
    assert row["cf_favorite_genre"] == "Jazz"
    assert [person["first_name"] for person in contact["contact_persons"]] == ["Nora", "Nils"]
    assert contact["billing_address"]["city"] == "Tromsø"


def test_a_body_may_come_as_a_form(zoho):
    headers = {
        "Authorization": f"Zoho-oauthtoken {zoho.token}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    path = f"/books/v3/contacts?organization_id={zoho.organization_id}"

    answer = zoho("POST", path, body=urlencode({"JSONString": '{"contact_name":"By Form"}'}), headers=headers)
    zoho.books("DELETE", f"/contacts/{answer.body['contact']['contact_id']}")

    assert (answer.status, answer.body["message"]) == (201, "The contact has been added.")


def test_an_edit_changes_what_it_names_and_moves_the_stamp(sandbox, zoho, contact):
    path = f"/contacts/{contact['contact_id']}"
    sandbox.edit(contact["contact_id"], last_modified_time="2026-01-01T00:00:00-0500")
    nora = contact["contact_persons"][0]

    answer = zoho.books(
        "PUT",
        path,
        {
            "notes": "called",
            "billing_address": {"zip": "9008"},
            "contact_persons": [{"contact_person_id": nora["contact_person_id"], "phone": "1"}],
        },
    )

    changed = answer.body["contact"]
    assert answer.body["message"] == "Contact information has been saved."
    assert (changed["notes"], changed["company_name"]) == ("called", "Northern Lights Ltd")
    assert (changed["billing_address"]["city"], changed["billing_address"]["zip"]) == ("Tromsø", "9008")
    assert [person["email"] for person in changed["contact_persons"]] == ["nora@northern.example"]
    assert changed["primary_contact_id"] == nora["contact_person_id"]
    assert changed["last_modified_time"] >= contact["last_modified_time"]
    assert changed["created_time"] == contact["created_time"]


def test_a_custom_value_is_emptied_by_an_empty_one(zoho, contact):
    path = f"/contacts/{contact['contact_id']}"
    body = {"custom_fields": [{"label": "Favorite Genre", "value": ""}]}

    changed = zoho.books("PUT", path, body).body["contact"]

    assert changed["custom_fields"] == []
    assert "cf_favorite_genre" not in changed


def test_active_and_inactive(zoho, contact):
    path = f"/contacts/{contact['contact_id']}"

    off = zoho.books("POST", f"{path}/inactive").body
    status = zoho.get(path).body["contact"]["status"]
    on = zoho.books("POST", f"{path}/active").body

    assert off == {"code": 0, "message": "The contact has been marked as inactive."}
    assert status == "inactive"
    assert on == {"code": 0, "message": "The contact has been marked as active."}


def test_a_deleted_contact_is_gone_and_its_name_free(zoho):
    made = zoho.books("POST", "/contacts", {"contact_name": "Short Life"}).body["contact"]["contact_id"]

    gone = zoho.books("DELETE", f"/contacts/{made}")

    assert gone.body == {"code": 0, "message": "The customer has been deleted."}
    assert zoho.get(f"/contacts/{made}").error == (404, 1002)
    assert zoho.contacts(contact_name="Short Life") == []
    again = zoho.books("POST", "/contacts", {"contact_name": "Short Life"}).body["contact"]["contact_id"]
    zoho.books("DELETE", f"/contacts/{again}")
    assert again > made


def test_names_of_customers_are_unique_but_a_vendor_may_share_one(zoho, contact):
    taken = zoho.books("POST", "/contacts", {"contact_name": "northern lights"})
    vendor = zoho.books("POST", "/contacts", {"contact_name": "Northern Lights", "contact_type": "vendor"})
    renamed = zoho.books("PUT", f"/contacts/{contact['contact_id']}", {"contact_name": "Riotur"})
    zoho.books("DELETE", f"/contacts/{vendor.body['contact']['contact_id']}")

    assert taken.error == (400, 3062)
    assert vendor.status == 201
    assert renamed.error == (400, 3062)
    assert zoho.contacts(contact_name="Northern Lights")[0]["contact_id"] == contact["contact_id"]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("{", (400, 1038)),
        ('{"company_name":"Nameless"}', (400, 6)),
        ('{"contact_name":7}', (400, 4)),
        ('{"contact_name":"' + "x" * 201 + '"}', (400, 4)),
        ('{"contact_name":"X","contact_type":"friend"}', (400, 4)),
        ('{"contact_name":"X","custom_fields":[{"api_name":"cf_none","value":"1"}]}', (400, 2)),
        ('{"contact_name":"X","custom_fields":[{"api_name":"cf_favorite_genre","value":"Noise"}]}', (400, 2)),
        ('{"contact_name":"X","custom_fields":[{"api_name":"cf_member_since","value":"soon"}]}', (400, 2)),
        ('{"contact_name":"X","contact_persons":[{"contact_person_id":"1"}]}', (404, 1002)),
    ],
)
def test_a_body_that_cannot_be_is_refused_and_nothing_kept(zoho, body, error):
    before = len(zoho.contacts())
    path = f"/books/v3/contacts?organization_id={zoho.organization_id}"

    answer = zoho("POST", path, body=body, headers={"Authorization": f"Zoho-oauthtoken {zoho.token}"})

    assert answer.error == error
    assert len(zoho.contacts()) == before


def test_a_reader_may_not_write(sandbox, caller_for):
    reader = caller_for(sandbox, scope="ZohoBooks.contacts.READ")

    assert reader.books("POST", "/contacts", {"contact_name": "X"}).error == (401, 57)
