"""Rows and details with exactly the keys that public recordings have (plugins/zoho/FACTS.md "2.4")."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from contactd_books.product import BOOKS
from contactd_invoice.product import INVOICE
from contactd_sdk import Record
from contactd_zoho.dear import DETAILS, dear
from contactd_zoho.details import Detail, detail_of, packed, unpacked
from contactd_zoho.listed import FIELDS, listed
from contactd_zoho.rows import RowReader
from fakes.books import page, row
from fakes.details import address, contact, person

NOW = datetime(2026, 7, 1, tzinfo=UTC)

#: What rows of the Indian edition have besides.
INDIAN = {
    "gst_no": "29AABCU9603R1ZM",
    "gst_treatment": "business_gst",
    "place_of_contact": "KA",
    "pan_no": "AABCU9603R",
    "registration_details": {"vat_reg_no": ""},
}

#: What rows of Invoice lack.
NOT_IN_INVOICE = {
    *("outstanding_payable_amount", "outstanding_payable_amount_bcy"),
    *("unused_credits_payable_amount", "unused_credits_payable_amount_bcy"),
    *("payment_terms_id", "contactperson_custom_fields", "tags", "track_1099"),
}

UNITED_STATES = row(1)
INDIA = {**row(1), **INDIAN}
OF_INVOICE = {**{key: value for key, value in row(1).items() if key not in NOT_IN_INVOICE}, "pan_no": ""}


def record(listed_row: dict[str, Any]) -> Record:
    types = {field.name: field.type for field in FIELDS}
    (read,) = RowReader(types, types).read(json.dumps(page([listed_row])).encode()).records
    return read


def told(**changes: Any) -> Detail:
    return detail_of(contact(row(1), **changes), NOW)


def test_a_recorded_row_has_47_keys() -> None:
    assert len(UNITED_STATES) == 47


@pytest.mark.parametrize(
    ("shape", "unknown"),
    [
        (UNITED_STATES, {"gst_no", "gst_treatment", "place_of_contact", "pan_no"}),
        (INDIA, set()),
        (OF_INVOICE, {field.name for field in FIELDS} & (NOT_IN_INVOICE | {*INDIAN} - {"pan_no"})),
    ],
)
def test_every_row_is_read_and_what_it_lacks_is_unknown(shape: dict[str, Any], unknown: set[str]) -> None:
    assert record(shape).values.keys() == {field.name for field in FIELDS} - unknown


@pytest.mark.parametrize("shape", [UNITED_STATES, INDIA, OF_INVOICE])
def test_a_row_may_have_null_for_everything_but_its_id(shape: dict[str, Any]) -> None:
    read = record({key: value if key == "contact_id" else None for key, value in shape.items()})

    assert (read.id, read.customer, read.inactive, read.modified) == (shape["contact_id"], True, False, None)
    assert set(read.values.values()) == {None}


def test_a_row_may_have_nothing_but_its_id_and_what_nobody_knows() -> None:
    read = record({"contact_id": "7", "brand_new": {"deep": [1]}})

    assert (read.id, read.values) == ("7", {})


def test_a_recorded_detail_tells_every_field_that_costs_a_call() -> None:
    assert told().values.keys() == {field.name for field in DETAILS} | {"tags"}
    assert [one.id for one in told().persons] == ["1"]


def test_a_detail_may_lack_everything_or_have_null_for_it() -> None:
    nothing = detail_of({"contact_id": "1"}, NOW)
    nulls = detail_of(dict.fromkeys(contact(row(1))), NOW)

    assert (nothing.values, nothing.persons) == ({}, [])
    assert set(nulls.values.values()) == {None}


@pytest.mark.parametrize(
    ("billing", "shipping", "country"),
    [
        ({"country": "India", "country_code": "IN"}, {"country": "France"}, "India"),
        ({"country": "", "country_code": "IN"}, {"country": "France"}, "IN"),
        ({}, {"country": "U.S.A"}, "U.S.A"),
        ({}, {}, ""),
    ],
)
def test_the_country_is_that_of_the_bill_else_of_the_parcel(
    billing: dict[str, str], shipping: dict[str, str], country: str
) -> None:
    detail = told(billing_address=address(**billing), shipping_address=address(**shipping))

    assert detail.values["country"] == country


def test_text_in_any_script_comes_through_and_back_from_the_shelf() -> None:
    detail = told(
        notes="مرحبا 🍰\nमुंबई",
        billing_address=address(city="東京", country="日本"),
        contact_persons=[person(1, last_name="Ωμέγα", email="ω@example.com")],
    )

    assert unpacked(packed(detail)) == detail
    assert (detail.values["notes"], detail.values["billing_city"]) == ("مرحبا 🍰\nमुंबई", "東京")
    assert detail.addresses == ["ω@example.com"]


def test_every_address_in_a_detail_is_known_on_the_shelf_whichever_text_it_is_in() -> None:
    detail = told(
        notes="Ask Bo <bo@example.com>, or mailto:al@example.org?subject=Tea. 'cy@example.net'!",
        contact_persons=[person(1, email="Di@example.com", custom_fields=[{"api_name": "cf_x", "value": "ed@x.org"}])],
    )

    assert detail.addresses == ["Di@example.com", "al@example.org", "bo@example.com", "cy@example.net", "ed@x.org"]


@pytest.mark.parametrize("octets", [b"", b"\x93", b"\xc0", b"no detail"])
def test_what_another_version_shelved_is_asked_again(octets: bytes) -> None:
    assert unpacked(octets) is None


def test_reporting_tags_are_told_by_their_options() -> None:
    tags = [{"tag_name": "Region", "tag_option_name": "South"}, {"tag_name": "VIP"}, "plain", {"odd": 1}]

    assert record(row(1, tags=tags)).values["tags"] == ["South", "VIP", "plain"]
    assert told(tags=tags).values["tags"] == ["South", "VIP", "plain"]


def test_tags_cost_a_call_where_the_rows_lack_them() -> None:
    assert "tags" in {field.name for field in listed(BOOKS)}
    assert "tags" not in {field.name for field in listed(INVOICE)}
    assert [field.detail for field in dear(INVOICE) if field.name == "tags"] == [True]


def test_balances_are_marked_as_moving_by_themselves() -> None:
    moving = {field.name for field in FIELDS if field.drifts}

    assert moving == {field.name for field in FIELDS if "outstanding" in field.name or "credits" in field.name}
