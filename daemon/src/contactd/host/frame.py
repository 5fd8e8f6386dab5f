"""What every message between the daemon and a child is."""

import msgspec


class Frame(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """One message, in either direction; its tag is the name of its class."""
