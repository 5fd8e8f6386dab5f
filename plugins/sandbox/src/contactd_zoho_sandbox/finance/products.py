"""The products that run on one engine, and how they differ."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """One product: where it answers and which scopes it wants."""

    root: str
    service: str
    #: Names the organization where the query does not.
    organization_header: str = "X-com-zoho-invoice-organizationid"

    #: Keys of a row of the list that the product does not have (plugins/zoho/FACTS.md "2.4").
    lacks: frozenset[str] = frozenset()
    #: Parameters of the list that it passes over without a word, as it does with unknown ones ("2.3").
    ignores: frozenset[str] = frozenset()


BOOKS = Product(root="/books/v3", service="ZohoBooks")
INVOICE = Product(
    root="/invoice/v3",
    service="ZohoInvoice",
    ignores=frozenset({"contact_type"}),
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
