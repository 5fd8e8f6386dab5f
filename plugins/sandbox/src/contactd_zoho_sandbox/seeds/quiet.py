"""The organization "Quiet Harbour Trading": small, far away, and there so that a choice exists."""

from contactd_zoho_sandbox.finance.book import Book
from contactd_zoho_sandbox.finance.contacts import Address, Contact
from contactd_zoho_sandbox.seeds.founding import INDIA, contact_ids, organization, person
from contactd_zoho_sandbox.zoho import Zoho

ORGANIZATION_ID = "7001123599"

#: 2022-03-14 10:00 in Kolkata.
OPENED = 1_647_232_200

PEOPLE = (
    ("Asha", "Rao", "asha.rao@quietharbour.in"),
    ("Vikram", "Shetty", "vikram.shetty@quietharbour.in"),
)


def load(zoho: Zoho) -> Book:
    """Add the organization to *zoho*; it is the default one if there is no other."""
    founded = organization(
        zoho.store,
        ORGANIZATION_ID,
        "Quiet Harbour Trading",
        INDIA,
        created="2022-03-14",
        default=not zoho.books,
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
            billing_address=Address(city="Mangaluru", country="India", country_code="IN"),
        )
        for identity, (first_name, last_name, email) in zip(ids, PEOPLE, strict=True)
    )
    return book
