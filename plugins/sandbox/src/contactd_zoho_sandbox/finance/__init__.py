"""The engine behind Zoho Books: organizations, their contacts, and the calls that read and write them."""
