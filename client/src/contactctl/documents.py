"""Messages as JSON, with the names of the contract.

Fields that hold nothing are there too: a count of zero is an answer.
"""

import json
from typing import Any

from google.protobuf import json_format
from google.protobuf.any_pb2 import Any as Packed
from google.protobuf.message import Message

# The details of a run's error can only be written out when their types are known.
from google.rpc import error_details_pb2

from contactctl.clean import clean_json

_POOL = error_details_pb2.DESCRIPTOR.pool


def document(message: Message) -> dict[str, Any]:
    """Give *message* as a JSON object."""
    readable = type(message)()
    readable.CopyFrom(message)
    _leave_out_unknown_details(readable)
    found: dict[str, Any] = json_format.MessageToDict(
        readable, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )
    return found


def written(document: Any, *, indent: int | None = 2) -> str:
    """Write *document* as text that does no harm to a terminal either."""
    return clean_json(json.dumps(document, ensure_ascii=False, indent=indent))


def _leave_out_unknown_details(message: Message) -> None:
    """Take out what a newer daemon packed in and this program cannot unpack."""
    for field, value in message.ListFields():
        if field.message_type is None or field.message_type.GetOptions().map_entry:
            continue
        if field.is_repeated:
            _leave_out_of_repeated(value)
        else:
            _leave_out_unknown_details(value)


def _leave_out_of_repeated(values: Any) -> None:
    for place in reversed(range(len(values))):
        value = values[place]
        if isinstance(value, Packed):
            if not _known(value.TypeName()):
                del values[place]
        else:
            _leave_out_unknown_details(value)


def _known(name: str) -> bool:
    try:
        _POOL.FindMessageTypeByName(name)
    except KeyError:
        return False
    return True
