"""From the body of an answer to records: types, custom fields, and rows that cannot be read."""

import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from contactd_sdk import Malformed, Record, Value
from contactd_zoho.listed import FIELDS
from contactd_zoho.rows import Listing, RowReader
from fakes.books import page, row

TYPES = {field.name: field.type for field in FIELDS}

LIVE = {
    "cf_birthday": "09 Jun 1980",
    "cf_birthday_unformatted": "1980-06-09",
    "cf_score": "12.50",
    "cf_score_unformatted": 12.5,
    "cf_topics": "Tea, Cake",
    "cf_topics_unformatted": ["Tea", "Cake"],
    "cf_vip": "true",
    "cf_vip_unformatted": True,
    "cf_visits": "3",
    "cf_visits_unformatted": 3,
}


def listing(rows: list[Any] | bytes, *wanted: str) -> Listing:
    body = rows if isinstance(rows, bytes) else json.dumps(page(rows), ensure_ascii=False).encode()
    return RowReader(wanted, TYPES).read(body)


def only(changes: dict[str, Any], *wanted: str) -> Record:
    (record,) = listing([row(1, **changes)], *wanted).records
    return record


def value(changes: dict[str, Any], name: str) -> Value:
    return only(changes, name).values[name]


def test_a_row_becomes_a_record() -> None:
    changes = {"created_time": "2026-01-01T00:01:00-0500", "last_modified_time": "2026-02-01T00:00:00+0530"}

    record = only(changes, "email", "first_name")

    assert record == Record(
        "460000000000000001",
        {"email": "c1@example.com", "first_name": "Anna"},
        title="Customer 1",
        created=datetime(2026, 1, 1, 5, 1, tzinfo=UTC),
        modified=datetime(2026, 1, 31, 18, 30, tzinfo=UTC),
    )


def test_only_wanted_fields_are_given() -> None:
    assert only({}).values == {}


def test_every_field_on_offer_can_be_wanted() -> None:
    indian = {"gst_no": "29AAA", "gst_treatment": "business_gst", "place_of_contact": "KA", "pan_no": ""}

    record = only(indian, *TYPES)

    assert set(record.values) == {field.name for field in FIELDS}
    assert record.values["contact_name"] == "Customer 1"
    assert record.values["payment_terms"] == 15


def test_a_missing_key_is_unknown_and_an_empty_one_is_empty() -> None:
    record = only({"email": ..., "phone": "", "mobile": None}, "email", "phone", "mobile", "never_heard_of")

    assert record.values == {"phone": "", "mobile": None}


def test_keys_that_are_new_are_passed_over() -> None:
    assert only({"shiny": {"deep": [1, 2]}}, "email") == only({}, "email")


def test_text_in_any_script_comes_through() -> None:
    assert value({"company_name": "株式会社 Åßç 🍰"}, "company_name") == "株式会社 Åßç 🍰"


@pytest.mark.parametrize("given_id", ["4600000000000000001", 4600000000000000001])
def test_an_id_is_text_whatever_it_comes_as(given_id: object) -> None:
    assert only({"contact_id": given_id}).id == "4600000000000000001"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("0", "0"),
        ("0.0", "0.0"),
        ("12.50", "12.50"),
        ("-3.10", "-3.10"),
        ("12345678901234567.89", "12345678901234567.89"),
        ("1e3", "1000"),
        ("1.25E-2", "0.0125"),
        ('"7.00"', "7.00"),
        ("1e999999", "1e999999"),
    ],
)
def test_an_amount_keeps_its_digits(raw: str, text: str) -> None:
    body = json.dumps(page([row(1, outstanding_receivable_amount="@")])).replace('"@"', raw).encode()

    (record,) = listing(body, "outstanding_receivable_amount").records

    assert record.values["outstanding_receivable_amount"] == text


def test_a_time_as_a_value_has_a_colon_in_its_offset() -> None:
    changes = {"created_time": "2026-01-01T00:01:00-0500"}

    assert value(changes, "created_time") == "2026-01-01T00:01:00-05:00"


@pytest.mark.parametrize("odd", [..., None, "", "soon", "2026-01-01T00:01:00", "9999-99-99T00:00:00+0000", 5])
def test_odd_times_are_no_times_and_cost_nothing_else(odd: object) -> None:
    record = only({"created_time": odd, "last_modified_time": odd}, "email")

    assert (record.created, record.modified, record.values) == (None, None, {"email": "c1@example.com"})


@pytest.mark.parametrize(
    ("changes", "customer"),
    [
        ({}, True),
        ({"contact_type": ...}, True),
        ({"contact_type": ""}, True),
        ({"contact_type": "Customer"}, True),
        ({"contact_type": "vendor"}, False),
        ({"contact_type": "Vendor"}, False),
        ({"contact_type": "supplier"}, False),
    ],
)
def test_a_vendor_is_no_customer(changes: dict[str, Any], customer: bool) -> None:  # noqa: FBT001  a row of a table
    assert only(changes).customer == customer


@pytest.mark.parametrize(
    ("status", "inactive"), [("active", False), ("inactive", True), ("Inactive", True), (..., False)]
)
def test_an_inactive_customer_is_marked(status: object, inactive: bool) -> None:  # noqa: FBT001  a row of a table
    assert only({"status": status}).inactive == inactive


def test_a_number_that_is_too_large_to_travel_is_text() -> None:
    assert value({"payment_terms": 10**30, "cf_n": -(10**30)}, "payment_terms") == str(10**30)
    assert value({"payment_terms": 10**30, "cf_n": -(10**30)}, "cf_n") == str(-(10**30))


def test_a_row_without_a_name_has_no_title() -> None:
    assert only({"contact_name": ...}).title == ""
    assert only({"contact_name": None}).title == ""


class TestCustomFields:
    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("cf_birthday", "1980-06-09"),
            ("cf_score", "12.5"),
            ("cf_topics", ["Tea", "Cake"]),
            ("cf_vip", True),
            ("cf_visits", 3),
        ],
    )
    def test_a_value_is_taken_as_it_is_and_not_as_it_is_shown(self, name: str, expected: Value) -> None:
        assert value(LIVE, name) == expected

    def test_a_value_that_is_only_shown_is_taken_as_shown(self) -> None:
        assert value({"cf_tier": "Gold"}, "cf_tier") == "Gold"

    def test_a_value_that_is_only_listed_is_taken_from_the_list(self) -> None:
        listed = [{"api_name": "cf_tier", "value": "Gold", "label": "Tier"}, {"api_name": "cf_other", "value": 1}]

        record = only({"custom_fields": listed}, "cf_tier", "email")

        assert record.values == {"email": "c1@example.com", "cf_tier": "Gold"}

    def test_one_that_is_absent_is_empty(self) -> None:
        assert only(LIVE, "cf_birthday", "cf_tier").values == {"cf_birthday": "1980-06-09", "cf_tier": None}

    def test_a_value_with_parts_of_its_own_is_empty(self) -> None:
        assert value({"cf_who_unformatted": {"id": 1}}, "cf_who") is None

    def test_a_list_of_custom_fields_that_is_none_does_no_harm(self) -> None:
        assert only({"custom_fields": "none"}, "cf_tier", "email").values["cf_tier"] is None

    def test_a_name_in_any_script_can_be_wanted(self) -> None:
        assert value({"cf_größe": "XL"}, "cf_größe") == "XL"


class TestRowsThatCannotBeRead:
    @pytest.mark.parametrize("bad", ["text", 5, None, [], ["a"]])
    def test_what_is_no_object_is_malformed(self, bad: object) -> None:
        read = listing([row(1), bad, row(2)], "email")

        assert [record.id[-1] for record in read.records] == ["1", "2"]
        assert read.malformed == [Malformed(json.dumps(bad), "The row is no JSON object of readable text.")]

    @pytest.mark.parametrize("bad", [..., None, "", True, {}, []])
    def test_one_without_an_id_is_malformed(self, bad: object) -> None:
        read = listing([row(1, contact_id=bad), row(2)], "email")

        assert [record.id[-1] for record in read.records] == ["2"]
        assert [row.why for row in read.malformed] == ["The row has no 'contact_id'."]
        assert "Customer 1" in read.malformed[0].raw

    def test_one_with_broken_text_is_malformed(self) -> None:
        body = json.dumps(page([row(1, company_name="HERE"), row(2)])).encode().replace(b"HERE", b"\xff\xfe")

        read = listing(body, "company_name")

        assert [record.id[-1] for record in read.records] == ["2"]
        assert "\ufffd" in read.malformed[0].raw

    @pytest.mark.parametrize(
        ("escaped", "text"),
        [
            (rb"Tea \ud83c", "Tea \ufffd"),
            (rb"\udf70 Tea", "\ufffd Tea"),
            (rb"\ud83c\ud83c\udf70", "\ufffd\U0001f370"),
            (rb"\\ud83c \ud83c\udf70 \ud83c", "\\ud83c \U0001f370 \ufffd"),
        ],
    )
    def test_half_a_character_is_replaced(self, escaped: bytes, text: str) -> None:
        body = json.dumps(page([row(1, company_name="HERE"), row(2)])).encode().replace(b"HERE", escaped)

        read = listing(body, "company_name")

        assert [record.values["company_name"] for record in read.records] == [text, ""]

    def test_one_with_a_value_of_another_type_is_read_all_the_same(self) -> None:
        changes = {"phone": 555, "company_name": {"a": 1}, "contact_name": 7, "cf_score_unformatted": 1.50}

        record = only(changes, "phone", "company_name", "outstanding_receivable_amount", "cf_score")

        assert record.title == "7"
        assert record.values == {"phone": "555", "outstanding_receivable_amount": "0.0", "cf_score": "1.5"}

    def test_its_neighbors_are_read_as_if_it_were_not_there(self) -> None:
        rows = [row(1, **LIVE), row(2, custom_fields=[{"api_name": "cf_tier", "value": "Gold"}], email=...), row(3)]
        wanted = (*TYPES, "cf_tier", *(name for name in LIVE if not name.endswith("_unformatted")))

        alone, among = listing(rows, *wanted), listing([*rows, "bad"], *wanted)

        assert among.records == alone.records

    def test_its_raw_text_is_kept_within_bounds(self) -> None:
        (bad,) = listing(["x" * 100_000], "email").malformed

        assert len(bad.raw) == 16_384


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b'{"contacts":[]}',
        b'{"code":0,"contacts":{}}',
        b'{"code":0,"contacts":[],"page_context":{"page":"x","has_more_page":false}}',
        b'{"code":0,"contacts":[],"page_context":{"page":1}}',
        b'{"code":0,"contacts":[{"contact_id":"1"}',
    ],
)
def test_what_is_no_page_is_not_taken_for_one(body: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        listing(body, "email")


@pytest.mark.parametrize("body", [b'{"code":0}', b'{"code":0,"contacts":[]}', b'{"code":57,"message":"no"}'])
def test_a_page_that_does_not_say_where_it_stands_has_no_context(body: bytes) -> None:
    assert listing(body, "email").context is None
