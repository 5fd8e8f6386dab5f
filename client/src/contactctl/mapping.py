"""Mapping lines, from `source=target` as people type them."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from contactctl.failures import usage

if TYPE_CHECKING:
    from contactd_proto.v1.sync_pb2 import MappingLine


def said_lines(mapped: Iterable[str], new_fields: Iterable[str]) -> list["MappingLine"]:
    """Make lines of *mapped* (`source=target`) and of *new_fields* (`source`, or `source=target`).

    Raises:
        Failure: a line lacks one of its sides.
    """
    from contactd_proto.v1.sync_pb2 import MappingLine

    lines = []
    for said in mapped:
        source, _, target = said.partition("=")
        if not source or not target:
            raise usage(f"'{said}' is no mapping line: write SOURCE=TARGET")
        lines.append(MappingLine(source_field=source, target_field=target))
    for said in new_fields:
        source, _, target = said.partition("=")
        if not source:
            raise usage(f"'{said}' names no source field: write SOURCE, or SOURCE=TARGET")
        lines.append(MappingLine(source_field=source, target_field=target, create=True))
    return lines


def joined(suggested: Iterable["MappingLine"], said: Sequence["MappingLine"]) -> list["MappingLine"]:
    """Put *said* lines behind the *suggested* ones; who says a target means it instead."""
    meant = {line.target_field for line in said}
    return [*(line for line in suggested if line.target_field not in meant), *said]
