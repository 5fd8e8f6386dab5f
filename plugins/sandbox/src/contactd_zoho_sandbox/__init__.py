"""A Zoho Accounts server and a Zoho Books on the loopback, for trying and testing connectors.

Start it with `python -m contactd_zoho_sandbox`, or from a test with
`contactd_zoho_sandbox.control.Sandbox.start()`.

Rule: this module imports nothing, so that the control client stays as light
as the standard library.
"""
