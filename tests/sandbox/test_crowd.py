"""A crowd: customers that follow from their numbers, and what becomes of those who are changed."""

import json

import pytest
from msgspec.structs import replace

from contactd_zoho_sandbox.finance.filters import ORDERS
from contactd_zoho_sandbox.finance.listing import listing
from contactd_zoho_sandbox.finance.rows import encoded_row
from contactd_zoho_sandbox.seeds.plan import Plan, sow
from contactd_zoho_sandbox.switches import Switches
from contactd_zoho_sandbox.zoho import Zoho

COUNT = 300


@pytest.fixture
def path(tmp_path):
    return tmp_path / "sandbox.db"


@pytest.fixture
def zoho(path):
    opened = Zoho(path)
    sow(opened, Plan(generate=COUNT, bad_share=0.1))
    yield opened
    opened.close()


@pytest.fixture
def book(zoho):
    return zoho.book()


def page(book, number=1, per_page=200, **asked):
    asked |= {"page": str(number), "per_page": str(per_page)}
    rows, more = book.page(listing(asked, book.organization.time_zone, Switches()))
    return [json.loads(row) for row in rows], more


def ids(book, **asked):
    first, more = page(book, **asked)
    rows = first + (page(book, number=2, **asked)[0] if more else [])
    return [row["contact_id"] for row in rows]


def changed(book, contact_id, **fields):
    book.put(replace(book.get(contact_id), **fields))


def unsettled(book):
    """Change, delete and add some, so that those who are known lie between those who are not."""
    everybody = [contact.contact_id for contact in book]
    for place in (0, 7, 150, COUNT - 1):
        changed(book, everybody[place], modified=1_641_000_000 + place, company_name=f"Änderung {place}")
    for place in (1, 149, 250):
        book.remove(book.get(everybody[place]))
    # One who was changed may be deleted as well.
    book.remove(book.get(everybody[7]))
    return everybody


def test_a_row_is_written_as_it_would_be_encoded(book):
    rows = page(book, per_page=200, sort_column="created_time")[0]

    for shown in rows:
        contact = book.get(shown["contact_id"])
        assert shown == json.loads(encoded_row(contact, book.organization))
    assert len({len(row["custom_fields"]) for row in rows}) == 2


def test_a_row_is_the_same_to_the_byte(book):
    rows, _ = book.page(listing({}, book.organization.time_zone, Switches()))

    assert rows == [encoded_row(book.get(json.loads(row)["contact_id"]), book.organization) for row in rows]


@pytest.mark.parametrize("order", ["A", "D"])
@pytest.mark.parametrize("column", ORDERS)
def test_those_who_were_changed_take_their_place_among_the_others(book, column, order):
    unsettled(book)

    everybody = sorted(book, key=lambda contact: int(contact.contact_id))
    expected = sorted(everybody, key=ORDERS[column], reverse=order == "D")
    assert ids(book, sort_column=column, sort_order=order) == [contact.contact_id for contact in expected]
    assert len(book) == len(expected) == COUNT - 4


@pytest.mark.parametrize("order", ["A", "D"])
@pytest.mark.parametrize("column", ["last_modified_time", "created_time"])
def test_the_bound_of_the_last_change_leaves_out_the_older_ones(book, column, order):
    unsettled(book)
    bound = 1_641_000_100

    found = ids(book, sort_column=column, sort_order=order, last_modified_time="2022-01-01T01:21:40+0000")

    assert set(found) == {contact.contact_id for contact in book if contact.modified >= bound}
    assert 0 < len(found) < len(book)


def test_searches_and_filters_look_at_each(book):
    unsettled(book)
    someone = list(book)[100]

    by_name = ids(book, contact_name=someone.contact_name)
    unpaid = ids(book, filter_by="Invoice.Unpaid")

    assert by_name == [someone.contact_id]
    assert set(unpaid) == {contact.contact_id for contact in book if contact.outstanding_receivable_amount > 0}
    assert ids(book, contact_type="vendor") == ids(book, filter_by="Status.Inactive") == []


def test_somebody_is_found_by_address_name_and_person(book):
    for contact in (list(book)[17], list(book)[200]):
        person = contact.persons[0]

        assert contact in book.with_email(person.email.upper())
        assert book.named("customer", contact.contact_name.upper()) == contact
        assert book.person(person.contact_person_id) == (contact, person)
    assert len(book.with_email("same@shared.com")) == COUNT / 10 / 5
    assert (book.get("1"), book.person("1"), book.named("customer", "Nobody (7)")) == (None, None, None)


def test_one_who_was_deleted_is_found_in_no_way(book):
    contact = list(book)[17]

    book.remove(contact)

    assert book.get(contact.contact_id) is None
    assert book.named("customer", contact.contact_name) is None
    assert book.person(contact.persons[0].contact_person_id) is None
    assert contact not in book.with_email(contact.persons[0].email)


def test_a_restart_keeps_what_was_changed_and_who_was_deleted(zoho, book, path):
    unsettled(book)
    before = page(book, sort_column="created_time"), ids(book)
    zoho.close()

    again = Zoho(path)
    book = again.book(book.organization.organization_id)
    after = page(book, sort_column="created_time"), ids(book)
    again.close()

    assert after == before
