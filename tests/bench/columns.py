"""What the floor keeps of a contact: columns of SQLite, each with the type that its value has in the JSON."""

#: All that a row of the list says which is one value, the formatted twins of others left out.
LISTED: dict[str, type] = {
    "contact_id": str,
    "contact_name": str,
    "customer_name": str,
    "vendor_name": str,
    "company_name": str,
    "website": str,
    "language_code": str,
    "contact_type": str,
    "contact_type_formatted": str,
    "status": str,
    "customer_sub_type": str,
    "source": str,
    "is_linked_with_zohocrm": bool,
    "payment_terms": int,
    "payment_terms_label": str,
    "currency_id": str,
    "currency_code": str,
    "outstanding_receivable_amount": float,
    "outstanding_receivable_amount_bcy": float,
    "unused_credits_receivable_amount": float,
    "unused_credits_receivable_amount_bcy": float,
    "first_name": str,
    "last_name": str,
    "email": str,
    "phone": str,
    "mobile": str,
    "facebook": str,
    "twitter": str,
    "portal_status": str,
    "created_time": str,
    "last_modified_time": str,
}

#: What the sync of the bench maps, beside the id and the time by which a change is known.
MAPPED: tuple[str, ...] = (
    "email",
    "first_name",
    "last_name",
    "contact_name",
    "company_name",
    "phone",
    "mobile",
    "status",
    "currency_code",
    "outstanding_receivable_amount",
)

#: The two floors, by name.
FLOORS: dict[str, dict[str, type]] = {
    "all": LISTED,
    "mapped": {name: LISTED[name] for name in ("contact_id", *MAPPED, "last_modified_time")},
}
