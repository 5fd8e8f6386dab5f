"""What is disputed about Zoho (FACTS.md "9"), either way."""

import pytest

from contactd_zoho_sandbox.control import SandboxError

BEFORE = "2026-06-01T09:00:00-0400"


@pytest.fixture
def switched(sandbox):
    """The sandbox, with all switches as they were when the test ends."""
    before = sandbox.state()["switches"]
    yield sandbox
    sandbox.switch(**before)


@pytest.fixture
def contact(switched):
    contact_id = switched.add("Ida Ek", email="ida@ek.example", last_modified_time=BEFORE)
    yield contact_id
    switched.delete(contact_id)


def test_a_foreign_organization_may_be_no_permission(switched, zoho):
    switched.switch(foreign_status=401)

    assert zoho.get("/contacts", organization_id="1").error == (401, 6041)


@pytest.mark.parametrize("status", [400, 404])
@pytest.mark.parametrize("code", [5, 1002])
def test_a_deleted_contact_is_told_in_four_ways(switched, zoho, status, code):
    switched.switch(gone_status=status, gone_code=code)

    assert zoho.get("/contacts/1").error == (status, code)


@pytest.mark.parametrize(
    ("switch", "change"),
    [
        ("person_moves_stamp", {"email": "other@ek.example"}),
        ("address_moves_stamp", {"billing_address": {"city": "Oslo"}}),
        ("custom_moves_stamp", {"custom": {"cf_favorite_genre": "Jazz"}}),
        ("status_moves_stamp", {"status": "inactive"}),
    ],
)
def test_a_change_of_a_part_moves_the_stamp_or_does_not(switched, contact, switch, change):
    switched.switch(**{switch: False})
    kept = switched.edit(contact, **change)["last_modified_time"]
    switched.switch(**{switch: True})
    moved = switched.edit(contact, **change)["last_modified_time"]

    assert kept == BEFORE
    assert moved > BEFORE


def test_a_balance_never_moves_the_stamp_and_other_fields_always_do(switched, contact):
    balance = switched.edit(contact, outstanding_receivable_amount=12)["last_modified_time"]
    both = switched.edit(contact, outstanding_receivable_amount=13, website="ek.example")["last_modified_time"]

    assert balance == BEFORE < both


def test_the_status_calls_go_by_the_switch_too(switched, zoho, contact):
    switched.switch(status_moves_stamp=False)

    zoho.books("POST", f"/contacts/{contact}/inactive")

    assert switched.get(contact)["last_modified_time"] == BEFORE


@pytest.mark.parametrize("order", ["A", "D"])
@pytest.mark.parametrize(("inclusive", "found"), [(True, 1), (False, 0)])
@pytest.mark.usefixtures("contact")
def test_the_bound_lets_its_own_second_through_or_does_not(switched, zoho, inclusive, found, order):
    switched.switch(bound_inclusive=inclusive)

    for column in ("contact_name", "last_modified_time"):
        rows = zoho.contacts(last_modified_time=BEFORE, contact_name="Ida Ek", sort_column=column, sort_order=order)
        assert len(rows) == found


def test_a_bad_filter_or_time_may_be_ignored(switched, zoho):
    refused = [zoho.get("/contacts", **asked).error for asked in ({"filter_by": "X"}, {"last_modified_time": "now"})]
    switched.switch(bad_filter="ignored", bad_time="ignored")

    answer = zoho.get("/contacts", filter_by="X", last_modified_time="2026-01-01T00:00:00Z").body

    assert refused == [(400, 2)] * 2
    assert answer["page_context"]["applied_filter"] == "Status.All"
    assert len(answer["contacts"]) == len(zoho.contacts())


def test_inactive_contacts_may_be_missing_unless_they_are_asked_for(switched, zoho):
    switched.switch(default_filter="Status.Active")

    assert "Old Needle Exchange" not in zoho.names()
    assert "Old Needle Exchange" in zoho.names(filter_by="Status.All")


def test_long_and_deep_pages_may_be_refused(switched, zoho):
    switched.switch(long_page="refused", deepest_page=2)

    assert zoho.get("/contacts", per_page=201).error == (400, 2)
    assert [zoho.get("/contacts", per_page=10, page=page).status for page in (2, 3)] == [200, 400]


def test_any_parameter_may_be_passed_over_by_either_product(switched, zoho):
    switched.switch(books_ignores=["last_modified_time", "sort_column"])

    answer = zoho.get("/contacts", last_modified_time="2999-01-01T00:00:00+0000", sort_column="email").body

    assert len(answer["contacts"]) == len(zoho.contacts())
    assert answer["page_context"]["sort_column"] == "contact_name"


def test_a_switch_that_is_none_is_refused(sandbox):
    with pytest.raises(SandboxError, match="The switches are wrong"):
        sandbox.switch(gone_code=7)
