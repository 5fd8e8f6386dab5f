"""What an `edit` command is to change: what was said, and nothing else."""

from typing import TYPE_CHECKING, Any

from contactctl.failures import usage

if TYPE_CHECKING:
    from google.protobuf.field_mask_pb2 import FieldMask


def said_only(**said: Any) -> dict[str, Any]:
    """Keep what was said; what is `None` was not.

    Raises:
        Failure: nothing was said.
    """
    kept = {path: value for path, value in said.items() if value is not None}
    if not kept:
        raise usage("say what to change; --help lists what can be")
    return kept


def mask(said: dict[str, Any]) -> "FieldMask":
    """Name the fields that are to be changed, so that an empty value empties."""
    from google.protobuf.field_mask_pb2 import FieldMask

    return FieldMask(paths=list(said))
