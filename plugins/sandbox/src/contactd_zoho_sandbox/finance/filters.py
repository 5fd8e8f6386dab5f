"""What a list call can ask for, as tables: filters by name, searches by column, orders by column.

Facts: plugins/zoho/FACTS.md "2.3".
"""

from collections.abc import Callable, Mapping
from typing import Any

from contactd_zoho_sandbox.finance.contacts import Contact

Claim = Callable[[Contact], bool]


def _customer(contact: Contact) -> bool:
    return contact.contact_type == "customer"


def _vendor(contact: Contact) -> bool:
    return contact.contact_type == "vendor"


def _active(contact: Contact) -> bool:
    return contact.status == "active"


def _inactive(contact: Contact) -> bool:
    return contact.status == "inactive"


def _none(contact: Contact) -> bool:  # noqa: ARG001 - one of the claims, which all take a contact
    return False


def _both(one: Claim, other: Claim) -> Claim:
    return lambda contact: one(contact) and other(contact)


#: `filter_by`. What the sandbox does not model (portal, credit limit, CRM, duplicates, due dates)
#: matches nobody.
#: None lets everybody through, and says so more cheaply than a claim that is always true.
FILTERS: Mapping[str, Claim | None] = {
    "Status.All": None,
    "Status.Active": _active,
    "Status.Inactive": _inactive,
    "Status.Duplicate": _none,
    "Status.PortalEnabled": _none,
    "Status.PortalDisabled": None,
    "Status.CreditLimitExceed": _none,
    "Status.Crm": _none,
    "Status.Customers": _customer,
    "Status.Vendors": _vendor,
    "Status.ActiveCustomers": _both(_active, _customer),
    "Status.InactiveCustomers": _both(_inactive, _customer),
    "Status.ActiveVendors": _both(_active, _vendor),
    "Status.InactiveVendors": _both(_inactive, _vendor),
    "Invoice.OverDue": _none,
    "Invoice.Unpaid": lambda contact: contact.outstanding_receivable_amount > 0,
}

#: Those that tell contacts of one type and status apart.
OF_EACH = frozenset({"Invoice.Unpaid"})

#: `status`, which only other people's code knows.
STATUSES: Mapping[str, Claim] = {"active": _active, "inactive": _inactive}

TYPES: Mapping[str, Claim] = {"customer": _customer, "vendor": _vendor}

#: Columns that can be searched: each gives the texts of which one must match.
COLUMNS: Mapping[str, Callable[[Contact], tuple[str, ...]]] = {
    "contact_name": lambda contact: (contact.contact_name,),
    "company_name": lambda contact: (contact.company_name,),
    "first_name": lambda contact: (contact.primary.first_name,),
    "last_name": lambda contact: (contact.primary.last_name,),
    "email": lambda contact: (contact.primary.email,),
    "phone": lambda contact: (contact.primary.phone,),
    "address": lambda contact: (contact.billing_address.address, contact.shipping_address.address),
}

#: Links to Zoho CRM, of which no contact of the sandbox has one.
LINKS = ("zcrm_contact_id", "zcrm_account_id", "zcrm_vendor_id")

#: How a parameter's ending compares: the text of the contact, then the text that was asked for.
COMPARATORS: Mapping[str, tuple[str, Callable[[str, str], bool]]] = {
    "": ("equal", lambda text, wanted: text == wanted),
    "_startswith": ("starts_with", lambda text, wanted: text.startswith(wanted)),
    "_contains": ("contains", lambda text, wanted: wanted in text),
}

#: `sort_column`. Ties keep the order of their ids.
ORDERS: Mapping[str, Callable[[Contact], Any]] = {
    "contact_name": lambda contact: contact.contact_name.casefold(),
    "first_name": lambda contact: contact.primary.first_name.casefold(),
    "last_name": lambda contact: contact.primary.last_name.casefold(),
    "email": lambda contact: contact.primary.email.casefold(),
    "outstanding_receivable_amount": lambda contact: contact.outstanding_receivable_amount,
    "outstanding_payable_amount": lambda contact: contact.outstanding_payable_amount,
    "created_time": lambda contact: contact.created,
    "last_modified_time": lambda contact: contact.modified,
}
