"""The call for one contact as Zoho answers it (plugins/zoho/FACTS.md "2.4"), beside a list of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fakes.books import BookOf
from fakes.http_script import Answer, Asked, HttpScript

_PARTS = (
    "address_id",
    "attention",
    "address",
    "street2",
    "city",
    "state",
    "state_code",
    "zip",
    "country",
    "country_code",
    "county",
    "phone",
    "fax",
    "latitude",
    "longitude",
)

#: Recorded in the list only.
_LIST_ONLY = (
    "contact_type_formatted",
    "contactperson_custom_fields",
    "created_time_formatted",
    "customer_name",
    "has_attachment",
    "last_modified_time_formatted",
    "portal_status_formatted",
    "vendor_name",
)


def address(**parts: str) -> dict[str, str]:
    """An address, all of whose parts are there."""
    return {**dict.fromkeys(_PARTS, ""), **parts}


def person(ident: int, **changes: Any) -> dict[str, Any]:
    """A contact person as the detail has one."""
    return {
        "contact_person_id": str(ident),
        "salutation": "",
        "first_name": "Anna",
        "last_name": f"Nr {ident}",
        "email": f"p{ident}@example.com",
        "phone": "",
        "mobile": "",
        "mobile_country_code": "",
        "designation": "",
        "department": "",
        "skype": "",
        "fax": "",
        "is_primary_contact": True,
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
        **changes,
    }


def contact(listed: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """The detail of the contact whose row is *listed*, with what public recordings add to a row."""
    number = int(listed["contact_id"][-8:])
    return {
        **{key: value for key, value in listed.items() if key not in _LIST_ONLY},
        "primary_contact_id": str(number),
        "contact_salutation": "",
        "designation": "",
        "department": "",
        "owner_id": "",
        "owner_name": "",
        "currency_symbol": "$",
        "price_precision": 2,
        "exchange_rate": "",
        "has_transaction": False,
        "contact_persons": [person(number)],
        "billing_address": address(),
        "shipping_address": address(),
        "addresses": [],
        "entity_address_id": "",
        "notes": "",
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
        "created_by_id": "",
        "created_by_name": "",
        "created_date": "2026-01-01",
        "last_modified_by_id": "",
        "customer_currency_summaries": [],
        "cards": [],
        "bank_accounts": [],
        "documents": [],
        "integration_references": [],
        **changes,
    }


def detailed(listed: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """The whole answer with the detail of a contact."""
    return {"code": 0, "message": "success", "contact": contact(listed, **changes)}


@dataclass
class DetailsOf:
    """The list of *book*, and the details of its rows with *changes* by number; *faults* are answers instead."""

    book: BookOf
    changes: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    faults: Mapping[int, Answer] = field(default_factory=dict)

    def __call__(self, asked: Asked) -> Answer:
        if "page" in asked.query:
            return self.book(asked)
        number = int(asked.path[-8:])
        if number in self.faults:
            return self.faults[number]
        listed = next(row for row in self.book.rows if row["contact_id"] == asked.path.rpartition("/")[2])
        return Answer(detailed(listed, **self.changes.get(number, {})))


def calls(zoho: HttpScript) -> list[str]:
    """What was asked: `page 1`, or the number of the customer that a detail was asked of."""
    return [
        f"page {asked.query['page']}" if "page" in asked.query else str(int(asked.path[-8:])) for asked in zoho.journal
    ]
