"""Lists: paging over a live sort, filters, searches, the strict bound of the last change."""

import json
from pathlib import Path

import pytest

import contactd_zoho_sandbox

CHINOOK = json.loads((Path(contactd_zoho_sandbox.__file__).parent / "data/chinook.json").read_text())
CUSTOMERS = len(CHINOOK["customers"])


def test_without_parameters_the_first_200_come_by_name(zoho):
    body = zoho.get("/contacts").body

    names = [row["contact_name"] for row in body["contacts"]]
    assert names == sorted(names, key=str.casefold)
    assert len(names) == CUSTOMERS + 7
    assert body["page_context"] == {
        "page": 1,
        "per_page": 200,
        "has_more_page": False,
        "report_name": "Contacts",
        "applied_filter": "Status.All",
        "custom_fields": [],
        "sort_column": "contact_name",
        "sort_order": "A",
    }


def test_pages_are_counted_from_one_and_tell_whether_more_follow(zoho):
    pages = [zoho.get("/contacts", page=page, per_page=30, sort_column="created_time").body for page in (1, 2, 3, 4)]

    assert [len(page["contacts"]) for page in pages] == [30, 30, 6, 0]
    assert [page["page_context"]["has_more_page"] for page in pages] == [True, True, False, False]
    ids = [row["contact_id"] for page in pages for row in page["contacts"]]
    assert ids == sorted(ids)
    assert len(set(ids)) == CUSTOMERS + 7


def test_a_last_page_that_is_full_has_no_more(zoho):
    page = zoho.get("/contacts", page=2, per_page=33).body

    assert len(page["contacts"]) == 33
    assert page["page_context"]["has_more_page"] is False


def test_more_than_200_a_page_are_cut(zoho):
    assert zoho.get("/contacts", per_page=500).body["page_context"]["per_page"] == 200


def test_vendors_come_mixed_in_unless_customers_are_asked_for(zoho):
    everybody = {row["contact_type"] for row in zoho.contacts()}
    customers = zoho.contacts(contact_type="customer")

    assert everybody == {"customer", "vendor"}
    assert {row["contact_type"] for row in customers} == {"customer"}
    assert len(customers) == CUSTOMERS + 6
    assert zoho.names(contact_type="vendor") == ["Groove Pressing Plant"]


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("Status.All", CUSTOMERS + 7),
        ("Status.Active", CUSTOMERS + 6),
        ("Status.Inactive", 1),
        ("Status.Customers", CUSTOMERS + 6),
        ("Status.ActiveCustomers", CUSTOMERS + 5),
        ("Status.ActiveVendors", 1),
        ("Invoice.Unpaid", CUSTOMERS),
        ("Status.Crm", 0),
    ],
)
def test_filters_by_name(zoho, name, count):
    body = zoho.get("/contacts", filter_by=name).body

    assert (len(body["contacts"]), body["page_context"]["applied_filter"]) == (count, name)


def test_status_filters_too(zoho):
    assert zoho.names(status="inactive") == ["Old Needle Exchange"]


def test_searches_are_exact_or_by_beginning_or_by_part(zoho):
    assert zoho.names(first_name="Leonie", contact_name_startswith="leonie") == ["Leonie Köhler"]
    assert zoho.names(email_contains="@JUBII") == ["Kara Nielsen"]
    assert zoho.names(contact_name="Leonie") == []
    assert zoho.names(search_text="köhler") == ["Köhler Konzerte", "Leonie Köhler"]
    assert zoho.names(zcrm_contact_id="1") == []


def test_a_search_is_echoed(zoho):
    context = zoho.get("/contacts", last_name_startswith="Ko").body["page_context"]

    assert context["search_criteria"] == [
        {"column_name": "last_name", "search_text": "Ko", "comparator": "starts_with"}
    ]


def test_unknown_parameters_are_ignored_without_a_word(zoho):
    assert len(zoho.contacts(last_modified_time_start="2030-01-01", colour="blue")) == CUSTOMERS + 7


def test_an_unknown_sort_falls_back_and_says_so(zoho):
    context = zoho.get("/contacts", sort_column="shoe_size", sort_order="descending").body["page_context"]

    assert (context["sort_column"], context["sort_order"]) == ("contact_name", "A")


@pytest.mark.parametrize(
    ("column", "key"),
    [
        ("created_time", "created_time"),
        ("last_modified_time", "last_modified_time"),
        ("outstanding_receivable_amount", "outstanding_receivable_amount"),
        ("email", "email"),
        ("last_name", "last_name"),
    ],
)
def test_orders_in_both_directions(zoho, column, key):
    def folded(row):
        return row[key].casefold() if isinstance(row[key], str) else row[key]

    rising = [folded(row) for row in zoho.contacts(sort_column=column, sort_order="A")]
    falling = [folded(row) for row in zoho.contacts(sort_column=column, sort_order="D")]

    assert rising == sorted(rising)
    assert falling == sorted(falling, reverse=True)


@pytest.mark.parametrize("order", [("contact_name", "A"), ("last_modified_time", "A"), ("last_modified_time", "D")])
def test_the_bound_of_the_last_change_is_inclusive_in_every_order(zoho, order):
    column, direction = order
    everybody = zoho.contacts(sort_column=column, sort_order=direction)
    bound = sorted(row["last_modified_time"] for row in everybody)[-10]

    found = zoho.contacts(sort_column=column, sort_order=direction, last_modified_time=bound)

    assert found == [row for row in everybody if row["last_modified_time"] >= bound]
    assert len(found) >= 10


def test_the_bound_may_be_in_another_zone_or_a_day_alone(zoho):
    rows = zoho.contacts(last_modified_time="2021-02-15T10:00:00+0100")

    assert rows
    assert zoho.contacts(last_modified_time="2021-02-15T04:00:00-0500") == rows
    assert zoho.contacts(last_modified_time="2021-02-15") == rows


@pytest.mark.parametrize(
    "bound",
    ["2021-02-15T04:00:00+00:00", "2021-02-15T04:00:00Z", "2021-02-15T04:00:00.5-0500", "2021-02-30", "", "now"],
)
def test_a_bound_in_any_other_form_is_refused(zoho, bound):
    answer = zoho.get("/contacts", last_modified_time=bound)

    assert answer.error == (400, 2)
    assert answer.body["message"] == "Invalid value passed for last_modified_time"


def test_a_plus_that_is_not_encoded_is_a_space_and_refused(zoho):
    query = f"organization_id={zoho.organization_id}&last_modified_time=2021-02-15T04:00:00+0000"

    answer = zoho("GET", f"/books/v3/contacts?{query}", headers={"Authorization": f"Zoho-oauthtoken {zoho.token}"})

    assert answer.error == (400, 2)


def test_an_edit_moves_a_row_between_pages(sandbox, zoho):
    query = {"sort_column": "last_modified_time", "sort_order": "A", "per_page": 50}
    first = zoho.contacts(page=1, **query)
    moved = first[0]

    sandbox.edit(moved["contact_id"], phone="+55 12 0000")

    again, second = zoho.contacts(page=1, **query), zoho.contacts(page=2, **query)
    assert moved["contact_id"] not in [row["contact_id"] for row in again]
    assert second[-1]["contact_id"] == moved["contact_id"]
    assert again[-1]["contact_id"] not in [row["contact_id"] for row in first]
