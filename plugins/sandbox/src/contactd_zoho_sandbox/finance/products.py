"""The products that run on one engine, and how they differ."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """One product: where it answers and which scopes it wants."""

    root: str
    service: str
    #: Names the organization where the query does not.
    organization_header: str = "X-com-zoho-invoice-organizationid"


BOOKS = Product(root="/books/v3", service="ZohoBooks")
