"""Zoho Books among the products of the family: where it answers, and what it lets a connector read."""

from contactd_zoho.product import Product

BOOKS = Product("Zoho Books", "/books/v3", ("ZohoBooks.contacts.READ", "ZohoBooks.settings.READ"))
