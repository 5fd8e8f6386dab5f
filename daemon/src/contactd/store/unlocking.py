"""Bringing a store into shape and opening what is sealed in it, with its key or, the first time, with a new one.

Rule: a key is made in the transaction that holds the store to it. Of daemons
that begin at once on an empty store one makes a key, and the others, which have
none, leave no file behind that belongs to nothing.
"""

from functools import partial
from pathlib import Path

from sqlalchemy import inspect

from contactd.store import schema, seal
from contactd.store.database import Database
from contactd.store.seal import Sealer, StoreKey
from contactd.store.tables import StoreMeta


def unlock(database: Database, key_file: Path, *, credentials: Path | None = None) -> tuple[Sealer, StoreKey]:
    """Bring the store into shape and give what seals its secrets, with the key of that, from `seal.store_key`.

    Raises:
        Conflict: the store cannot be brought into shape, or was made with another key.
        Invalid: the key is not there, or cannot be used.
    """
    key_of = partial(seal.store_key, key_file, credentials=credentials)
    if _is_locked(database):
        # Before anything of it is changed.
        key_of()
    schema.prepare(database)
    with database.transaction() as tx:
        # Should the end of this be lost, so that nobody knows whether it is true, the file is there all the same.
        key = key_of(make=not seal.is_held(tx))
        sealer = Sealer(key.octets)
        seal.hold_key(tx, sealer)
    return sealer, key


def _is_locked(database: Database) -> bool:
    with database.reading() as r:
        return StoreMeta.__tablename__ in inspect(r.connection).get_table_names() and seal.is_held(r)
