"""What a product of the family offers to be read: its customers, and their contact persons."""

from contactd_sdk import Module
from contactd_zoho.dear import dear
from contactd_zoho.listed import listed
from contactd_zoho.persons import PERSONS, persons_fields
from contactd_zoho.product import Product

#: The module of customers.
CONTACTS = "contacts"


def modules(product: Product) -> tuple[Module, ...]:
    """Give the modules of *product*, with the fields that are known beforehand."""
    return (
        Module(CONTACTS, "Customers", (*listed(product), *dear(product))),
        Module(PERSONS, "Contact persons", persons_fields(product)),
    )
