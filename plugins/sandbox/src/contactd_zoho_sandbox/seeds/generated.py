"""The organization "Generated Customers": as many as wanted, and always the same ones.

Rule: everything about customer N follows from N and the seed by arithmetic, so
that two machines generate the same organization, and do it fast.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache
from typing import TypeVar

from contactd_zoho_sandbox.finance.book import Book
from contactd_zoho_sandbox.finance.contacts import Address, Contact
from contactd_zoho_sandbox.seeds.founding import (
    UNITED_STATES,
    contact_ids,
    custom_field,
    organization,
    person,
)
from contactd_zoho_sandbox.zoho import Zoho

ORGANIZATION_ID = "7001123612"

#: 2022-01-01 00:00 UTC.
FIRST_SECOND = 1_640_995_200

#: Imports come by the dozen, so this many customers in a row share their second.
SHARE_A_SECOND = 50
SECONDS_APART = 600


def _words(*lines: str) -> tuple[str, ...]:
    return tuple(word for line in lines for word in line.split())


FIRST_NAMES = _words(
    "Ada Björn Chiara Dmitri Élodie Farid Grace Hiroshi Inês José Karin Łukasz Mei Nuno Oğuz Priya",
    "Quentin Rosa Søren Tomáš Uma Víctor Wanjiru Ximena Yusuf Zoë Anna Brian Carlos Diane Erik",
)
LAST_NAMES = _words(
    "Andersen Baptiste Castro Dvořák Eriksson Fischer García Hansen Ivanov Jansen Kowalski Lambert",
    "Müller Nakamura O'Brien Pereira Quispe Rossi Şahin Takahashi Ueda Virtanen Wójcik Xu Yilmaz",
    "Zhang Adeyemi Bianchi Chaudhry Dubois Evans Fernández Goldberg Haddad Ibrahim Johnson Kim",
)
TRADES = ("Records", "Trading", "Logistics", "Studios", "Foods", "Consulting", "Textiles", "Optics")
DOMAINS = ("gmail.com", "outlook.com", "yahoo.com", "posteo.de", "orange.fr", "bigpond.com", "wp.pl")
PLACES = (
    ("Portland", "OR", "97201", "U.S.A.", "US"),
    ("Lyon", "", "69002", "France", "FR"),
    ("Kraków", "", "31-019", "Poland", "PL"),
    ("Osaka", "", "530-0001", "Japan", "JP"),
    ("Pune", "Maharashtra", "411001", "India", "IN"),
    ("Recife", "PE", "50030-230", "Brazil", "BR"),
    ("Hamburg", "", "20095", "Germany", "DE"),
    ("Leeds", "", "LS1 4DY", "United Kingdom", "GB"),
)
LEVELS = ("Bronze", "Silver", "Gold")

#: What stands in the place of the address of a bad one, in turn; `{n}` is the customer's number.
BAD_EMAILS = ("", "customer{n}.gmail.com", "info@shop{n}.com", "customer{n}@gnail.com", "same@shared.com")

#: Letters that Unicode does not take apart into a letter and a mark.
UNDECOMPOSED = str.maketrans("łø", "lo")

T = TypeVar("T")


def load(zoho: Zoho, count: int, *, seed: int, bad_share: float) -> Book:
    """Add the organization, with *count* customers, to *zoho*."""
    level = custom_field(zoho.store, 1, "Level", "dropdown", LEVELS)
    founded = organization(
        zoho.store,
        ORGANIZATION_ID,
        "Generated Customers",
        UNITED_STATES,
        created="2021-12-01",
        default=not zoho.books,
        custom_fields=(level,),
    )
    book = zoho.found(founded)
    book.put_all(_contacts(contact_ids(zoho.store, count), seed, bad_share))
    return book


def _contacts(ids: Iterator[int], seed: int, bad_share: float) -> Iterator[Contact]:
    for number, identity in enumerate(ids, start=1):
        # One is bad whenever their share has grown by a whole, which spreads them evenly.
        bad = int((number - 1) * bad_share)
        email = None
        if int(number * bad_share) > bad:
            email = BAD_EMAILS[bad % len(BAD_EMAILS)].format(n=number)
        yield _contact(identity, number, _mixed(number, seed), email)


def _contact(identity: int, number: int, dice: int, bad_email: str | None) -> Contact:
    first_name = _pick(FIRST_NAMES, dice)
    last_name = _pick(LAST_NAMES, dice >> 8)
    email = f"{_plain(first_name)}.{_plain(last_name)}{number}@{_pick(DOMAINS, dice >> 16)}"
    company = f"{last_name} {_pick(TRADES, dice >> 20)} {number}" if dice >> 24 & 1 else ""
    created = FIRST_SECOND + number // SHARE_A_SECOND * SECONDS_APART
    return Contact(
        contact_id=str(identity),
        organization_id=ORGANIZATION_ID,
        contact_name=company or f"{first_name} {last_name} ({number})",
        company_name=company,
        source="csv",
        created=created,
        modified=created + (dice >> 28) % 7 * SECONDS_APART,
        outstanding_receivable_amount=Decimal((dice >> 32) % 50_000).scaleb(-2),
        persons=person(
            identity,
            first_name,
            last_name,
            email if bad_email is None else bad_email,
            phone=f"+1 555 {number % 10_000_000:07}",
        ),
        billing_address=_address(number, dice),
        custom={"cf_level": _pick(LEVELS, dice >> 44)} if dice >> 48 & 3 == 0 else {},
    )


def _address(number: int, dice: int) -> Address:
    city, state, postal_code, country, country_code = _pick(PLACES, dice >> 40)
    return Address(
        address=f"{number % 400 + 1} Market Street",
        city=city,
        state=state,
        zip=postal_code,
        country=country,
        country_code=country_code,
    )


def _pick(choices: Sequence[T], dice: int) -> T:
    return choices[dice % len(choices)]


@cache
def _plain(name: str) -> str:
    """Return *name* as it stands in an address: lower case, a to z alone."""
    decomposed = unicodedata.normalize("NFKD", name.lower().translate(UNDECOMPOSED))
    return re.sub("[^a-z]", "", decomposed)


def _mixed(number: int, seed: int) -> int:
    """Return 64 well-mixed bits that depend on both (the finalizer of splitmix64)."""
    mixed = (number + seed * 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & 0xFFFFFFFFFFFFFFFF
    return mixed ^ (mixed >> 31)
