"""What the list tells of a contact without a call for each (FACTS.md "2.4").

A field that the rows of a product lack is unknown there, and leaves what a
contact has alone. Balances move without the contact counting as modified.
"""

from contactd_sdk import FieldType, Preset, SourceField
from contactd_zoho.product import Product

#: In the order in which they are offered. E-mail address, names and phones are the primary contact person's.
FIELDS = (
    SourceField("email", "E-mail", FieldType.EMAIL, preset=Preset.EMAIL),
    SourceField("first_name", "First name", FieldType.TEXT, preset=Preset.FIRST_NAME),
    SourceField("last_name", "Last name", FieldType.TEXT, preset=Preset.LAST_NAME),
    SourceField("contact_name", "Display name", FieldType.TEXT),
    SourceField("company_name", "Company", FieldType.TEXT),
    SourceField("phone", "Phone", FieldType.PHONE),
    SourceField("mobile", "Mobile", FieldType.PHONE),
    SourceField("website", "Website", FieldType.URL),
    SourceField("customer_sub_type", "Customer type", FieldType.ENUM),
    SourceField("status", "Status", FieldType.ENUM),
    SourceField("tags", "Tags", FieldType.TAGS),
    SourceField("portal_status", "Portal status", FieldType.ENUM),
    SourceField("source", "Entered through", FieldType.ENUM),
    SourceField("language_code", "Language", FieldType.TEXT),
    SourceField("currency_code", "Currency", FieldType.TEXT),
    SourceField("payment_terms", "Payment terms in days", FieldType.NUMBER),
    SourceField("payment_terms_label", "Payment terms", FieldType.TEXT),
    SourceField("outstanding_receivable_amount", "Outstanding receivables", FieldType.DECIMAL, drifts=True),
    SourceField("outstanding_receivable_amount_bcy", "Receivables, base currency", FieldType.DECIMAL, drifts=True),
    SourceField("outstanding_payable_amount", "Outstanding payables", FieldType.DECIMAL, drifts=True),
    SourceField("outstanding_payable_amount_bcy", "Payables, base currency", FieldType.DECIMAL, drifts=True),
    SourceField("unused_credits_receivable_amount", "Unused credits", FieldType.DECIMAL, drifts=True),
    SourceField("unused_credits_receivable_amount_bcy", "Credits, base currency", FieldType.DECIMAL, drifts=True),
    SourceField("unused_credits_payable_amount", "Unused vendor credits", FieldType.DECIMAL, drifts=True),
    SourceField("unused_credits_payable_amount_bcy", "Vendor credits, base currency", FieldType.DECIMAL, drifts=True),
    SourceField("facebook", "Facebook", FieldType.TEXT),
    SourceField("twitter", "X (Twitter)", FieldType.TEXT),
    SourceField("is_linked_with_zohocrm", "Linked with Zoho CRM", FieldType.BOOLEAN),
    SourceField("has_attachment", "Has an attachment", FieldType.BOOLEAN),
    SourceField("track_1099", "Tracked for form 1099 (US)", FieldType.BOOLEAN),
    SourceField("gst_no", "GST number (India)", FieldType.TEXT),
    SourceField("gst_treatment", "GST treatment (India)", FieldType.ENUM),
    SourceField("place_of_contact", "Place of supply (India)", FieldType.TEXT),
    SourceField("pan_no", "PAN (India)", FieldType.TEXT),
    SourceField("created_time", "Created", FieldType.DATETIME),
    SourceField("last_modified_time", "Last modified", FieldType.DATETIME),
)


def listed(product: Product) -> tuple[SourceField, ...]:
    """Give the fields that a row of the list of *product* has."""
    return tuple(field for field in FIELDS if field.name not in product.unlisted)
