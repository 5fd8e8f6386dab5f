"""How custom fields and their values are shown: in a list, in a hash, and flat in the row.

Facts: plugins/zoho/FACTS.md "2.7". A field without a value is left out everywhere.
"""

from datetime import date

from contactd_zoho_sandbox.finance.contacts import Contact, CustomValue
from contactd_zoho_sandbox.finance.organizations import CustomField, Organization


def elements(contact: Contact, organization: Organization) -> list[dict[str, object]]:
    """Return the values of *contact* as `custom_fields[]`."""
    return [
        _element(field, contact.custom[field.api_name])
        for field in organization.custom_fields
        if field.api_name in contact.custom
    ]


def flat(contact: Contact, organization: Organization) -> dict[str, CustomValue]:
    """Return the values of *contact* as `cf_*` and `cf_*_unformatted`."""
    values: dict[str, CustomValue] = {}
    for field in organization.custom_fields:
        if field.api_name in contact.custom:
            value = contact.custom[field.api_name]
            values[field.api_name] = _formatted(field, value)
            values[f"{field.api_name}_unformatted"] = value
    return values


def metadata(organization: Organization) -> list[dict[str, object]]:
    """Return the fields themselves as `customfields[]` of the settings."""
    return [
        {
            "customfield_id": field.customfield_id,
            "label": field.label,
            "api_name": field.api_name,
            "data_type": field.data_type,
            "index": field.index,
            "entity": "contact",
            "is_mandatory": False,
            "is_active": True,
            "values": [
                {"order": order, "name": name, "id": identity}
                for order, (name, identity) in enumerate(field.options.items(), start=1)
            ],
        }
        for field in organization.custom_fields
    ]


def fits(field: CustomField, value: CustomValue) -> bool:
    """Tell whether *value* is one that *field* can hold."""
    match field.data_type:
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "check_box":
            return isinstance(value, bool)
        case "multiselect":
            return isinstance(value, list) and set(value) <= set(field.options)
        case "dropdown":
            return value in field.options
        case "date":
            return isinstance(value, str) and _is_day(value)
        case _:
            return isinstance(value, str)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _formatted(field: CustomField, value: CustomValue) -> str:
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if field.data_type == "date":
        return f"{date.fromisoformat(str(value)):%d %b %Y}"
    return str(value)


def _element(field: CustomField, value: CustomValue) -> dict[str, object]:
    element: dict[str, object] = {
        "field_id": field.customfield_id,
        "customfield_id": field.customfield_id,
        "api_name": field.api_name,
        "placeholder": field.api_name,
        "label": field.label,
        "index": field.index,
        "data_type": field.data_type,
        "value": value,
        "value_formatted": _formatted(field, value),
        "search_entity": "contact",
        "is_active": True,
    }
    if field.data_type == "dropdown":
        element["selected_option_id"] = field.options[str(value)]
    return element | _SHOWN


_SHOWN = {
    "show_on_pdf": False,
    "show_in_portal": False,
    "show_in_store": False,
    "show_in_all_pdf": False,
    "edit_on_portal": False,
    "edit_on_store": False,
    "is_dependent_field": False,
}
