"""From what a source says of a customer to what a contact says of itself.

Rule: an absent key is unknown and leaves the contact alone; None is empty, and
empties the contact only where the sync wants that (daemon/REQUIREMENTS.md 1.5,
"Empty values"). A value that its field cannot take is dropped and told, and
the record goes on without it (row 17).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple
from unicodedata import normalize

from contactd.domain.nouns.setup import MappingLine
from contactd.domain.refusals import Fault, Invalid
from contactd.domain.values import Converter, converter, to_text
from contactd_sdk import FieldType, Preset, SourceField, Value

#: The contact field that is the address itself, and never among the values.
EMAIL: Final = "email"

#: The fields that every contact can have, and their types.
BUILT_IN: Mapping[str, FieldType] = {
    EMAIL: FieldType.EMAIL,
    "first-name": FieldType.TEXT,
    "last-name": FieldType.TEXT,
}

_LONGEST_ID = 63


class _Absent:
    """Stands for a key that is not there, where None means empty."""


_ABSENT: Final = _Absent()


class Mapped(NamedTuple):
    """What a record says: the address as given, and values by contact field.

    *fields* has no key for what the record does not say, and None for what is
    empty. *rejected* names the fields whose value was dropped.
    """

    email: str
    fields: dict[str, Value]
    rejected: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MappingPlan:
    """A mapping made ready for many records. *targets* are the contact fields beside the address."""

    email_source: str
    source_fields: frozenset[str]
    targets: tuple[str, ...]
    _lines: tuple[tuple[str, str, Converter], ...]

    def apply(self, values: Mapping[str, Value]) -> Mapped:
        """Map the *values* of one record."""
        fields: dict[str, Value] = {}
        rejected: tuple[str, ...] = ()
        for source, target, convert in self._lines:
            value = values.get(source, _ABSENT)
            if not isinstance(value, _Absent):
                try:
                    fields[target] = convert(value)
                except ValueError:
                    rejected += (target,)
        email = values.get(self.email_source)
        return Mapped(to_text(email) or "", fields, rejected)


def compile_mapping(
    lines: Sequence[MappingLine],
    target_types: Mapping[str, FieldType],
    choices: Mapping[str, Sequence[str]] | None = None,
) -> MappingPlan:
    """Make *lines* ready; *target_types* are the contact fields there are, beside the built-in ones.

    *choices* are the words that fields of type enum take. A field that is not
    there yet, because the line is to make it, has the type of its source field.

    Raises:
        Invalid: no line goes to `email`.
    """
    types = {**BUILT_IN, **target_types}
    sources = {line.target_field: line.source_field for line in lines}
    if EMAIL not in sources:
        raise Invalid(_NO_EMAIL)
    words = choices or {}
    ready = tuple(
        (line.source_field, target, converter(types.get(target, line.source_type), words.get(target, ())))
        for line in lines
        if (target := line.target_field) != EMAIL
    )
    return MappingPlan(
        email_source=sources[EMAIL],
        source_fields=frozenset(line.source_field for line in lines),
        targets=tuple(target for _, target, _ in ready),
        _lines=ready,
    )


_NO_EMAIL = Fault("mapping.lines", "the mapping has no line to 'email'; map the source's e-mail field to 'email'")


def merge(
    before: Mapping[str, Value], mapped: Mapping[str, Value], *, update_empty: bool
) -> tuple[dict[str, Value], tuple[str, ...]]:
    """Put the *mapped* values over those that a contact had *before*; tell which fields changed.

    What is emptied goes, so that a contact holds values only.
    """
    after = dict(before)
    changed = []
    for name, value in mapped.items():
        old = after.get(name)
        if value is None:
            if update_empty and name in after:
                del after[name]
                changed.append(name)
        elif old != value or type(old) is not type(value):
            after[name] = value
            changed.append(name)
    return after, tuple(changed)


def suggest(fields: Iterable[SourceField]) -> tuple[MappingLine, ...]:
    """Propose the lines that nobody has to ask for: address, first and last name (R31)."""
    first: dict[Preset, SourceField] = {}
    for field in fields:
        if field.preset is not None:
            first.setdefault(field.preset, field)
    return tuple(
        MappingLine(source_field=first[preset].name, target_field=preset.value, source_type=first[preset].type)
        for preset in Preset
        if preset in first
    )


def target_id(title: str) -> str:
    """Make the id of a contact field from its *title*, such as `vat-number` from "VAT number"."""
    letters = normalize("NFKD", title.casefold()).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")
    if not slug[:1].isalpha():
        slug = f"field-{slug}"
    return slug[:_LONGEST_ID].strip("-")
