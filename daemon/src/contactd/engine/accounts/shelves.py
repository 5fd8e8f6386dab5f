"""What the source of one connection keeps between runs: dear parts of records, that they need not be fetched again.

Rule: what tells of somebody who was erased is not kept, whatever brings it.
"""

from collections.abc import Mapping, Sequence

from contactd.domain.address import email_key
from contactd.domain.clock import micros
from contactd.domain.erasing import digest
from contactd.domain.nouns import Connection
from contactd.domain.words import ConnectionState
from contactd.engine.parts import Parts
from contactd.store import connections, shelf, suppressions
from contactd_sdk import Aware, Shelved


class ConnectionShelf:
    """The shelf of one *connection*."""

    def __init__(self, parts: Parts, connection: Connection) -> None:
        self._parts = parts
        self._connection = connection

    def find(self, module: str, stamps: Mapping[str, Aware]) -> dict[str, bytes]:
        """Give what is kept of records of *module*, by id, where it has exactly the stamp that is asked for."""
        wanted = {record: micros(stamp) for record, stamp in stamps.items()}
        with self._parts.database.reading() as r:
            found = shelf.find(r, self._connection.id, module, wanted)
        if found.unnoted:
            with self._parts.database.transaction(durable=False) as tx:
                shelf.note(tx, self._connection.id, module, found.unnoted)
        return found.payloads

    def keep(self, module: str, items: Sequence[Shelved]) -> None:
        """Keep *items*, but for those that hold an erased address, in place of what was kept of these records."""
        secret = self._parts.sealer.derived(suppressions.PURPOSE)
        hashed = [(one, {digest(key, secret) for key in map(email_key, one.addresses) if key}) for one in items]
        with self._parts.database.transaction(durable=False) as tx:
            connection = connections.by_id(tx, self._connection.id)
            if connection.state is ConnectionState.DISABLED:
                return
            erased = suppressions.erased(tx, connection.workspace_id)
            rows = [
                shelf.Row(one.id, micros(one.stamp), sorted(known.hex() for known in hashes), one.payload)
                for one, hashes in hashed
                if erased.isdisjoint(hashes)
            ]
            shelf.keep(tx, connection.id, module, rows)
