"""Bringing the store into the shape that this version knows.

An empty store is made in one go; an older one goes through the migrations; a
newer one is refused, untouched. A test holds the two ways to the same shape.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from contactd.domain.refusals import Conflict
from contactd.store import workspaces
from contactd.store.database import Database
from contactd.store.tables import METADATA

#: The newest step of the migrations.
HEAD = "0003"

_VERSION = "SELECT version_num FROM alembic_version"


def is_empty(database: Database) -> bool:
    """Tell whether nothing was ever kept in the store."""
    with database.reading() as r:
        return not inspect(r.connection).get_table_names()


def prepare(database: Database) -> None:
    """Make the tables of an empty store, or bring those of an older one up to date.

    Raises:
        Conflict: a newer contactd made them, or somebody else has tables there.
    """
    with database.transaction() as tx:
        version = _version(tx.connection)
        if version is None:
            _check_empty(database, tx.connection)
            METADATA.create_all(tx.connection)
            tx.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
            tx.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})
        elif version > HEAD:
            raise Conflict(
                f"the store '{database.place}' was made by a newer contactd (its schema is {version}, this one knows"
                f" {HEAD}); install that version again",
                reason="SCHEMA_TOO_NEW",
            )
        elif version < HEAD:
            migrate(tx.connection)
        workspaces.prepare(tx)


def migrate(connection: Connection, to: str = "head") -> None:
    """Carry out every step that *connection*'s store lacks, up to *to*."""
    # A second of import that only an older store costs.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def _check_empty(database: Database, connection: Connection) -> None:
    foreign = sorted(inspect(connection).get_table_names())
    if foreign:
        raise Conflict(
            f"'{database.place}' is not a contactd store, nor empty: it has a table '{foreign[0]}'; "
            "name another file, database or schema in [store] url",
            reason="STORE_FOREIGN",
        )


def _version(connection: Connection) -> str | None:
    if "alembic_version" not in inspect(connection).get_table_names():
        return None
    return str(connection.execute(text(_VERSION)).scalar_one())
