"""The module of contact persons: each of a customer's persons is a record of its own.

A person's fields have their own names, the customer's begin with `customer_`.
Persons are told in the detail only, so that each of them costs a call.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from contactd_sdk import FieldType, Preset, SourceField
from contactd_zoho.customs import PREFIX
from contactd_zoho.dear import PERSON_TYPES, PREFERENCES, dear
from contactd_zoho.listed import listed
from contactd_zoho.product import Product

#: What the module is called.
PERSONS = "contact_persons"

_CUSTOMER = "customer_"

#: What the list and the detail tell of the primary person, who is a record here.
_OF_PRIMARY = frozenset(
    {
        "email",
        "first_name",
        "last_name",
        "phone",
        "mobile",
        "contact_salutation",
        "designation",
        "department",
        "zcrm_contact_id",
    }
)

_TITLES = {
    "email": "E-mail",
    "mobile_country_code": "Country code of the mobile",
    "is_primary_contact": "Primary person",
    "is_added_in_portal": "In the portal",
    "zcrm_contact_id": "Contact in Zoho CRM",
    "is_email_enabled": "Takes e-mail",
    "is_sms_enabled": "Takes text messages",
    "is_whatsapp_enabled": "Takes WhatsApp messages",
}

_PRESETS = {"email": Preset.EMAIL, "first_name": Preset.FIRST_NAME, "last_name": Preset.LAST_NAME}

_OWN = tuple(
    SourceField(name, _TITLES.get(name, name.replace("_", " ").capitalize()), kind, _PRESETS.get(name), detail=True)
    for name, kind in {**PERSON_TYPES, **dict.fromkeys(PREFERENCES, FieldType.BOOLEAN)}.items()
)


def persons_fields(product: Product) -> tuple[SourceField, ...]:
    """Give what is known beforehand of a contact person of *product*: the person's fields, then the customer's."""
    return (*_OWN, *(of_customer(field) for field in _customer_fields(product)))


def of_customer(field: SourceField) -> SourceField:
    """Give a *field* of customers as their persons have it."""
    return replace(field, name=_named(field.name), title=f"Customer: {field.title}", preset=None, detail=True)


def customer_names(product: Product, wanted: Iterable[str]) -> dict[str, str]:
    """Tell which fields of a customer the *wanted* fields of a person are: names there by names here."""
    known = {_named(field.name): field.name for field in _customer_fields(product)}
    custom = {name: name.removeprefix(_CUSTOMER) for name in wanted if name.startswith(_CUSTOMER + PREFIX)}
    return custom | {name: known[name] for name in wanted if name in known}


def _customer_fields(product: Product) -> list[SourceField]:
    return [field for field in (*listed(product), *dear(product)) if field.name not in _OF_PRIMARY]


def _named(name: str) -> str:
    return _CUSTOMER + name.removeprefix("contact_").removeprefix(_CUSTOMER)
