"""Carrying admitted runs: each in exactly one live process."""
