"""What survives a restart: documents by kind and id, in one SQLite file.

Rule: whatever has been answered to a caller has been committed. A killed
sandbox loses nothing; a power cut may cost the last moments, which is good
enough for a sandbox and keeps it fast.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

#: Zoho's ids are decimal numbers of 19 digits; these begin where no double can tell neighbors apart.
FIRST_ID = 4_815_162_000_000_000_000

SCHEMA = """
CREATE TABLE IF NOT EXISTS document (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (kind, id)
) WITHOUT ROWID
"""

T = TypeVar("T", bound=msgspec.Struct)


class StoreBusy(Exception):
    """The file cannot be used: another sandbox has it, or it is no store."""


class Sequence(msgspec.Struct):
    """The next id that nothing has yet."""

    next_id: int = FIRST_ID


class Departure(msgspec.Struct, frozen=True, kw_only=True):
    """A customer of a crowd who was deleted."""

    organization_id: str
    contact_id: str


class Store:
    """One SQLite file, owned by this process alone until it is closed."""

    def __init__(self, path: Path) -> None:
        try:
            self._connection = sqlite3.connect(path, isolation_level=None, timeout=0)
            self._prepare()
        except sqlite3.Error as exc:
            raise StoreBusy(
                f"The store '{path}' cannot be opened ({exc}); stop the sandbox that has it, "
                f"or name another file with --store."
            ) from exc
        self._encoder = msgspec.json.Encoder()
        self._sequence = next(self.all("sequence", Sequence), Sequence())

    def _prepare(self) -> None:
        self._connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute(SCHEMA)

    def all(self, kind: str, shape: type[T]) -> Iterator[T]:
        """Yield every document of *kind*, by id."""
        decode = msgspec.json.Decoder(shape).decode
        rows = self._connection.execute("SELECT body FROM document WHERE kind = ? ORDER BY id", (kind,))
        return (decode(body) for (body,) in rows)

    def put(self, kind: str, identity: str, document: msgspec.Struct) -> None:
        """Keep *document*, in place of what was there."""
        self.put_all(kind, [(identity, document)])

    def put_all(self, kind: str, documents: Iterable[tuple[str, msgspec.Struct]]) -> None:
        """Keep many documents at once, or none of them."""
        encode = self._encoder.encode
        self._connection.execute("BEGIN IMMEDIATE")
        with self._connection:
            self._connection.executemany(
                "INSERT OR REPLACE INTO document VALUES (?, ?, ?)",
                ((kind, identity, encode(document)) for identity, document in documents),
            )

    def remove(self, kind: str, identity: str) -> None:
        """Forget one document; it is no fault if there is none."""
        self._connection.execute("DELETE FROM document WHERE kind = ? AND id = ?", (kind, identity))

    def allocate(self, count: int) -> range:
        """Return *count* ids in a row that were never given before, and never will be again."""
        first = self._sequence.next_id
        self._sequence.next_id = first + count
        self.put("sequence", "sequence", self._sequence)
        return range(first, first + count)

    def close(self) -> None:
        """Give the file back."""
        self._connection.close()
