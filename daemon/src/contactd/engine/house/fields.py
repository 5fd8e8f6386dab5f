"""The verbs that change contact fields."""

from collections.abc import Sequence
from functools import partial

from contactd.domain.nouns import ContactField
from contactd.domain.refusals import Conflict, Fault, Invalid
from contactd.domain.words import FieldOrigin
from contactd.engine import etags, ids
from contactd.engine.parts import Parts
from contactd.engine.requests import UNNAMED, Asking, once
from contactd.store import field_values, fields, workspaces
from contactd.store.database import Database
from contactd.store.field_values import Marked
from contactd_sdk import FieldType

_CHOICES = "field.choices"

#: How many choices a field may have, and how long each may be.
_MOST_CHOICES, _LONGEST_CHOICE = 1000, 200


def create(
    parts: Parts,
    workspace: str,
    *,
    name: str = "",
    title: str = "",
    type: FieldType,  # noqa: A002  the word of the contract
    choices: Sequence[str] = (),
    by: str,
    asking: Asking = UNNAMED,
) -> ContactField:
    """Make a contact field; *name* is made from *title* where it is empty, and the other way round.

    Raises:
        NotFound: there is no such workspace.
        Invalid, Exists: the name, title or choices cannot be used.
    """
    faults = ids.id_faults(name, title, noun="field", id_field="field_id", title_field="field.title")
    faults += _choice_faults(type, choices)
    if faults:
        raise Invalid(*faults)
    with parts.database.transaction() as tx:
        home = workspaces.get(tx, workspace)

        def change() -> ContactField:
            chosen = ids.chosen(name, title, noun="field", taken=partial(fields.taken, tx, home.id))
            called = title.strip() or chosen
            return fields.create(
                tx,
                workspace_id=home.id,
                name=chosen,
                title=called,
                type=type,
                origin=FieldOrigin.MANUAL,
                by=by,
                choices=choices,
            )

        return once(tx, asking, by, ContactField, change)


def update(
    parts: Parts,
    workspace: str,
    name: str,
    *,
    title: str | None = None,
    choices: Sequence[str] | None = None,
    etag: str = "",
    by: str,
) -> ContactField:
    """Change what is given of a contact field; what is `None` stays.

    Values that contacts have stay as they are, even where they are no choice
    any more; records that are read from now on are held against the new ones.

    Raises:
        NotFound: there is none.
        Invalid: the title or the choices cannot be used.
        Stale: it was changed since *etag*.
    """
    with parts.database.transaction() as tx:
        found = fields.get(tx, workspaces.get(tx, workspace).id, name)
        etags.check("field", name, found.version, etag)
        faults = () if title is None else ids.title_faults(title, noun="field", field="field.title")
        faults += () if choices is None else _choice_faults(found.type, choices)
        if faults:
            raise Invalid(*faults)
        changed = fields.change(tx, found, title=None if title is None else title.strip(), choices=choices)
        if changed.choices != found.choices:
            workspaces.rules_changed(tx, found.workspace_id)
        fields.tell(tx, "field_changed", changed, by=by)
        return changed


def delete(parts: Parts, workspace: str, name: str, *, etag: str = "", by: str) -> None:
    """Delete a contact field, and its value of every contact.

    Raises:
        NotFound: there is none.
        Conflict: every workspace has it, or a sync maps to it.
        Stale: it was changed since *etag*.
    """
    with parts.database.transaction() as tx:
        found = fields.get(tx, workspaces.get(tx, workspace).id, name)
        etags.check("field", name, found.version, etag)
        _check_unused(found, field_values.users(tx, found))
        marked = field_values.mark(tx, found)
        fields.tell(tx, "field_deleted", found, by=by)
    _erase(parts.database, marked)


def finish_deletions(database: Database) -> None:
    """Go on with what a daemon that is gone had begun to delete."""
    with database.reading() as r:
        left = field_values.marked(r)
    for marked in left:
        _erase(database, marked)


def _erase(database: Database, marked: Marked) -> None:
    after: int | None = 0
    while after is not None:
        with database.transaction(durable=False) as tx:
            after = field_values.erase(tx, marked, after=after)
    with database.transaction() as tx:
        field_values.forget(tx, marked)


def _check_unused(field: ContactField, users: Sequence[str]) -> None:
    if field.origin is FieldOrigin.BUILT_IN:
        raise Conflict(
            f"every workspace has the field '{field.name}'; it cannot be deleted",
            reason="FIELD_BUILT_IN",
            name=field.name,
        )
    if users:
        named = ", ".join(f"'{sync}'" for sync in users)
        raise Conflict(
            f"the field '{field.name}' is filled by the sync {named}; take the line out of its mapping first, "
            "and let its run end",
            reason="FIELD_IN_USE",
            name=field.name,
            syncs=",".join(users),
        )


def _choice_faults(kind: FieldType, choices: Sequence[str]) -> tuple[Fault, ...]:
    if not choices:
        return ()
    if kind is not FieldType.ENUM:
        return (Fault(_CHOICES, f"a field of type {kind} has no choices; leave them out, or make one of type enum"),)
    if len(choices) > _MOST_CHOICES:
        return (Fault(_CHOICES, f"{len(choices)} choices are too many; give at most {_MOST_CHOICES}"),)
    odd = [choice for choice in choices if choice != choice.strip() or not 0 < len(choice) <= _LONGEST_CHOICE]
    if odd or len({choice.casefold() for choice in choices}) < len(choices):
        message = f"choices must be different words of 1 to {_LONGEST_CHOICE} characters, without space around them"
        return (Fault(_CHOICES, message),)
    return ()
