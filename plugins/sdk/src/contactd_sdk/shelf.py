"""What a source keeps between runs, so that it need not be fetched again: dear parts of records."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from contactd_sdk.values import Aware


class Shelved(msgspec.Struct, frozen=True):
    """Something kept of the record *id*, as it was when the record was last modified (*stamp*).

    *addresses* are all e-mail addresses in *payload*: when a person is erased,
    what is kept of them goes, too.
    """

    id: str
    stamp: Aware
    addresses: list[str]
    payload: bytes


class Shelf(Protocol):
    """A place of a connection's own, which the daemon looks after. Nothing may depend on finding something."""

    def find(self, module: str, stamps: Mapping[str, Aware]) -> dict[str, bytes]:
        """Give what is kept of records of *module*, by id, where it has exactly the stamp that is asked for."""
        ...

    def keep(self, module: str, items: Sequence[Shelved]) -> None:
        """Keep *items* in place of what was kept of the same records. What tells of an erased person is not kept."""
        ...
