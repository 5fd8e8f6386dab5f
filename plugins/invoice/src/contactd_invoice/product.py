"""Zoho Invoice among the products of the family: where it answers, and what it lets a connector read.

Its documentation names the organization in a header, and the rows of its list
lack what belongs to purchases (plugins/zoho/FACTS.md "2.1", "2.4").
"""

from contactd_zoho.product import Product

INVOICE = Product(
    "Zoho Invoice",
    "/invoice/v3",
    ("ZohoInvoice.contacts.READ", "ZohoInvoice.settings.READ"),
    organization_header="X-com-zoho-invoice-organizationid",
    unlisted=frozenset(
        {
            "tags",
            "track_1099",
            "outstanding_payable_amount",
            "outstanding_payable_amount_bcy",
            "unused_credits_payable_amount",
            "unused_credits_payable_amount_bcy",
        }
    ),
)
