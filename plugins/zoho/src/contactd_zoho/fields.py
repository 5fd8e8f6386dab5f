"""The custom fields of an organization, as its settings describe them (FACTS.md "2.7").

Their call is documented nowhere and needs a scope of its own: where it is
refused, the fields are learned from the customers modified last.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from contactd_sdk import AuthFailed, FieldType, Misconfigured, SourceField
from contactd_zoho.customs import PREFIX
from contactd_zoho.errors import Envelope, Refusal
from contactd_zoho.finance import Finance
from contactd_zoho.listing import NEWEST_FIRST

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

#: Where a row has what is known of the custom fields with a value, its own and its primary person's.
_OWN, _PERSONS = "custom_fields", "contactperson_custom_fields"


class _Described(msgspec.Struct):
    api_name: str = ""
    label: str = ""
    data_type: str = "string"
    is_active: bool = True


class _Answer(Envelope, kw_only=True):
    customfields: Any = None


class _Rows(Envelope, kw_only=True):
    # Absent in a refusal, which comes with HTTP 200 as well.
    contacts: tuple[dict[str, Any], ...] = ()


_read = msgspec.json.Decoder(_Answer).decode
_read_rows = msgspec.json.Decoder(_Rows).decode


def offered_customs(finance: Finance) -> tuple[SourceField, ...]:
    """Tell the custom fields of contacts, by their description or by what rows show.

    Raises:
        SourceError: it could not be asked, or another time.
    """
    answer = finance.attempt("/settings/preferences/customfields", {"entity": "contact"}, _read)
    if not isinstance(answer, Refusal):
        return _fields(answer.customfields if isinstance(answer.customfields, list) else [])
    if isinstance(answer.error, AuthFailed | Misconfigured):
        return _seen(finance, _OWN)
    raise answer.error


def offered_person_customs(finance: Finance) -> tuple[SourceField, ...]:
    """Tell the custom fields of contact persons, as far as rows show them: nothing describes them."""
    return tuple(msgspec.structs.replace(field, detail=True) for field in _seen(finance, _PERSONS))


def _seen(finance: Finance, key: str) -> tuple[SourceField, ...]:
    params = {"contact_type": "customer", "filter_by": "Status.All", "per_page": "200", "page": "1", **NEWEST_FIRST}
    answer = finance.get("/contacts", params, _read_rows)
    lists = (row.get(key) for row in answer.contacts)
    return _fields(element for elements in lists if isinstance(elements, list) for element in elements)


def _fields(rows: Iterable[Any]) -> tuple[SourceField, ...]:
    found = {field.name: field for row in rows for field in _field(row)}
    return tuple(found.values())


def _field(row: Any) -> tuple[SourceField, ...]:
    try:
        about = msgspec.convert(row, _Described)
    except msgspec.ValidationError:
        return ()
    kind = TYPES.get(about.data_type, FieldType.TEXT)
    if kind is None or not about.is_active or not about.api_name.startswith(PREFIX):
        return ()
    return (SourceField(about.api_name, about.label or about.api_name, kind, custom=True),)
