"""Contact persons: each is a record of its own, with what is known of the customer."""

from typing import Any

import pytest

from contactd_books.product import BOOKS
from contactd_sdk import FieldType, Preset, Record, SourceField, Window
from contactd_zoho.persons import persons_fields
from contactd_zoho.source import FinanceSource
from fakes.books import BookOf, page, row
from fakes.details import DetailsOf, address, person
from fakes.http_script import Answer, Asked, HttpScript


def read(source: FinanceSource, *wanted: str) -> list[Record]:
    window = Window("contact_persons", frozenset(wanted))
    return [record for page in source.pages(None, window) for record in page.records]


def test_each_person_is_a_record_with_the_customers_values_beside(zoho: HttpScript, source: FinanceSource) -> None:
    customer = row(1, company_name="Tea & Co", cf_tier="Gold", cf_tier_unformatted="Gold")
    persons = [
        person(11, email="ann@example.com", first_name="Ann", last_name="Leaf"),
        person(12, email="", first_name="", last_name="", is_primary_contact=False, designation="Taster"),
    ]
    zoho.answer = DetailsOf(
        BookOf([customer]), {1: {"contact_persons": persons, "billing_address": address(city="Pune", country="India")}}
    )

    first, second = read(
        source,
        *("email", "designation", "is_primary_contact"),
        *("customer_company_name", "customer_country", "customer_billing_city", "customer_cf_tier"),
    )

    shared = {
        "customer_company_name": "Tea & Co",
        "customer_country": "India",
        "customer_billing_city": "Pune",
        "customer_cf_tier": "Gold",
    }
    ident = customer["contact_id"]
    assert (first.id, first.title) == (f"{ident}/11", "Ann Leaf")
    assert first.values == {"email": "ann@example.com", "designation": "", "is_primary_contact": True, **shared}
    assert (second.id, second.title) == (f"{ident}/12", "Customer 1")
    assert second.values == {"email": "", "designation": "Taster", "is_primary_contact": False, **shared}
    assert first.modified == second.modified
    assert first.modified is not None


def test_whether_they_are_customers_and_inactive_goes_by_the_customer(zoho: HttpScript, source: FinanceSource) -> None:
    zoho.answer = DetailsOf(BookOf([row(1, status="inactive"), row(2, contact_type="vendor")]))

    (only,) = read(source, "email")

    assert (only.inactive, only.customer) == (True, True)


@pytest.mark.parametrize("persons", [[], None, "odd", [None, {"email": "x@example.com"}, {"contact_person_id": ""}]])
def test_a_customer_without_persons_has_no_records(zoho: HttpScript, source: FinanceSource, persons: Any) -> None:
    zoho.answer = DetailsOf(BookOf([row(1)]), {1: {"contact_persons": persons}})

    assert read(source, "email") == []


def test_a_custom_field_of_a_person_is_empty_where_it_is_left_out(zoho: HttpScript, source: FinanceSource) -> None:
    persons = [person(11, custom_fields=[{"api_name": "cf_seat", "value": "9B"}]), person(12)]
    zoho.answer = DetailsOf(BookOf([row(1)]), {1: {"contact_persons": persons}})

    values = [record.values for record in read(source, "cf_seat")]

    assert values == [{"cf_seat": "9B"}, {"cf_seat": None}]


def test_what_is_offered_has_one_name_each_a_date_the_presets_and_its_cost() -> None:
    fields = persons_fields(BOOKS)

    assert len({field.name for field in fields}) == len({field.title for field in fields}) == len(fields)
    assert {field.preset for field in fields} == {None, *Preset}
    assert any(field.type is FieldType.DATETIME for field in fields)
    assert all(field.detail for field in fields)


def test_custom_fields_of_customers_and_of_persons_are_offered(zoho: HttpScript, source: FinanceSource) -> None:
    seat = {"api_name": "cf_seat", "label": "Seat", "data_type": "string", "value": "9B"}
    tier = {"api_name": "cf_tier", "label": "Tier", "data_type": "dropdown"}

    def answer(asked: Asked) -> Answer:
        listed = "page" in asked.query
        return Answer(
            page([row(1, contactperson_custom_fields=[seat])]) if listed else {"code": 0, "customfields": [tier]}
        )

    zoho.answer = answer

    fields = source.fields("contact_persons")

    assert fields[-2:] == (
        SourceField("customer_cf_tier", "Customer: Tier", FieldType.ENUM, custom=True, detail=True),
        SourceField("cf_seat", "Seat", FieldType.TEXT, custom=True, detail=True),
    )
