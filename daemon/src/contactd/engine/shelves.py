"""What the source of one connection keeps between runs."""

from collections.abc import Mapping, Sequence

from contactd_sdk import Aware, Shelved


class ConnectionShelf:
    """The shelf of one connection."""

    def find(self, _module: str, _stamps: Mapping[str, Aware]) -> dict[str, bytes]:
        """Find nothing."""
        return {}

    def keep(self, module: str, items: Sequence[Shelved]) -> None:
        """Keep nothing."""
