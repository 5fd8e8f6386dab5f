"""One contact in full, as a call for it alone shows it: plugins/zoho/FACTS.md "2.4".

Rule: the detail has what the list row has, less the eight keys that were
recorded in the list only, plus the persons, the addresses and the rest below.
"""

import msgspec

from contactd_zoho_sandbox.accounts.users import User
from contactd_zoho_sandbox.finance.contacts import Address, Contact, Person
from contactd_zoho_sandbox.finance.organizations import Organization
from contactd_zoho_sandbox.finance.rows import LIST_ONLY, row
from contactd_zoho_sandbox.finance.times import day

#: What no contact of the sandbox has ever set.
_UNSET: dict[str, object] = {
    "exchange_rate": "",
    "addresses": [],
    "default_templates": {},
    "payment_reminder_enabled": True,
    "is_sms_enabled": True,
    "is_consent_agreed": False,
    "consent_date": "",
    "credit_limit_exceeded_amount": 0,
    "opening_balances": [],
    "lock_details": {},
    "pricebook_id": "",
    "sales_channel": "direct_sales",
    "zcrm_account_id": "",
    "zcrm_contact_id": "",
    "cards": [],
    "bank_accounts": [],
    "documents": [],
    "integration_references": [],
}


def detail(contact: Contact, organization: Organization, user: User) -> dict[str, object]:
    """Return *contact* as the answer to a call for it alone."""
    shared = {key: value for key, value in row(contact, organization).items() if key not in LIST_ONLY}
    return {
        **shared,
        **_people(contact),
        **_addresses(contact),
        **_books(contact, organization),
        **_owner(contact, organization, user),
        **_UNSET,
    }


def _people(contact: Contact) -> dict[str, object]:
    primary = contact.primary
    return {
        "primary_contact_id": primary.contact_person_id,
        "contact_salutation": primary.salutation,
        "designation": primary.designation,
        "department": primary.department,
        "contact_persons": [shown_person(person) for person in contact.persons],
    }


def shown_person(person: Person) -> dict[str, object]:
    """Return *person* as an element of `contact_persons[]`."""
    return {
        **msgspec.structs.asdict(person),
        "is_added_in_portal": False,
        "communication_preference": {
            "is_email_enabled": True,
            "is_sms_enabled": False,
            "is_whatsapp_enabled": False,
        },
        "can_invite": True,
        "photo_url": "",
        "zcrm_contact_id": "",
        "custom_fields": [],
    }


def _addresses(contact: Contact) -> dict[str, object]:
    return {
        "billing_address": shown_address(contact.billing_address_id, contact.billing_address),
        "shipping_address": shown_address(contact.shipping_address_id, contact.shipping_address),
        "entity_address_id": contact.billing_address_id,
    }


def shown_address(identity: str, address: Address) -> dict[str, object]:
    """Return *address* with its id; its parts are there even when they are empty."""
    return {"address_id": identity, **msgspec.structs.asdict(address)}


def _books(contact: Contact, organization: Organization) -> dict[str, object]:
    outstanding = contact.outstanding_receivable_amount
    return {
        "currency_symbol": organization.currency_symbol,
        "price_precision": 2,
        "has_transaction": bool(outstanding or contact.outstanding_payable_amount),
        "notes": contact.notes,
        "customer_currency_summaries": [
            {
                "currency_id": organization.currency_id,
                "currency_code": organization.currency_code,
                "currency_symbol": organization.currency_symbol,
                "price_precision": 2,
                "outstanding_receivable_amount": outstanding,
                "unused_credits_receivable_amount": contact.unused_credits_receivable_amount,
            }
        ],
    }


def _owner(contact: Contact, organization: Organization, user: User) -> dict[str, object]:
    return {
        "owner_id": user.user_id,
        "owner_name": user.display_name,
        "created_by_id": user.user_id,
        "created_by_name": user.display_name,
        "created_date": day(contact.created, organization.time_zone),
        "last_modified_by_id": user.user_id,
    }
