"""The fields of contacts to messages."""

from contactd.api import names
from contactd.api.convert.common import FIELD_TYPES, Words, etag
from contactd.domain.nouns import ContactField
from contactd.domain.words import FieldOrigin
from contactd_proto.v1 import field_pb2 as pb

ORIGINS: Words[FieldOrigin, pb.Field.Origin.ValueType] = Words(
    {
        FieldOrigin.BUILT_IN: pb.Field.ORIGIN_BUILT_IN,
        FieldOrigin.MANUAL: pb.Field.ORIGIN_MANUAL,
        FieldOrigin.SYNC: pb.Field.ORIGIN_SYNC,
    }
)


def field_message(field: ContactField) -> pb.Field:
    """Turn a contact field into its message."""
    return pb.Field(
        name=names.FIELD.format(field.workspace, field.name),
        title=field.title,
        type=FIELD_TYPES.number(field.type),
        origin=ORIGINS.number(field.origin),
        etag=etag(field.version),
        choices=field.choices,
    )
