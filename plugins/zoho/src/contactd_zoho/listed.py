"""What every product of the family tells of a contact without a call for each (FACTS.md "2.4")."""

from contactd_sdk import FieldType, Preset, SourceField

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
    SourceField("portal_status", "Portal status", FieldType.ENUM),
    SourceField("source", "Entered through", FieldType.ENUM),
    SourceField("language_code", "Language", FieldType.TEXT),
    SourceField("currency_code", "Currency", FieldType.TEXT),
    SourceField("payment_terms", "Payment terms in days", FieldType.NUMBER),
    SourceField("payment_terms_label", "Payment terms", FieldType.TEXT),
    SourceField("outstanding_receivable_amount", "Outstanding receivables", FieldType.DECIMAL),
    SourceField("unused_credits_receivable_amount", "Unused credits", FieldType.DECIMAL),
    SourceField("facebook", "Facebook", FieldType.TEXT),
    SourceField("twitter", "X (Twitter)", FieldType.TEXT),
    SourceField("created_time", "Created", FieldType.DATETIME),
    SourceField("last_modified_time", "Last modified", FieldType.DATETIME),
)
