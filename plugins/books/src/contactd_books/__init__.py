"""Customers of Zoho Books, as a kind of source."""

from contactd_books.kind import contactd_sources

__all__ = ["contactd_sources"]
