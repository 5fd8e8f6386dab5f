"""The organization "Generated Customers": as many as wanted, and always the same ones."""

from contactd_zoho_sandbox.crowd import LEVELS, Crowd
from contactd_zoho_sandbox.finance.book import Book
from contactd_zoho_sandbox.finance.contacts import IDS_PER_CONTACT
from contactd_zoho_sandbox.seeds.founding import UNITED_STATES, custom_field, organization
from contactd_zoho_sandbox.zoho import Zoho

ORGANIZATION_ID = "7001123612"


def load(zoho: Zoho, count: int, *, seed: int, bad_share: float) -> Book:
    """Add the organization, with *count* customers, to *zoho*."""
    level = custom_field(zoho.store, 1, "Level", "dropdown", LEVELS)
    founded = organization(
        zoho.store,
        ORGANIZATION_ID,
        "Generated Customers",
        UNITED_STATES,
        created="2021-12-01",
        default=not zoho.books,
        custom_fields=(level,),
    )
    book = zoho.found(founded)
    first_id = zoho.store.allocate(count * IDS_PER_CONTACT)[0]
    crowd = Crowd(organization_id=ORGANIZATION_ID, first_id=first_id, count=count, seed=seed, bad_share=bad_share)
    book.welcome(crowd)
    return book
