"""Zoho Accounts: who may call the products, and for how long."""
