"""What a contact has that only a call for it alone tells, as fields (FACTS.md "2.4")."""

from collections.abc import Mapping

from msgspec.structs import replace

from contactd_sdk import FieldType, SourceField
from contactd_zoho.listed import FIELDS
from contactd_zoho.product import Product

#: The billing address's country, else the shipping address's: what people mean by "country is India".
COUNTRY = "country"

#: Keys of the detail itself, and the country.
OWN = (
    SourceField("contact_salutation", "Salutation", FieldType.TEXT, detail=True),
    SourceField("designation", "Designation", FieldType.TEXT, detail=True),
    SourceField("department", "Department", FieldType.TEXT, detail=True),
    SourceField(COUNTRY, "Country", FieldType.COUNTRY, detail=True),
    SourceField("notes", "Notes", FieldType.TEXT, detail=True),
    SourceField("owner_name", "Owner", FieldType.TEXT, detail=True),
    SourceField("currency_symbol", "Currency symbol", FieldType.TEXT, detail=True),
    SourceField("exchange_rate", "Exchange rate", FieldType.DECIMAL, detail=True),
    SourceField("has_transaction", "Has transactions", FieldType.BOOLEAN, detail=True, drifts=True),
    SourceField("payment_reminder_enabled", "Payment reminders", FieldType.BOOLEAN, detail=True),
    SourceField("is_sms_enabled", "Text messages", FieldType.BOOLEAN, detail=True),
    SourceField("is_consent_agreed", "Consent given", FieldType.BOOLEAN, detail=True),
    SourceField("consent_date", "Consent given on", FieldType.DATE, detail=True),
    SourceField(
        "credit_limit_exceeded_amount", "Credit limit exceeded by", FieldType.DECIMAL, detail=True, drifts=True
    ),
    SourceField("sales_channel", "Sales channel", FieldType.TEXT, detail=True),
    SourceField("zcrm_account_id", "Account in Zoho CRM", FieldType.TEXT, detail=True),
    SourceField("zcrm_contact_id", "Contact in Zoho CRM", FieldType.TEXT, detail=True),
    SourceField("created_by_name", "Created by", FieldType.TEXT, detail=True),
    SourceField("created_date", "Created on", FieldType.DATE, detail=True),
)

#: Which key has which address: how its fields begin, and their titles.
ADDRESSES = {"billing_address": ("billing", "Billing"), "shipping_address": ("shipping", "Shipping")}

#: The parts of an address that are offered.
PARTS = {
    "attention": ("attention", FieldType.TEXT),
    "address": ("street", FieldType.TEXT),
    "street2": ("street, second line", FieldType.TEXT),
    "city": ("city", FieldType.TEXT),
    "state": ("state", FieldType.TEXT),
    "state_code": ("state code", FieldType.TEXT),
    "zip": ("postal code", FieldType.TEXT),
    "county": ("county", FieldType.TEXT),
    "country": ("country", FieldType.COUNTRY),
    "country_code": ("country code", FieldType.COUNTRY),
    "phone": ("phone", FieldType.PHONE),
    "fax": ("fax", FieldType.PHONE),
    "latitude": ("latitude", FieldType.TEXT),
    "longitude": ("longitude", FieldType.TEXT),
}

#: The fields that every product tells only in the detail, in the order in which they are offered.
DETAILS = OWN + tuple(
    SourceField(f"{short}_{part}", f"{title} {word}", kind, detail=True)
    for short, title in ADDRESSES.values()
    for part, (word, kind) in PARTS.items()
)

#: What of a contact person is taken, and as what.
PERSON_TYPES: Mapping[str, FieldType] = {
    "salutation": FieldType.TEXT,
    "first_name": FieldType.TEXT,
    "last_name": FieldType.TEXT,
    "email": FieldType.EMAIL,
    "phone": FieldType.PHONE,
    "mobile": FieldType.PHONE,
    "mobile_country_code": FieldType.TEXT,
    "designation": FieldType.TEXT,
    "department": FieldType.TEXT,
    "skype": FieldType.TEXT,
    "fax": FieldType.PHONE,
    "is_primary_contact": FieldType.BOOLEAN,
    "is_added_in_portal": FieldType.BOOLEAN,
    "zcrm_contact_id": FieldType.TEXT,
}

#: Whether a person may be written to, by each way, lies deeper.
PREFERENCES = ("is_email_enabled", "is_sms_enabled", "is_whatsapp_enabled")


def dear(product: Product) -> tuple[SourceField, ...]:
    """Give the fields of a contact of *product* that cost a call for each."""
    unlisted = [field for field in FIELDS if field.name == "tags" and field.name in product.unlisted]
    return (*DETAILS, *(replace(field, detail=True) for field in unlisted))
