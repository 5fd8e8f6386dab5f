"""The contract of contactd: generated modules below v1."""
