"""The custom fields of an organization, as its settings describe them (FACTS.md "2.7").

Their call is documented nowhere and needs a scope of its own: where it is
refused, the fields known beforehand have to do.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from contactd_sdk import AuthFailed, FieldType, Misconfigured, SourceField
from contactd_zoho.customs import PREFIX
from contactd_zoho.errors import Envelope, Refusal
from contactd_zoho.finance import Finance

#: What the types that people choose from become; one that is not here is text.
TYPES: Mapping[str, FieldType | None] = {
    "string": FieldType.TEXT,
    "multiline": FieldType.TEXT,
    "number": FieldType.NUMBER,
    "autonumber": FieldType.TEXT,
    "decimal": FieldType.DECIMAL,
    "amount": FieldType.DECIMAL,
    "percent": FieldType.DECIMAL,
    "date": FieldType.DATE,
    "date_time": FieldType.DATETIME,
    "check_box": FieldType.BOOLEAN,
    "dropdown": FieldType.ENUM,
    "multiselect": FieldType.TAGS,
    "url": FieldType.URL,
    "email": FieldType.EMAIL,
    "phone": FieldType.PHONE,
    "lookup": None,
    "attachment": None,
}


class _Described(msgspec.Struct):
    api_name: str = ""
    label: str = ""
    data_type: str = "string"
    is_active: bool = True


class _Answer(Envelope, kw_only=True):
    customfields: Any = None


_read = msgspec.json.Decoder(_Answer).decode


def custom_fields(finance: Finance, organization: str) -> tuple[SourceField, ...]:
    """Ask for the custom fields of contacts; none, if *organization* does not tell them.

    Raises:
        SourceError: it could not be asked, or another time.
    """
    params = {"organization_id": organization, "entity": "contact"}
    answer = finance.attempt("/settings/preferences/customfields", params, _read)
    if not isinstance(answer, Refusal):
        rows = answer.customfields if isinstance(answer.customfields, list) else []
        return tuple(field for row in rows for field in _field(row))
    if isinstance(answer.error, AuthFailed | Misconfigured):
        return ()
    raise answer.error


def _field(row: Any) -> tuple[SourceField, ...]:
    try:
        about = msgspec.convert(row, _Described)
    except msgspec.ValidationError:
        return ()
    kind = TYPES.get(about.data_type, FieldType.TEXT)
    if kind is None or not about.is_active or not about.api_name.startswith(PREFIX):
        return ()
    return (SourceField(about.api_name, about.label or about.api_name, kind, custom=True),)
