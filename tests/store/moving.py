"""A store in a file with something in every table, and what moves it to a server."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from contactd.store import moved, schema
from contactd.store.database import Database
from contactd.store.moving import Moved, Step, move
from contactd.store.opening import open_store
from contactd.store.tables import METADATA
from fakes.everything import everything, fill

#: Rows in each table, which are more than are taken along at a time.
ROWS, AT_ONCE = 15, 10


class Killed(BaseException):
    """Whoever moves the store is gone: nothing catches this."""


class Stage:
    """A file with something in every table, and an empty place on a server."""

    def __init__(self, folder: Path, url: str, rows: int = ROWS) -> None:
        self.file, self.url = folder / "contactd.db", url
        with self.source() as source:
            schema.prepare(source)
            # What else the counters would give would not be of this kind.
            with source.transaction() as tx:
                for table in METADATA.sorted_tables:
                    tx.execute(table.delete())
            fill(source, rows)

    def source(self) -> "closing[Database]":
        return closing(open_store(f"sqlite://{self.file}", clock=lambda: 0))

    def target(self) -> "closing[Database]":
        return closing(open_store(self.url, clock=lambda: 0))

    def move(self, told: Callable[[Step], None] = lambda _step: None) -> Moved:
        with self.source() as source, self.target() as target:
            return move(source, target, told=told, at_once=AT_ONCE)

    def move_killed_after(self, steps: int) -> None:
        """Move the store, and be gone once so many steps are true."""
        heard: list[Step] = []

        def told(step: Step) -> None:
            heard.append(step)
            if len(heard) == steps:
                raise Killed

        with pytest.raises(Killed):
            self.move(told)

    def held(self) -> dict[str, list[str]]:
        with self.source() as source:
            return ours(source)

    def arrived(self) -> dict[str, list[str]]:
        with self.target() as target:
            return ours(target)

    def served(self, *, file: bool) -> None:
        """Begin to serve one of the two places, as a daemon does."""
        with self.source() if file else self.target() as database:
            schema.prepare(database)


def ours(database: Database) -> dict[str, list[str]]:
    """Give all that a store holds, but for what is said of the place."""
    found = {name: rows for name, rows in everything(database).items() if name not in moved.LEFT}
    found["store_meta"] = [
        row for row in found["store_meta"] if not row.startswith(tuple(f"('{m}'" for m in moved.MARKS))
    ]
    return found


def put(on: Stage, sql: str, *values: object) -> None:
    """Carry *sql* out on the file, past everything."""
    with closing(sqlite3.connect(on.file)) as file, file:
        file.execute(sql, values)
