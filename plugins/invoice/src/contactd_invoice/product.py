"""Zoho Invoice among the products of the family: where it answers, and what it lets a connector read.

Its documentation names the organization in a header (plugins/zoho/FACTS.md "2.1").
"""

from contactd_zoho.product import Product

INVOICE = Product(
    "Zoho Invoice",
    "/invoice/v3",
    ("ZohoInvoice.contacts.READ", "ZohoInvoice.settings.READ"),
    organization_header="X-com-zoho-invoice-organizationid",
)
