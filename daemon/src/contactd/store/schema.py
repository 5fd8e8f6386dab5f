"""Bringing the store into the shape that this version knows.

An empty store is made in one go; an older one goes through the migrations; a
newer one is refused, untouched. A test holds the two ways to the same shape.
"""

from functools import partial
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from contactd.domain.refusals import Changed, Conflict
from contactd.store import moved, workspaces
from contactd.store.database import Database, Transaction
from contactd.store.tables import METADATA

#: The newest step of the migrations.
HEAD = "0004"

#: Where a store says which shape it has.
VERSION_TABLE = "alembic_version"

_VERSION = f"SELECT version_num FROM {VERSION_TABLE}"

#: What one store has and no other, not even one that was made in its place: when its first workspace was made.
_BIRTH = "SELECT created_at FROM workspace ORDER BY id LIMIT 1"


def prepare(database: Database) -> None:
    """Make the tables of an empty store, or bring those of an older one up to date.

    Raises:
        Conflict: a newer contactd made them, somebody else has tables there, or the store lives elsewhere.
    """
    with database.transaction() as tx:
        moved.refuse(tx, database.place)
        version = _version(tx.connection)
        if version is None:
            _check_empty(database, tx.connection)
            METADATA.create_all(tx.connection)
            stamp(tx)
        else:
            _bring_up(database, tx, version)
            moved.forget(tx)
        workspaces.prepare(tx)
        birth = _birth(tx.connection)
    database.unchanged.guard(partial(_check_unchanged, database.place, birth))


def renew(database: Database) -> None:
    """Bring a store up to date that is there, and is not to be served.

    Raises:
        Conflict: a newer contactd made it, or it is none.
    """
    with database.transaction() as tx:
        version = _version(tx.connection)
        if version is None:
            _check_empty(database, tx.connection)
            raise Conflict(f"there is nothing in the store '{database.place}'", reason="STORE_EMPTY")
        _bring_up(database, tx, version)


def stamp(tx: Transaction) -> None:
    """Write down that the tables are of today's shape: from now on this is a store."""
    tx.execute(text(f"CREATE TABLE {VERSION_TABLE} (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
    tx.execute(text(f"INSERT INTO {VERSION_TABLE} VALUES (:head)"), {"head": HEAD})


def _bring_up(database: Database, tx: Transaction, version: str) -> None:
    if version > HEAD:
        raise Conflict(
            f"the store '{database.place}' was made by a newer contactd (its schema is {version}, this one knows"
            f" {HEAD}); install that version again",
            reason="SCHEMA_TOO_NEW",
        )
    if version < HEAD:
        if not database.alone(tx):
            raise Conflict(
                f"the store '{database.place}' is served by another contactd, and this one would change its shape (from"
                f" {version} to {HEAD}); stop every daemon of the older version first",
                reason="STORE_SERVED",
            )
        migrate(tx.connection)
        moved.forget(tx)


def migrate(connection: Connection, to: str = "head") -> None:
    """Carry out every step that *connection*'s store lacks, up to *to*."""
    # A second of import that only an older store costs.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def _check_unchanged(place: str, birth: int | None, connection: Connection) -> None:
    """See that a store is what it was: nobody keeps others from changing it while it is out of reach."""
    now = _what_is_new(birth, connection)
    if now is not None:
        raise Changed(
            f"the store '{place}' was changed under this daemon: {now}; start contactd again once the store is there,"
            " in the version that the others have"
        )


def _what_is_new(birth: int | None, connection: Connection) -> str | None:
    names = set(inspect(connection).get_table_names())
    if VERSION_TABLE not in names:
        return "there is none now"
    version = _version(connection)
    if version != HEAD:
        return f"its schema is {version} now, and this contactd knows {HEAD}"
    lost = min(METADATA.tables.keys() - names, default=None)
    if lost is not None:
        return f"it has no table '{lost}' any more"
    return None if _birth(connection) == birth else "another one is in its place now"


def _birth(connection: Connection) -> int | None:
    return connection.execute(text(_BIRTH)).scalar()


def _check_empty(database: Database, connection: Connection) -> None:
    foreign = sorted(inspect(connection).get_table_names())
    if foreign:
        raise Conflict(
            f"'{database.place}' is not a contactd store, nor empty: it has a table '{foreign[0]}'; "
            "name another file, database or schema in [store] url",
            reason="STORE_FOREIGN",
        )


def _version(connection: Connection) -> str | None:
    if VERSION_TABLE not in inspect(connection).get_table_names():
        return None
    return str(connection.execute(text(_VERSION)).scalar_one())
