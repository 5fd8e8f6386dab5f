"""What only the call for one contact tells of it (FACTS.md "2.4"): addresses, notes, owner, persons.

Every offered field of an answer is taken, whatever is wanted of it now: the
call was dear, and what it told is shelved for a mapping that wants more.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec
from msgspec import UNSET, Struct

from contactd_sdk import FieldType, Value
from contactd_zoho.dear import ADDRESSES, COUNTRY, DETAILS, OWN, PARTS, PERSON_TYPES, PREFERENCES
from contactd_zoho.errors import Envelope
from contactd_zoho.listed import FIELDS
from contactd_zoho.values import digits, plain, shaped

_TYPES = {field.name: field.type for field in (*DETAILS, *FIELDS)}

#: What may be an address in a text, and what stands around one.
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"|]+@[^\s<>()\[\],;:\"|?]+")
_AROUND = ".'!*_"

#: What the fields are read from besides keys of their own names.
_OWN_KEYS = tuple(field.name for field in OWN if field.name != COUNTRY)


class Person(Struct, frozen=True, array_like=True):
    """One contact person: the *id*, and what it is known by."""

    id: str
    values: dict[str, Value]


class Detail(Struct, frozen=True, array_like=True):
    """What one detail told, as it is shelved. *fetched* is when, aware; *listed* is the address in its row then."""

    fetched: datetime
    values: dict[str, Value]
    persons: list[Person]
    listed: str | None = None

    @property
    def addresses(self) -> list[str]:
        """Every e-mail address in it, in whichever text: an erased one must not stay on the shelf."""
        values = [
            self.listed,
            *self.values.values(),
            *(value for person in self.persons for value in person.values.values()),
        ]
        found = (word.strip(_AROUND) for value in values if isinstance(value, str) for word in _ADDRESS.findall(value))
        return sorted(set(found))


class Told(Envelope, kw_only=True):
    """The answer to the call for one contact."""

    contact: Any = None


read_told = msgspec.json.Decoder(Told, float_hook=digits).decode
_PACK = msgspec.msgpack.Encoder()
_UNPACK = msgspec.msgpack.Decoder(Detail)


def contact_of(told: Told, ident: str) -> dict[str, Any] | None:
    """Give the contact that was asked for by *ident*, if that is what was told of."""
    contact = told.contact
    return contact if isinstance(contact, dict) and str(contact.get("contact_id", ident)) == ident else None


def detail_of(contact: Mapping[str, Any], fetched: datetime, listed: str | None = None) -> Detail:
    """Take from the answer *contact* what is offered; a key that it lacks is unknown."""
    values = _shaped((name, contact.get(name, UNSET)) for name in (*_OWN_KEYS, "tags"))
    for key, (short, _) in ADDRESSES.items():
        address = contact.get(key)
        if isinstance(address, dict):
            values |= _shaped((f"{short}_{part}", address.get(part, UNSET)) for part in PARTS)
    values |= _country(values)
    persons = contact.get("contact_persons")
    found = [_person(one) for one in persons if isinstance(one, dict)] if isinstance(persons, list) else []
    return Detail(fetched, values, [one for one in found if one.id], listed)


def packed(detail: Detail) -> bytes:
    """Give *detail* as it is shelved."""
    return _PACK.encode(detail)


def unpacked(payload: bytes) -> Detail | None:
    """Give what was shelved, or `None` where an earlier version of this module wrote it."""
    try:
        return _UNPACK.decode(payload)
    except msgspec.MsgspecError:
        return None


def _country(values: Mapping[str, Value]) -> dict[str, Value]:
    """Tell the country of a contact: the billing address's, else the shipping address's, by name or else by code."""
    known = [key for short, _ in ADDRESSES.values() for key in (f"{short}_country", f"{short}_country_code")]
    there = [values[key] for key in known if key in values]
    return {COUNTRY: next((text for text in there if text), "")} if there else {}


def _shaped(pairs: Iterable[tuple[str, Any]]) -> dict[str, Value]:
    found = ((name, shaped(value, _TYPES[name])) for name, value in pairs if value is not UNSET)
    return {name: value for name, value in found if value is not UNSET}


def _person(one: Mapping[str, Any]) -> Person:
    values = {name: shaped(one[name], kind) for name, kind in PERSON_TYPES.items() if name in one}
    ways = one.get("communication_preference")
    if isinstance(ways, dict):
        values |= {name: shaped(ways[name], FieldType.BOOLEAN) for name in PREFERENCES if name in ways}
    customs = one.get("custom_fields")
    for element in customs if isinstance(customs, list) else ():
        if isinstance(element, dict) and isinstance(name := element.get("api_name"), str):
            values[name] = plain(element.get("value"))
    ident = one.get("contact_person_id")
    there = {name: value for name, value in values.items() if value is not UNSET}
    return Person(str(ident) if isinstance(ident, str | int) else "", there)
