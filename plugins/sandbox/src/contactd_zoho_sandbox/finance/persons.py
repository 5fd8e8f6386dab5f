"""Contact persons, changed one at a time: a contact in, the contact as it is then out.

Rule: a contact that has persons has one that is primary, and no more.
"""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from contactd_zoho_sandbox.finance.bodies import PersonBody, set_fields
from contactd_zoho_sandbox.finance.contacts import Contact, Person


def with_added(contact: Contact, body: PersonBody, identity: str) -> Contact:
    """Return *contact* with one person more."""
    added = Person(contact_person_id=identity, **_texts(body))
    primary = identity if added.is_primary_contact else contact.primary.contact_person_id
    return _settled(contact, (*contact.persons, added), primary)


def with_changed(contact: Contact, identity: str, body: PersonBody) -> Contact:
    """Return *contact* with the person of this *identity* as *body* says."""
    primary = identity if body.is_primary_contact is True else contact.primary.contact_person_id
    return _settled(contact, _each(contact, identity, lambda person: replace(person, **_texts(body))), primary)


def with_primary(contact: Contact, identity: str) -> Contact:
    """Return *contact* with another primary person."""
    return _settled(contact, contact.persons, identity)


def without(contact: Contact, identity: str) -> Contact:
    """Return *contact* without one person; the first of the others takes the place of a primary one."""
    left = tuple(person for person in contact.persons if person.contact_person_id != identity)
    return _settled(contact, left, contact.primary.contact_person_id)


def merged(winner: Contact, loser: Contact) -> Contact:
    """Return *winner* with the persons of *loser* behind its own."""
    return _settled(winner, winner.persons + loser.persons, winner.primary.contact_person_id)


def _texts(body: PersonBody) -> dict[str, Any]:
    return {name: value for name, value in set_fields(body).items() if name not in {"contact_person_id", "contact_id"}}


def _each(contact: Contact, identity: str, change: Callable[[Person], Person]) -> tuple[Person, ...]:
    return tuple(change(person) if person.contact_person_id == identity else person for person in contact.persons)


def _settled(contact: Contact, persons: tuple[Person, ...], primary: str) -> Contact:
    if persons and primary not in {person.contact_person_id for person in persons}:
        primary = persons[0].contact_person_id
    settled = (replace(person, is_primary_contact=person.contact_person_id == primary) for person in persons)
    return replace(contact, persons=tuple(settled))
