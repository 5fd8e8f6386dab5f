"""A crowd: so many customers that nobody keeps them, since each follows from its number.

Rule: everything about customer N follows from N and the seed by arithmetic, so
that two machines generate the same organization, do it fast, and a million of
them take up no room.
"""

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from typing import NamedTuple, TypeVar

from msgspec import Struct

from contactd_zoho_sandbox.finance.contacts import IDS_PER_CONTACT, Address, Contact, Person

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


class Face(NamedTuple):
    """What tells one customer of a crowd from another, as it stands in a row."""

    contact_name: str
    company_name: str
    first_name: str
    last_name: str
    email: str
    phone: str
    cents: int
    level: str


class Crowd(Struct, frozen=True, kw_only=True):
    """*count* customers of one organization; their ids lie in a row, four apart, from *first_id* on."""

    organization_id: str
    first_id: int
    count: int
    seed: int
    #: The share of those whose address no mail can be sent to, from 0 to 1.
    bad_share: float

    @property
    def ids(self) -> range:
        """The ids of all of them, in the order of their numbers."""
        return range(self.first_id, self.first_id + self.count * IDS_PER_CONTACT, IDS_PER_CONTACT)

    def holder(self, identity: int) -> int | None:
        """Return the id of the customer to whom an id belongs, which may be that of the person or an address."""
        if not self.first_id <= identity < self.ids.stop:
            return None
        return identity - (identity - self.first_id) % IDS_PER_CONTACT

    def mentioned(self, text: str) -> list[int]:
        """Return the ids of the customers whose numbers stand in *text*: names and addresses have them."""
        numbers = {int(digits) for digits in re.findall(r"[0-9]{1,9}", text)}
        return [self.ids[number - 1] for number in sorted(numbers) if 1 <= number <= self.count]

    def created(self, identity: int) -> int:
        """Return the second in which a customer was made."""
        return FIRST_SECOND + self._number(identity) // SHARE_A_SECOND * SECONDS_APART

    def modified(self, identity: int) -> int:
        """Return the second of a customer's last change."""
        number = self._number(identity)
        return FIRST_SECOND + (number // SHARE_A_SECOND + (_mixed(number, self.seed) >> 28) % 7) * SECONDS_APART

    def face(self, identity: int) -> Face:
        """Return what a row shows of a customer, times aside."""
        number = self._number(identity)
        dice = _mixed(number, self.seed)
        first_name = FIRST_NAMES[dice % len(FIRST_NAMES)]
        last_name = LAST_NAMES[(dice >> 8) % len(LAST_NAMES)]
        company = f"{last_name} {TRADES[(dice >> 20) % len(TRADES)]} {number}" if dice >> 24 & 1 else ""
        email = self._bad_email(number) if self.bad_share else None
        if email is None:
            domain = DOMAINS[(dice >> 16) % len(DOMAINS)]
            email = f"{_plain(first_name)}.{_plain(last_name)}{number}@{domain}"
        return Face(
            company or f"{first_name} {last_name} ({number})",
            company,
            first_name,
            last_name,
            email,
            f"+1 555 {number % 10_000_000:07}",
            (dice >> 32) % 50_000,
            LEVELS[(dice >> 44) % len(LEVELS)] if dice >> 48 & 3 == 0 else "",
        )

    def contact(self, identity: int) -> Contact:
        """Return a customer in full."""
        face = self.face(identity)
        person = Person(
            contact_person_id=str(identity + 1),
            first_name=face.first_name,
            last_name=face.last_name,
            email=face.email,
            phone=face.phone,
            is_primary_contact=True,
        )
        return Contact(
            contact_id=str(identity),
            organization_id=self.organization_id,
            contact_name=face.contact_name,
            company_name=face.company_name,
            source="csv",
            created=self.created(identity),
            modified=self.modified(identity),
            outstanding_receivable_amount=Decimal(face.cents).scaleb(-2),
            persons=(person,),
            billing_address=_address(self._number(identity), _mixed(self._number(identity), self.seed)),
            custom={"cf_level": face.level} if face.level else {},
        )

    def _number(self, identity: int) -> int:
        return (identity - self.first_id) // IDS_PER_CONTACT + 1

    def _bad_email(self, number: int) -> str | None:
        # One is bad whenever their share has grown by a whole, which spreads them evenly.
        bad = int((number - 1) * self.bad_share)
        if int(number * self.bad_share) == bad:
            return None
        return BAD_EMAILS[bad % len(BAD_EMAILS)].format(n=number)


#: The crowd of an organization that has none.
NOBODY = Crowd(organization_id="", first_id=0, count=0, seed=0, bad_share=0)


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
