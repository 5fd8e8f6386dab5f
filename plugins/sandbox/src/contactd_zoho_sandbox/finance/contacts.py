"""Contacts as the sandbox keeps them: what was entered, and nothing that is computed from it."""

from decimal import Decimal
from typing import Literal

from msgspec import Struct

ContactType = Literal["customer", "vendor"]
Status = Literal["active", "inactive"]

#: What a custom field can hold; a list is the choice of a multiselect.
CustomValue = str | int | float | bool | list[str]

ZERO = Decimal(0)

#: A contact takes its own id and those of its first person and its two addresses.
IDS_PER_CONTACT = 4


class Address(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One postal address; every part is text as it was typed, or empty."""

    attention: str = ""
    address: str = ""
    street2: str = ""
    city: str = ""
    state: str = ""
    state_code: str = ""
    zip: str = ""
    country: str = ""
    country_code: str = ""
    county: str = ""
    phone: str = ""
    fax: str = ""
    latitude: str = ""
    longitude: str = ""


NO_ADDRESS = Address()


class Person(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Somebody to talk to at a contact; the primary one lends the list row its name and address."""

    contact_person_id: str
    salutation: str = ""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""
    mobile: str = ""
    mobile_country_code: str = ""
    designation: str = ""
    department: str = ""
    skype: str = ""
    fax: str = ""
    is_primary_contact: bool = False


#: Stands in where a contact has nobody: all its texts are empty.
NOBODY = Person(contact_person_id="")


class Contact(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One customer or vendor of one organization; times are seconds since 1970."""

    contact_id: str
    organization_id: str
    contact_name: str
    created: int
    modified: int
    contact_type: ContactType = "customer"
    status: Status = "active"
    company_name: str = ""
    website: str = ""
    source: str = "user"
    payment_terms: int = 0
    payment_terms_label: str = "Due on Receipt"
    notes: str = ""
    outstanding_receivable_amount: Decimal = ZERO
    outstanding_payable_amount: Decimal = ZERO
    unused_credits_receivable_amount: Decimal = ZERO
    unused_credits_payable_amount: Decimal = ZERO
    persons: tuple[Person, ...] = ()
    billing_address: Address = NO_ADDRESS
    shipping_address: Address = NO_ADDRESS
    #: By `api_name`; a field without a value is not here, as it is not in Zoho's answers.
    custom: dict[str, CustomValue] = {}

    @property
    def primary(self) -> Person:
        """The primary contact person, or nobody."""
        return next((person for person in self.persons if person.is_primary_contact), NOBODY)

    @property
    def billing_address_id(self) -> str:
        """The id of the billing address, which is there even when the address is empty."""
        return str(int(self.contact_id) + 2)

    @property
    def shipping_address_id(self) -> str:
        """The id of the shipping address, which is there even when the address is empty."""
        return str(int(self.contact_id) + 3)
