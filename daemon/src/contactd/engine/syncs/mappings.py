"""Mappings: reading, proposing and replacing which source field goes to which contact field.

Rule: a mapping is checked as a whole when it is stored, against the fields that
the source has at that moment, and every fault is told at once.
"""

from collections.abc import Sequence
from dataclasses import replace as changed
from difflib import get_close_matches

from contactd.domain.lifecycle import Verb, after
from contactd.domain.mapping import EMAIL, suggest, target_id
from contactd.domain.nouns import Mapping, MappingLine, Sync
from contactd.domain.refusals import Fault, Invalid, Stale
from contactd.engine.accounts.sources import Sources
from contactd.engine.ids import id_faults
from contactd.engine.parts import Parts
from contactd.store import connections, fields, mappings, syncs, workspaces
from contactd.store.database import Transaction
from contactd_sdk import SourceField

#: Where the lines stand in every request that has some.
_PLACE = "mapping.lines"


def get(parts: Parts, workspace: str, name: str) -> Mapping:
    """Give the mapping of the sync *name*."""
    with parts.database.reading() as r:
        return mappings.of(r, syncs.get(r, workspaces.get(r, workspace).id, name))


def source_fields(parts: Parts, workspace: str, connection: str, module: str) -> tuple[SourceField, ...]:
    """Ask the source of *connection* which fields it offers."""
    with parts.database.reading() as r:
        found = connections.get(r, workspaces.get(r, workspace).id, connection)
    return Sources(parts).fields(found.id, module)


def suggested(parts: Parts, workspace: str, connection: str, module: str) -> tuple[MappingLine, ...]:
    """Propose the lines that need no asking (R31)."""
    return tuple(suggest(source_fields(parts, workspace, connection, module)))


def replace(parts: Parts, workspace: str, name: str, lines: Sequence[MappingLine], *, etag: str, by: str) -> Mapping:
    """Give the sync *name* other *lines*, all of them, as a new version.

    Raises:
        Invalid: with every fault of the lines.
        Stale: the mapping is no longer the one that *etag* was of.
    """
    with parts.database.reading() as r:
        sync = syncs.get(r, workspaces.get(r, workspace).id, name)
    offered = Sources(parts).fields(sync.connection_id, sync.module)
    with parts.database.transaction() as tx:
        sync = syncs.by_id(tx, sync.id)
        after(Verb.EDIT, sync.state, name)
        if etag and etag != str(sync.mapping_version):
            raise Stale(f"the mapping of the sync '{name}' was changed since it was read; read it again and repeat")
        resolved, faults = resolve(tx, sync.workspace_id, lines, offered)
        if faults:
            raise Invalid(*faults)
        make_fields(tx, sync, resolved, offered, by=by)
        return mappings.replace(tx, sync, resolved, by=by)


def resolve(
    tx: Transaction, workspace_id: int, lines: Sequence[MappingLine], offered: Sequence[SourceField]
) -> tuple[tuple[MappingLine, ...], tuple[Fault, ...]]:
    """Complete *lines* by what the source has *offered*, and tell all that is wrong with them."""
    sources = {field.name: field for field in offered}
    targets = {field.name for field in fields.every(tx, workspace_id)}
    resolved: list[MappingLine] = []
    faults: list[Fault] = []
    for position, line in enumerate(lines):
        field = sources.get(line.source_field)
        if field is None:
            faults.append(Fault(f"{_PLACE}[{position}].source_field", _unknown(line.source_field, offered)))
            resolved.append(line)
        else:
            resolved.append(_completed(line, field))
        faults.extend(_target_faults(resolved[-1], targets, position))
    return tuple(resolved), (*faults, *_whole_faults(resolved))


def make_fields(
    tx: Transaction,
    sync: Sync,
    lines: Sequence[MappingLine],
    offered: Sequence[SourceField],
    *,
    by: str,
) -> None:
    """Make the contact fields that *lines* ask for, named and typed like their source fields (R34).

    Raises:
        Invalid: fields of these names are there with other types.
    """
    titles = {field.name: field.title for field in offered}
    faults: list[Fault] = []
    for position, line in enumerate(lines):
        if line.create:
            place = f"{_PLACE}[{position}].target_field"
            faults += _make_field(tx, sync, line, title=titles[line.source_field], place=place, by=by)
    if faults:
        raise Invalid(*faults)


def _make_field(
    tx: Transaction, sync: Sync, line: MappingLine, *, title: str, place: str, by: str
) -> tuple[Fault, ...]:
    """Make the field that *line* asks for, and tell why where that is not possible."""
    try:
        fields.ensure(
            tx,
            workspace_id=sync.workspace_id,
            name=line.target_field,
            title=title,
            type=line.source_type,
            sync_id=sync.id,
            by=by,
            place=place,
        )
    except Invalid as exc:
        return exc.faults
    return ()


def _completed(line: MappingLine, field: SourceField) -> MappingLine:
    target = line.target_field
    if line.create and not target:
        target = target_id(field.title)
    return changed(line, target_field=target, source_type=field.type)


def _target_faults(line: MappingLine, targets: set[str], position: int) -> tuple[Fault, ...]:
    place, target = f"{_PLACE}[{position}].target_field", line.target_field
    if target in targets or (line.create and not target):
        # Made from the source field's title, unless there is no such source field, which is told already.
        return ()
    if line.create:
        return id_faults(target, target, noun="field", id_field=place, title_field=place)
    if not target:
        return (Fault(place, f"the line from '{line.source_field}' names no contact field; add the one it goes to"),)
    message = (
        f"no contact field is called '{target}'; make it with `contactctl fields create {target}`, "
        f"or let the mapping make it with `--new-field {line.source_field}={target}`"
    )
    return (Fault(place, message),)


def _whole_faults(lines: Sequence[MappingLine]) -> tuple[Fault, ...]:
    """Tell what is wrong with the lines taken together."""
    faults: list[Fault] = []
    first: dict[str, str] = {}
    for position, line in enumerate(lines):
        if line.target_field in first:
            message = (
                f"'{line.source_field}' goes to '{line.target_field}', and so does '{first[line.target_field]}'; "
                "leave one of the two lines out"
            )
            faults.append(Fault(f"{_PLACE}[{position}].target_field", message))
        elif line.target_field:
            first[line.target_field] = line.source_field
    if EMAIL not in first:
        message = f"the mapping has no line to '{EMAIL}'; add one, such as `--map email={EMAIL}`"
        faults.append(Fault(_PLACE, message))
    return tuple(faults)


def _unknown(name: str, offered: Sequence[SourceField]) -> str:
    titled = [field.name for field in offered if name.casefold() == field.title.casefold()]
    near = get_close_matches(name, [field.name for field in offered], n=3)
    if titled or near:
        meant = " or ".join(f"'{other}'" for other in dict.fromkeys(titled + near))
        return f"the source has no field '{name}'; did you mean {meant}?"
    return f"the source has no field '{name}'; `contactctl fields source` lists those that it has"
