"""Organizations and contacts as seeds describe them: plain values in, documents with ids out."""

from collections.abc import Iterator
from typing import NamedTuple

from contactd_zoho_sandbox.finance.contacts import IDS_PER_CONTACT, Person
from contactd_zoho_sandbox.finance.organizations import CustomField, DataType, Organization
from contactd_zoho_sandbox.store import Store


class Place(NamedTuple):
    """Where an organization is: zone, country, money, edition."""

    time_zone: str
    country: str
    country_code: str
    currency_code: str
    currency_symbol: str
    version: str


UNITED_STATES = Place("America/New_York", "U.S.A.", "US", "USD", "$", "us")
CANADA = Place("America/Toronto", "Canada", "CA", "CAD", "$", "canada")
INDIA = Place("Asia/Kolkata", "India", "IN", "INR", "Rs.", "india")


def organization(
    store: Store,
    organization_id: str,
    name: str,
    place: Place,
    *,
    created: str,
    default: bool = False,
    custom_fields: tuple[CustomField, ...] = (),
) -> Organization:
    """Return a new organization."""
    currency, terms = store.allocate(2)
    return Organization(
        organization_id=organization_id,
        name=name,
        **place._asdict(),
        currency_id=str(currency),
        payment_terms_id=str(terms),
        created=created,
        is_default_org=default,
        custom_fields=custom_fields,
    )


def custom_field(
    store: Store, index: int, label: str, data_type: DataType, options: tuple[str, ...] = ()
) -> CustomField:
    """Return a new custom field; its `api_name` is made from *label*, as Zoho makes it."""
    field, *chosen = store.allocate(1 + len(options))
    return CustomField(
        customfield_id=str(field),
        api_name=f"cf_{label.lower().replace(' ', '_')}",
        label=label,
        data_type=data_type,
        index=index,
        options={name: str(identity) for name, identity in zip(options, chosen, strict=True)},
    )


def contact_ids(store: Store, count: int) -> Iterator[int]:
    """Yield the ids of *count* new contacts."""
    return iter(store.allocate(count * IDS_PER_CONTACT)[::IDS_PER_CONTACT])


def person(contact_id: int, first_name: str, last_name: str, email: str, **texts: str) -> tuple[Person, ...]:
    """Return the one and primary person of a contact."""
    return (
        Person(
            contact_person_id=str(contact_id + 1),
            first_name=first_name,
            last_name=last_name,
            email=email,
            is_primary_contact=True,
            **texts,
        ),
    )
