"""One contact as the list shows it: the 47 keys of plugins/zoho/FACTS.md "2.4".

Rule: a row has these keys and no other, but for those of another edition than
the one of the US, and the `cf_*` of custom fields that have a value. What is
empty is "" or [] or {}, never null and never absent.
"""

import msgspec

from contactd_zoho_sandbox.finance import custom_fields
from contactd_zoho_sandbox.finance.contacts import Contact
from contactd_zoho_sandbox.finance.organizations import Organization
from contactd_zoho_sandbox.finance.times import formatted, stamp

#: Recorded in the list but not in the detail.
LIST_ONLY = frozenset(
    {
        "contact_type_formatted",
        "contactperson_custom_fields",
        "created_time_formatted",
        "customer_name",
        "has_attachment",
        "last_modified_time_formatted",
        "portal_status_formatted",
        "vendor_name",
    }
)

#: What no contact of the sandbox has ever set.
_UNSET: dict[str, object] = {
    "language_code": "en",
    "language_code_formatted": "English",
    "is_linked_with_zohocrm": False,
    "twitter": "",
    "facebook": "",
    "portal_status": "disabled",
    "portal_status_formatted": "Disabled",
    "contactperson_custom_fields": [],
    "tags": [],
    "ach_supported": False,
    "has_attachment": False,
}

#: Amounts are JSON numbers to Zoho, and a decimal must not go through a float on its way there.
encode = msgspec.json.Encoder(decimal_format="number").encode


def encoded_row(contact: Contact, organization: Organization) -> bytes:
    """Return the row of *contact*, ready to be joined into a page."""
    return encode(row(contact, organization))


def without(encoded: bytes, keys: frozenset[str]) -> bytes:
    """Return a row for a product that lacks *keys*; the texts of all others stay as they are."""
    every = _parts(encoded)
    return encode({key: value for key, value in every.items() if key not in keys})


_parts = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def row(contact: Contact, organization: Organization) -> dict[str, object]:
    """Return *contact* as an element of `contacts[]`."""
    return {
        **_named(contact),
        **_person(contact),
        **_payment(contact, organization),
        **_amounts(contact),
        **_times(contact, organization.time_zone),
        **_UNSET,
        **_edition(contact, organization),
        **_custom(contact, organization),
    }


def _named(contact: Contact) -> dict[str, object]:
    return {
        "contact_id": contact.contact_id,
        "contact_name": contact.contact_name,
        "customer_name": contact.contact_name,
        "vendor_name": contact.contact_name,
        "company_name": contact.company_name,
        "website": contact.website,
        "contact_type": contact.contact_type,
        "contact_type_formatted": "Customer" if contact.contact_type == "customer" else "Vendors",
        "status": contact.status,
        "customer_sub_type": "business" if contact.company_name else "individual",
        "source": contact.source,
    }


def _person(contact: Contact) -> dict[str, object]:
    primary = contact.primary
    return {
        "first_name": primary.first_name,
        "last_name": primary.last_name,
        "email": primary.email,
        "phone": primary.phone,
        "mobile": primary.mobile,
    }


def _payment(contact: Contact, organization: Organization) -> dict[str, object]:
    return {
        "payment_terms": contact.payment_terms,
        "payment_terms_id": organization.payment_terms_id,
        "payment_terms_label": contact.payment_terms_label,
        "currency_id": organization.currency_id,
        "currency_code": organization.currency_code,
    }


def _amounts(contact: Contact) -> dict[str, object]:
    # `bcy` is the base currency of the organization, in which all contacts here are kept.
    return {
        "outstanding_receivable_amount": contact.outstanding_receivable_amount,
        "outstanding_receivable_amount_bcy": contact.outstanding_receivable_amount,
        "outstanding_payable_amount": contact.outstanding_payable_amount,
        "outstanding_payable_amount_bcy": contact.outstanding_payable_amount,
        "unused_credits_receivable_amount": contact.unused_credits_receivable_amount,
        "unused_credits_receivable_amount_bcy": contact.unused_credits_receivable_amount,
        "unused_credits_payable_amount": contact.unused_credits_payable_amount,
        "unused_credits_payable_amount_bcy": contact.unused_credits_payable_amount,
    }


def _times(contact: Contact, zone: str) -> dict[str, object]:
    return {
        "created_time": stamp(contact.created, zone),
        "created_time_formatted": formatted(contact.created, zone),
        "last_modified_time": stamp(contact.modified, zone),
        "last_modified_time_formatted": formatted(contact.modified, zone),
    }


def _edition(contact: Contact, organization: Organization) -> dict[str, object]:
    """Return the keys that only one edition of the product has."""
    match organization.version:
        case "us":
            return {"track_1099": False}
        case "india":
            return {
                "gst_no": "",
                "gst_treatment": "consumer",
                "place_of_contact": contact.billing_address.state_code,
                "pan_no": "",
                "registration_details": {},
            }
        case _:
            return {}


def _custom(contact: Contact, organization: Organization) -> dict[str, object]:
    if not contact.custom:
        return {"custom_fields": [], "custom_field_hash": {}}
    values = custom_fields.flat(contact, organization)
    return {
        "custom_fields": custom_fields.elements(contact, organization),
        "custom_field_hash": values,
        **values,
    }
