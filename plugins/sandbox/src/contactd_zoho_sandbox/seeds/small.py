"""Small organizations: "Quiet Harbour Trading" is there so that a choice exists, "Maple Leaf Records" is alone."""

from typing import NamedTuple

from contactd_zoho_sandbox.finance.book import Book
from contactd_zoho_sandbox.finance.contacts import Address, Contact
from contactd_zoho_sandbox.seeds.founding import CANADA, INDIA, Place, contact_ids, organization, person
from contactd_zoho_sandbox.zoho import Zoho


class Small(NamedTuple):
    """An organization with a few *people* in one *city*; it and they are as old as *opened*, seconds since 1970."""

    organization_id: str
    name: str
    place: Place
    city: str
    created: str
    opened: int
    people: tuple[tuple[str, str, str], ...]


#: Far away, beside the organization that is read. Opened at 10:00 in Kolkata.
QUIET_HARBOUR = Small(
    organization_id="7001123599",
    name="Quiet Harbour Trading",
    place=INDIA,
    city="Mangaluru",
    created="2022-03-14",
    opened=1_647_232_200,
    people=(
        ("Asha", "Rao", "asha.rao@quietharbour.in"),
        ("Vikram", "Shetty", "vikram.shetty@quietharbour.in"),
    ),
)

#: All that there is in the other data center. Opened at 09:00 in Toronto.
MAPLE_LEAF = Small(
    organization_id="7001123700",
    name="Maple Leaf Records",
    place=CANADA,
    city="Montréal",
    created="2023-05-02",
    opened=1_683_032_400,
    people=(
        ("Noémie", "Gagnon", "noemie.gagnon@disquaire.ca"),
        ("Liam", "Fraser", "liam.fraser@vinylbarn.ca"),
    ),
)


def load(zoho: Zoho, small: Small) -> Book:
    """Add *small* to *zoho*; it is the default organization if there is no other."""
    founded = organization(
        zoho.store,
        small.organization_id,
        small.name,
        small.place,
        created=small.created,
        default=not zoho.books,
    )
    book = zoho.found(founded)
    ids = contact_ids(zoho.store, len(small.people))
    home = Address(city=small.city, country=small.place.country, country_code=small.place.country_code)
    book.put_all(
        Contact(
            contact_id=str(identity),
            organization_id=small.organization_id,
            contact_name=f"{first_name} {last_name}",
            created=small.opened,
            modified=small.opened,
            persons=person(identity, first_name, last_name, email),
            billing_address=home,
        )
        for identity, (first_name, last_name, email) in zip(ids, small.people, strict=True)
    )
    return book
