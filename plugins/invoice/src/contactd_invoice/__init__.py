"""Customers of Zoho Invoice, as a kind of source."""

from contactd_invoice.kind import contactd_sources

__all__ = ["contactd_sources"]
