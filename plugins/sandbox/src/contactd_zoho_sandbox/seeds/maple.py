"""The organization "Maple Leaf Records": all that there is in the other data center, so that there is no choice."""

from contactd_zoho_sandbox.finance.book import Book
from contactd_zoho_sandbox.finance.contacts import Address, Contact
from contactd_zoho_sandbox.seeds.founding import CANADA, contact_ids, organization, person
from contactd_zoho_sandbox.zoho import Zoho

ORGANIZATION_ID = "7001123700"

#: 2023-05-02 09:00 in Toronto.
OPENED = 1_683_032_400

PEOPLE = (
    ("Noémie", "Gagnon", "noemie.gagnon@disquaire.ca"),
    ("Liam", "Fraser", "liam.fraser@vinylbarn.ca"),
)


def load(zoho: Zoho) -> Book:
    """Add the organization to *zoho*; it is the only one."""
    founded = organization(
        zoho.store,
        ORGANIZATION_ID,
        "Maple Leaf Records",
        CANADA,
        created="2023-05-02",
        default=True,
    )
    book = zoho.found(founded)
    ids = contact_ids(zoho.store, len(PEOPLE))
    book.put_all(
        Contact(
            contact_id=str(identity),
            organization_id=ORGANIZATION_ID,
            contact_name=f"{first_name} {last_name}",
            created=OPENED,
            modified=OPENED,
            persons=person(identity, first_name, last_name, email),
            billing_address=Address(city="Montréal", country="Canada", country_code="CA"),
        )
        for identity, (first_name, last_name, email) in zip(ids, PEOPLE, strict=True)
    )
    return book
