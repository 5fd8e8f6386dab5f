"""Which records a sync wants: all, or those that meet its criteria. Chosen once, and never edited (I6, R27)."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from contactd.domain.criteria import CriteriaFault, parse
from contactd.domain.editions import EDITIONS
from contactd.domain.nouns import Workspace
from contactd.domain.refusals import Fault
from contactd_sdk import FieldType, SourceField

_PLACE = "sync.criteria"


class Selection(NamedTuple):
    """Criteria in their one spelling, and the types of the source fields that they speak of; no *text* is all."""

    text: str
    types: Mapping[str, FieldType]


ALL = Selection("", {})


def read(home: Workspace, text: str, offered: Sequence[SourceField]) -> tuple[Selection, tuple[Fault, ...]]:
    """Read the criteria *text* about the fields that are *offered*, and tell what is wrong with it."""
    if not text.strip():
        return ALL, ()
    if not EDITIONS[home.edition].criteria:
        message = f"edition '{home.edition}' takes all records of a module; leave the criteria out"
        return ALL, (Fault(_PLACE, message),)
    types = {field.name: field.type for field in offered}
    try:
        criteria = parse(text, types)
    except CriteriaFault as exc:
        message = f"the criteria cannot be read at column {exc.position}: {exc.message}; {exc.hint}"
        return ALL, (Fault(_PLACE, message),)
    return Selection(criteria.text, {name: types[name] for name in sorted(criteria.fields)}), ()
