"""Which changes move a contact's `last_modified_time` (plugins/zoho/FACTS.md "2.5", "9").

Rule: an edit by the product's `PUT` of the contact always moves it; a balance
never does; what else a change of one part alone does is disputed, and goes by
switches.
"""

from collections.abc import Collection

from contactd_zoho_sandbox.switches import Switches

#: What an edit names, and the switch that says whether it moves the stamp.
_PARTS = {
    "contact_persons": "person_moves_stamp",
    "first_name": "person_moves_stamp",
    "last_name": "person_moves_stamp",
    "email": "person_moves_stamp",
    "phone": "person_moves_stamp",
    "mobile": "person_moves_stamp",
    "billing_address": "address_moves_stamp",
    "shipping_address": "address_moves_stamp",
    "custom_fields": "custom_moves_stamp",
    "custom": "custom_moves_stamp",
    "status": "status_moves_stamp",
}

#: Invoices and payments change these, and leave the stamp alone.
_BALANCES = frozenset(
    {
        "outstanding_receivable_amount",
        "outstanding_payable_amount",
        "unused_credits_receivable_amount",
        "unused_credits_payable_amount",
    }
)


def moved(fields: Collection[str], switches: Switches) -> bool:
    """Tell whether a change of *fields* moves the stamp."""
    return any(getattr(switches, _PARTS[name]) if name in _PARTS else name not in _BALANCES for name in fields)
