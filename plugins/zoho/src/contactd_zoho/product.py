"""A product of the family: the same engine under another path, with scopes of its own."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Product:
    """What tells one product from another: its *title*, the *root* of its calls, the *scopes* to read it.

    *organization_header* names the organization besides the query, where the product documents one.
    *unlisted* are keys that the rows of its list lack, and the rows of others have.
    """

    title: str
    root: str
    scopes: tuple[str, ...]
    organization_header: str = ""
    unlisted: frozenset[str] = frozenset()
