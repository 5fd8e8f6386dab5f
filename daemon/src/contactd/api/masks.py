"""Which fields of a resource a change is about (AIP 134)."""

from collections.abc import Collection
from typing import TypeVar

from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message

from contactd.domain.refusals import Fault, Invalid

_Value = TypeVar("_Value")


class Masked:
    """What a request wants to change of *message*: the paths of its mask, or all that is set where it has none."""

    def __init__(self, message: Message, mask: FieldMask, *, changeable: Collection[str]) -> None:
        """Read *mask*.

        Raises:
            Invalid: it names something else than what is *changeable*.
        """
        astray = [path for path in mask.paths if path not in changeable]
        if astray:
            named, known = ", ".join(f"'{path}'" for path in astray), ", ".join(changeable)
            raise Invalid(Fault("update_mask", f"{named} cannot be changed; what can be is: {known}"))
        self._paths = frozenset(mask.paths) or frozenset(field.name for field, _ in message.ListFields())

    def given(self, path: str, value: _Value) -> _Value | None:
        """Give *value* if *path* is to be changed."""
        return value if path in self._paths else None
