"""What people can ask for, one module a noun.

Rule: a module imports nothing heavy at its head. What speaks to the daemon is
imported by the command that is called, so that `--help` answers at once.
"""
