"""Contact persons and addresses as calls of their own (FACTS.md "2.8"), and contacts that are merged."""

import pytest

from contactd_zoho_sandbox.control import SandboxError


@pytest.fixture
def contact(sandbox):
    contact_id = sandbox.add(
        "Ek & Sons",
        contact_persons=[
            {"first_name": "Ida", "email": "ida@ek.example", "is_primary_contact": True},
            {"first_name": "Jon", "email": "jon@ek.example"},
        ],
        billing_address={"city": "Oslo"},
    )
    yield contact_id
    sandbox.delete(contact_id)


def people(zoho, contact):
    return zoho.get(f"/contacts/{contact}/contactpersons").body["contact_persons"]


def names(zoho, contact):
    return [person["first_name"] for person in people(zoho, contact)]


def primaries(zoho, contact):
    return [person["first_name"] for person in people(zoho, contact) if person["is_primary_contact"]]


def test_the_persons_of_a_contact_are_listed_in_pages(zoho, contact):
    first = zoho.get(f"/contacts/{contact}/contactpersons", per_page=1).body
    second = zoho.get("/contacts/contactpersons", contact_id=contact, per_page=1, page=2).body

    assert [row["first_name"] for row in first["contact_persons"] + second["contact_persons"]] == ["Ida", "Jon"]
    assert first["page_context"] == {
        "page": 1,
        "per_page": 1,
        "has_more_page": True,
        "sort_column": "contact_person_id",
        "sort_order": "A",
    }
    assert second["page_context"]["has_more_page"] is False


def test_the_list_shows_persons_as_the_detail_does(zoho, contact):
    detail = zoho.get(f"/contacts/{contact}").body["contact"]

    assert people(zoho, contact) == detail["contact_persons"]


def test_one_person_is_shown_at_the_contact_alone(zoho, contact):
    ida = people(zoho, contact)[0]
    other = zoho.contacts()[0]["contact_id"]

    shown = zoho.get(f"/contacts/{contact}/contactpersons/{ida['contact_person_id']}").body["contact_person"]

    assert shown == ida
    assert zoho.get(f"/contacts/{other}/contactpersons/{ida['contact_person_id']}").error == (404, 1002)
    assert zoho.get(f"/contacts/{contact}/contactpersons/1").error == (404, 1002)


def test_both_addresses_are_listed(zoho, contact):
    addresses = zoho.get(f"/contacts/{contact}/address").body["addresses"]

    detail = zoho.get(f"/contacts/{contact}").body["contact"]
    assert addresses == [detail["billing_address"], detail["shipping_address"]]


def test_a_person_is_added_changed_made_primary_and_deleted(zoho, contact):
    body = {"contact_id": contact, "first_name": "Liv", "email": "liv@ek.example"}
    added = zoho.books("POST", "/contacts/contactpersons", body)
    path = f"/contacts/contactpersons/{added.body['contact_person']['contact_person_id']}"

    changed = zoho.books("PUT", path, {"designation": "Owner"}).body["contact_person"]
    before = primaries(zoho, contact)
    zoho.books("POST", f"{path}/primary")
    after = primaries(zoho, contact)
    row = zoho.contacts(email="liv@ek.example")[0]
    zoho.books("DELETE", path)

    assert added.status == 201
    assert (changed["first_name"], changed["designation"]) == ("Liv", "Owner")
    assert (before, after) == (["Ida"], ["Liv"])
    assert row["contact_id"] == contact
    assert names(zoho, contact) == ["Ida", "Jon"]
    assert primaries(zoho, contact) == ["Ida"]


def test_a_person_cannot_be_added_to_a_contact_that_is_none(zoho):
    assert zoho.books("POST", "/contacts/contactpersons", {"contact_id": "1"}).error == (400, 2)


@pytest.mark.parametrize("moves", [True, False])
def test_whether_a_person_moves_the_stamp_is_a_switch(sandbox, zoho, contact, moves):
    before = sandbox.edit(contact, last_modified_time="2026-06-01T09:00:00-0400")["last_modified_time"]
    person = people(zoho, contact)[1]["contact_person_id"]
    sandbox.switch(person_moves_stamp=moves)

    zoho.books("PUT", f"/contacts/contactpersons/{person}", {"first_name": "Jan"})

    sandbox.switch(person_moves_stamp=True)
    assert (sandbox.get(contact)["last_modified_time"] > before) is moves


def test_a_contact_that_is_merged_vanishes_and_its_persons_move_on(sandbox, zoho, contact):
    loser = sandbox.add("Ek and Sons", email="kai@ek.example", first_name="Kai")

    sandbox.merge(loser, into=contact)

    assert zoho.get(f"/contacts/{loser}").error == (404, 1002)
    assert names(zoho, contact) == ["Ida", "Jon", "Kai"]
    assert primaries(zoho, contact) == ["Ida"]


def test_a_contact_is_not_merged_into_itself_or_nobody(sandbox, contact):
    for into in (contact, "1"):
        with pytest.raises(SandboxError, match=f"no other contact '{into}'"):
            sandbox.merge(contact, into=into)


def test_invoice_serves_persons_too(sandbox, zoho, contact):
    token = sandbox.tokens("ZohoInvoice.contacts.READ").access_token
    headers = {"Authorization": f"Zoho-oauthtoken {token}", "X-com-zoho-invoice-organizationid": zoho.organization_id}

    answer = zoho("GET", f"/invoice/v3/contacts/{contact}/contactpersons", headers=headers)

    assert answer.body["contact_persons"] == people(zoho, contact)
