"""Contacts by hand and out of files, their noes, why they are here, and their right to be erased."""
