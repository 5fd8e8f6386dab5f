"""What a writing call may carry, as typed shapes.

Rule: what is absent stays as it is. The products ignore keys that they do not
know, as Zoho does; the control API refuses them, so that a test with a typing
error does not pass by chance.
"""

from decimal import Decimal
from typing import Annotated, TypeVar

import msgspec
from aiohttp import web
from msgspec import UNSET, Meta, Struct, UnsetType

from contactd_zoho_sandbox.finance.answers import Refused, bad_shape, not_json
from contactd_zoho_sandbox.finance.contacts import ContactType, CustomValue, Status

Text = Annotated[str, Meta(max_length=500)]
Name = Annotated[str, Meta(max_length=200)]

#: The texts of a person that a control call may set without naming the person.
PERSON_TEXTS = ("first_name", "last_name", "email", "phone", "mobile")

B = TypeVar("B", bound=Struct)


class AddressBody(Struct):
    """A postal address, or the parts of one that change."""

    attention: Text | UnsetType = UNSET
    address: Text | UnsetType = UNSET
    street2: Text | UnsetType = UNSET
    city: Text | UnsetType = UNSET
    state: Text | UnsetType = UNSET
    state_code: Text | UnsetType = UNSET
    zip: Text | UnsetType = UNSET
    country: Text | UnsetType = UNSET
    country_code: Text | UnsetType = UNSET
    county: Text | UnsetType = UNSET
    phone: Text | UnsetType = UNSET
    fax: Text | UnsetType = UNSET


class PersonBody(Struct):
    """A contact person; one with an id is changed, one without is new."""

    contact_person_id: str | UnsetType = UNSET
    salutation: Text | UnsetType = UNSET
    first_name: Name | UnsetType = UNSET
    last_name: Name | UnsetType = UNSET
    email: Text | UnsetType = UNSET
    phone: Text | UnsetType = UNSET
    mobile: Text | UnsetType = UNSET
    designation: Text | UnsetType = UNSET
    department: Text | UnsetType = UNSET
    skype: Text | UnsetType = UNSET
    fax: Text | UnsetType = UNSET
    is_primary_contact: bool | UnsetType = UNSET


class CustomFieldBody(Struct):
    """The value of a custom field, which is named in one of four ways; null and "" empty it."""

    value: CustomValue | None = None
    api_name: str = ""
    customfield_id: str = ""
    label: str = ""
    index: int = 0


class ContactBody(Struct):
    """A contact as the products take it."""

    contact_name: Name | UnsetType = UNSET
    company_name: Name | UnsetType = UNSET
    contact_type: ContactType | UnsetType = UNSET
    website: Text | UnsetType = UNSET
    payment_terms: int | UnsetType = UNSET
    payment_terms_label: Text | UnsetType = UNSET
    notes: str | UnsetType = UNSET
    contact_persons: list[PersonBody] | UnsetType = UNSET
    billing_address: AddressBody | UnsetType = UNSET
    shipping_address: AddressBody | UnsetType = UNSET
    custom_fields: list[CustomFieldBody] | UnsetType = UNSET


class ControlBody(ContactBody, forbid_unknown_fields=True):
    """A contact as the control API takes it: also what only Zoho itself could set."""

    status: Status | UnsetType = UNSET
    source: Text | UnsetType = UNSET
    outstanding_receivable_amount: Decimal | UnsetType = UNSET
    outstanding_payable_amount: Decimal | UnsetType = UNSET
    unused_credits_receivable_amount: Decimal | UnsetType = UNSET
    unused_credits_payable_amount: Decimal | UnsetType = UNSET
    #: Of the primary person, who is made when there is none.
    first_name: Name | UnsetType = UNSET
    last_name: Name | UnsetType = UNSET
    email: Text | UnsetType = UNSET
    phone: Text | UnsetType = UNSET
    mobile: Text | UnsetType = UNSET
    #: Custom values by `api_name`; null and "" empty a field.
    custom: dict[str, CustomValue | None] | UnsetType = UNSET
    #: Written like `2026-06-09T09:45:19-0400`; without it, the last change is now.
    created_time: str | UnsetType = UNSET
    last_modified_time: str | UnsetType = UNSET


def set_fields(body: Struct) -> dict[str, object]:
    """Return the fields of *body* that were given."""
    return {name: value for name, value in msgspec.structs.asdict(body).items() if value is not UNSET}


async def body_of(request: web.Request, shape: type[B]) -> B:
    """Read what *request* carries: JSON, or a form whose field `JSONString` holds JSON.

    Raises:
        Refused: it is no JSON, or a field in it has the wrong type or is too long.
    """
    if request.content_type == "application/x-www-form-urlencoded":
        text = (await request.post()).get("JSONString")
        if not isinstance(text, str):
            raise not_json()
        return read_body(text, shape)
    return read_body(await request.read(), shape)


def read_body(raw: bytes | str, shape: type[B]) -> B:
    """Return *raw* as *shape*.

    Raises:
        Refused: it is no JSON, or a field in it has the wrong type or is too long.
    """
    try:
        return msgspec.json.decode(raw, type=shape)
    except msgspec.ValidationError as exc:
        raise _wrong_field(exc) from exc
    except msgspec.DecodeError as exc:
        raise not_json() from exc


def _wrong_field(exc: msgspec.ValidationError) -> Refused:
    # msgspec ends its sentence with the place, like "... - at `$.contact_persons[...].email`".
    _, _, place = str(exc).rpartition("`$.")
    return bad_shape(place.rstrip("`") or "the body")
