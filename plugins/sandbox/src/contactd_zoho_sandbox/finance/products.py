"""The products that run on one engine, and how they differ."""

from dataclasses import dataclass

from aiohttp import web


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """One product: where it answers and which scopes it wants."""

    name: str
    root: str
    service: str
    #: Names the organization where the query does not.
    organization_header: str = "X-com-zoho-invoice-organizationid"

    #: Keys of a row of the list that the product does not have (plugins/zoho/FACTS.md "2.4").
    lacks: frozenset[str] = frozenset()

    def organization_of(self, request: web.Request) -> str:
        """Return the id of the organization that *request* names, or nothing."""
        named = request.match_info.get("organization_id") or request.query.get("organization_id")
        return named or request.headers.get(self.organization_header) or ""


BOOKS = Product(name="books", root="/books/v3", service="ZohoBooks")
INVOICE = Product(
    name="invoice",
    root="/invoice/v3",
    service="ZohoInvoice",
    lacks=frozenset(
        {
            "outstanding_payable_amount",
            "outstanding_payable_amount_bcy",
            "unused_credits_payable_amount",
            "unused_credits_payable_amount_bcy",
            "payment_terms_id",
            "contactperson_custom_fields",
            "tags",
            "track_1099",
        }
    ),
)

PRODUCTS = (BOOKS, INVOICE)


def product_of(request: web.Request) -> Product | None:
    """Return the product that *request* is for, or None if it is for none."""
    return next((product for product in PRODUCTS if request.path.startswith(f"{product.root}/")), None)
