"""Mappings: which source field goes to which contact field, every version of it.

Rule: a version is never changed. A run keeps the version that it began with.
"""

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from contactd.domain.nouns import Mapping, MappingLine, Sync
from contactd.store import syncs, tables
from contactd.store.database import Reading, Transaction
from contactd_sdk import FieldType

_LINE = tables.table(tables.MappingLine)
_SYNC = tables.table(tables.Sync)

_LINES = (
    select(_LINE)
    .where(_LINE.c.sync_id == bindparam("sync"), _LINE.c.version == bindparam("version"))
    .order_by(_LINE.c.position)
)


def of(r: Reading, sync: Sync) -> Mapping:
    """Give the mapping that *sync* has now."""
    found = lines(r, sync.id, sync.mapping_version)
    return Mapping(workspace=sync.workspace, sync=sync.name, lines=found, version=sync.mapping_version)


def lines(r: Reading, sync_id: int, version: int) -> tuple[MappingLine, ...]:
    """Give the lines of one *version* of a sync's mapping, in their order."""
    return tuple(
        MappingLine(
            source_field=row.source_field,
            target_field=row.target_field,
            source_type=FieldType(row.source_type),
            create=bool(row.create_field),
        )
        for row in r.rows(_LINES, {"sync": sync_id, "version": version})
    )


def begin(tx: Transaction, sync: Sync, rows: Sequence[MappingLine]) -> None:
    """Give a new *sync* its first mapping."""
    _write(tx, sync.id, sync.mapping_version, rows)


def replace(tx: Transaction, sync: Sync, rows: Sequence[MappingLine], *, by: str) -> Mapping:
    """Give *sync* a new version of its mapping."""
    version = sync.mapping_version + 1
    _write(tx, sync.id, version, rows)
    tx.execute(_SYNC.update().where(_SYNC.c.id == sync.id).values(mapping_version=version, version=_SYNC.c.version + 1))
    syncs.tell(tx, "mapping_changed", sync, by=by, version=version)
    return Mapping(workspace=sync.workspace, sync=sync.name, lines=tuple(rows), version=version)


def _write(tx: Transaction, sync_id: int, version: int, rows: Sequence[MappingLine]) -> None:
    values = [
        {
            "sync_id": sync_id,
            "version": version,
            "position": position,
            "source_field": line.source_field,
            "source_type": line.source_type,
            "target_field": line.target_field,
            "create_field": int(line.create),
        }
        for position, line in enumerate(rows)
    ]
    tx.execute(_LINE.insert().values(values))
