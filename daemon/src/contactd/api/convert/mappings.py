"""Mappings to messages, and back."""

from collections.abc import Iterable, Sequence

from contactd.api import names
from contactd.api.convert.common import etag
from contactd.domain.nouns import Mapping, MappingLine
from contactd_proto.v1 import sync_pb2 as pb


def mapping_message(mapping: Mapping) -> pb.Mapping:
    """Turn a sync's mapping into its message."""
    return pb.Mapping(
        name=names.MAPPING.format(mapping.workspace, mapping.sync),
        lines=[_line_message(line) for line in mapping.lines],
        version=mapping.version,
        etag=etag(mapping.version),
    )


def suggestion_message(lines: Sequence[MappingLine]) -> pb.Mapping:
    """Turn proposed lines into the message of a mapping that no sync has yet."""
    return pb.Mapping(lines=[_line_message(line) for line in lines])


def mapping_lines(lines: Iterable[pb.MappingLine]) -> tuple[MappingLine, ...]:
    """Read the lines of a mapping; what their source fields are is looked up later."""
    return tuple(
        MappingLine(source_field=line.source_field, target_field=line.target_field, create=line.create)
        for line in lines
    )


def _line_message(line: MappingLine) -> pb.MappingLine:
    return pb.MappingLine(source_field=line.source_field, target_field=line.target_field, create=line.create)
