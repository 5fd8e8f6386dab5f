"""The organization "Chinook Records": 59 customers of a fictional record store, and seven awkward contacts.

The rules by which contacts come from data/chinook.json:

* `contact_name` is the company, or else first and last name;
* `outstanding_receivable_amount` is the sum of the totals of all invoices of
  the customer: nobody at Chinook has ever paid;
* customer N was made N - 1 days after 2021-01-01 09:00 UTC, and changed last
  N * 7 modulo 30 days after that;
* every third customer has a favorite genre, every fifth is a member since the
  day of its first invoice.

The awkward ones come after them, with the next days. See README.md for who they are.
"""

from collections import defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib.resources import files
from typing import NamedTuple

import msgspec

from contactd_zoho_sandbox.finance.book import Book
from contactd_zoho_sandbox.finance.contacts import Address, Contact, CustomValue
from contactd_zoho_sandbox.seeds.founding import (
    UNITED_STATES,
    contact_ids,
    custom_field,
    organization,
    person,
)
from contactd_zoho_sandbox.zoho import Zoho

ORGANIZATION_ID = "7001123580"

DAY = 86_400
FIRST_DAY = int(datetime(2021, 1, 1, 9, tzinfo=UTC).timestamp())

GENRES = ("Blues", "Classical", "Electronica", "Jazz", "Latin", "Metal", "Reggae", "Rock")


class Customer(msgspec.Struct, frozen=True, rename="pascal"):
    """A customer as data/chinook.json has it."""

    customer_id: int
    first_name: str
    last_name: str
    company: str | None
    address: str
    city: str
    state: str | None
    country: str
    postal_code: str | None
    phone: str | None
    fax: str | None
    email: str


class Invoice(msgspec.Struct, frozen=True, rename="pascal"):
    """An invoice as data/chinook.json has it."""

    customer_id: int
    invoice_date: str
    total: Decimal


class Chinook(msgspec.Struct, frozen=True):
    """The whole file."""

    customers: list[Customer]
    invoices: list[Invoice]


class Awkward(NamedTuple):
    """A contact that a sync must not take at face value."""

    contact_name: str
    first_name: str
    last_name: str
    email: str
    country: str
    changes: dict[str, str]


#: In the order of their making; no e-mail at all, and a person without one, are two different things.
AWKWARD = (
    Awkward("Walk-in Sales", "", "", "", "USA", {}),
    Awkward("Greta Lindqvist", "Greta", "Lindqvist", "", "Sweden", {}),
    Awkward("John Harper", "John", "Harper", "john@gnail.com", "USA", {}),
    Awkward("Riverside Vinyl Fair", "Front", "Desk", "info@riversidevinylfair.com", "Canada", {}),
    Awkward("Köhler Konzerte", "Leonie", "Köhler", "leonekohler@surfeu.de", "Germany", {}),
    Awkward(
        "Groove Pressing Plant",
        "Paula",
        "Novak",
        "paula.novak@groovepressing.com",
        "Czech Republic",
        {"contact_type": "vendor"},
    ),
    Awkward("Old Needle Exchange", "Owen", "Nash", "owen.nash@oldneedle.com", "Ireland", {"status": "inactive"}),
)


def load(zoho: Zoho) -> Book:
    """Add the organization to *zoho*."""
    raw = files("contactd_zoho_sandbox").joinpath("data/chinook.json").read_bytes()
    chinook = msgspec.json.decode(raw, type=Chinook)
    fields = (
        custom_field(zoho.store, 1, "Favorite Genre", "dropdown", GENRES),
        custom_field(zoho.store, 2, "Member Since", "date"),
    )
    founded = organization(
        zoho.store,
        ORGANIZATION_ID,
        "Chinook Records",
        UNITED_STATES,
        created="2020-11-02",
        default=True,
        custom_fields=fields,
    )
    book = zoho.found(founded)
    ids = contact_ids(zoho.store, len(chinook.customers) + len(AWKWARD))
    invoices = _by_customer(chinook.invoices)
    contacts = [_contact(next(ids), row, invoices[row.customer_id]) for row in chinook.customers]
    start = len(contacts) + 1
    contacts += [_awkward(next(ids), number, row) for number, row in enumerate(AWKWARD, start)]
    book.put_all(contacts)
    return book


def _by_customer(invoices: list[Invoice]) -> dict[int, list[Invoice]]:
    found: dict[int, list[Invoice]] = defaultdict(list)
    for invoice in invoices:
        found[invoice.customer_id].append(invoice)
    return found


def _contact(identity: int, row: Customer, invoices: list[Invoice]) -> Contact:
    return Contact(
        contact_id=str(identity),
        organization_id=ORGANIZATION_ID,
        contact_name=row.company or f"{row.first_name} {row.last_name}",
        company_name=row.company or "",
        created=_made(row.customer_id),
        modified=_changed(row.customer_id),
        outstanding_receivable_amount=sum((invoice.total for invoice in invoices), Decimal(0)),
        persons=person(identity, row.first_name, row.last_name, row.email, phone=row.phone or "", fax=row.fax or ""),
        billing_address=Address(
            address=row.address,
            city=row.city,
            state=row.state or "",
            zip=row.postal_code or "",
            country=row.country,
        ),
        custom=_custom(row.customer_id, invoices),
    )


def _custom(number: int, invoices: list[Invoice]) -> dict[str, CustomValue]:
    custom: dict[str, CustomValue] = {}
    if number % 3 == 0:
        custom["cf_favorite_genre"] = GENRES[number % len(GENRES)]
    if number % 5 == 0 and invoices:
        first = min(invoice.invoice_date for invoice in invoices)
        custom["cf_member_since"] = date.fromisoformat(first[:10]).isoformat()
    return custom


def _awkward(identity: int, number: int, row: Awkward) -> Contact:
    somebody = person(identity, row.first_name, row.last_name, row.email) if row.first_name else ()
    contact = Contact(
        contact_id=str(identity),
        organization_id=ORGANIZATION_ID,
        contact_name=row.contact_name,
        created=_made(number),
        modified=_changed(number),
        persons=somebody,
        billing_address=Address(country=row.country),
    )
    return msgspec.structs.replace(contact, **row.changes)


def _made(number: int) -> int:
    return FIRST_DAY + (number - 1) * DAY


def _changed(number: int) -> int:
    return _made(number) + number * 7 % 30 * DAY
