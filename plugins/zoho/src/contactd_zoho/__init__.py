"""What the connectors for Zoho's finance products share: data centers, consent, calls, rows and pages.

What is known of Zoho, and how surely, stands in plugins/zoho/FACTS.md; its sections are cited here by number.
"""
