"""A body of a writing call, applied to a contact.

Rule: a body is checked whole before anything is kept. Lists of persons are
replaced, addresses and custom values are merged.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from contactd_zoho_sandbox.finance.answers import bad_value, missing, name_taken, unknown
from contactd_zoho_sandbox.finance.bodies import (
    PERSON_TEXTS,
    ContactBody,
    ControlBody,
    CustomFieldBody,
    PersonBody,
    set_fields,
)
from contactd_zoho_sandbox.finance.book import Book
from contactd_zoho_sandbox.finance.contacts import IDS_PER_CONTACT, Contact, CustomValue, Person
from contactd_zoho_sandbox.finance.custom_fields import fits
from contactd_zoho_sandbox.finance.organizations import CustomField, Organization
from contactd_zoho_sandbox.finance.times import second_of

#: Gives so many new ids in a row.
Allocate = Callable[[int], range]

#: Fields of a body that are not fields of a contact under the same name, and are applied one by one.
_APART = {"contact_persons", "custom_fields", "custom", "created_time", "last_modified_time", *PERSON_TEXTS}


def made(book: Book, body: ContactBody, allocate: Allocate, *, now: int, source: str) -> Contact:
    """Return the new contact that *body* describes.

    Raises:
        Refused: a field of the body is missing, wrong or taken.
    """
    if not body.contact_name:
        raise missing("contact_name")
    blank = Contact(
        contact_id=str(allocate(IDS_PER_CONTACT)[0]),
        organization_id=book.organization.organization_id,
        contact_name=str(body.contact_name),
        source=source,
        created=now,
        modified=now,
    )
    return edited(book, blank, body, allocate, now=now)


def edited(book: Book, contact: Contact, body: ContactBody, allocate: Allocate, *, now: int) -> Contact:
    """Return *contact* with all that *body* says.

    Raises:
        Refused: a field of the body is wrong or taken.
    """
    if body.contact_name == "":
        raise missing("contact_name")
    changes: dict[str, Any] = {name: value for name, value in set_fields(body).items() if name not in _APART}
    for name in ("billing_address", "shipping_address"):
        if name in changes:
            changes[name] = msgspec.structs.replace(getattr(contact, name), **set_fields(changes[name]))
    changes["persons"] = _persons(contact, body, allocate)
    changes["custom"] = _custom(contact, body, book.organization)
    changes |= _times(body, book.organization, now)
    after = msgspec.structs.replace(contact, **changes)
    holder = book.named(after.contact_type, after.contact_name)
    if holder is not None and holder.contact_id != contact.contact_id:
        raise name_taken(after.contact_name)
    return after


def _persons(contact: Contact, body: ContactBody, allocate: Allocate) -> tuple[Person, ...]:
    persons = contact.persons
    if isinstance(body.contact_persons, list):
        persons = tuple(_person(contact, wanted, allocate) for wanted in body.contact_persons)
    if persons and not any(person.is_primary_contact for person in persons):
        persons = (msgspec.structs.replace(persons[0], is_primary_contact=True), *persons[1:])
    texts = {name: value for name, value in set_fields(body).items() if name in PERSON_TEXTS}
    return _with_primary(persons, texts, allocate) if texts else persons


def _person(contact: Contact, body: PersonBody, allocate: Allocate) -> Person:
    given: dict[str, Any] = set_fields(body)
    identity = given.pop("contact_person_id", "")
    if not identity:
        return Person(contact_person_id=str(allocate(1)[0]), **given)
    for person in contact.persons:
        if person.contact_person_id == identity:
            return msgspec.structs.replace(person, **given)
    raise unknown("Contact person")


def _with_primary(persons: tuple[Person, ...], texts: dict[str, Any], allocate: Allocate) -> tuple[Person, ...]:
    if not persons:
        return (Person(contact_person_id=str(allocate(1)[0]), is_primary_contact=True, **texts),)
    return tuple(
        msgspec.structs.replace(person, **texts) if person.is_primary_contact else person for person in persons
    )


def _custom(contact: Contact, body: ContactBody, organization: Organization) -> dict[str, CustomValue]:
    values = dict(contact.custom)
    for field, value in _custom_values(body, organization):
        if value is None or value == "":
            values.pop(field.api_name, None)
        elif fits(field, value):
            values[field.api_name] = value
        else:
            raise bad_value(field.label)
    return values


def _custom_values(body: ContactBody, organization: Organization) -> list[tuple[CustomField, CustomValue | None]]:
    values: list[tuple[str | int, CustomValue | None]] = []
    if isinstance(body.custom_fields, list):
        values += [(_field_name(wanted), wanted.value) for wanted in body.custom_fields]
    if isinstance(body, ControlBody) and isinstance(body.custom, dict):
        values += body.custom.items()
    found = [(organization.field(name), value) for name, value in values]
    if any(field is None for field, _ in found):
        raise bad_value("custom_fields")
    return [(field, value) for field, value in found if field is not None]


def _field_name(body: CustomFieldBody) -> str | int:
    return body.customfield_id or body.api_name or body.label or body.index


def _times(body: ContactBody, organization: Organization, now: int) -> dict[str, int]:
    times = {"modified": now}
    if isinstance(body, ControlBody):
        for name, field in (("created_time", "created"), ("last_modified_time", "modified")):
            text = getattr(body, name)
            if isinstance(text, str):
                second = second_of(text, organization.time_zone)
                if second is None:
                    raise bad_value(name)
                times[field] = second
    return times
