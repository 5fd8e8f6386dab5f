"""The values of custom fields in a row (FACTS.md "2.4", "2.7").

A value lies flat in the row twice: as people read it under the field's name,
and as it is under that name with `_unformatted` after it. It is taken from the
second, then the first, then from the list `custom_fields`. In none of them
means empty.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import UNSET, Raw, Struct

from contactd_sdk import Value
from contactd_zoho.values import digits, plain

#: What a custom field is called begins with this.
PREFIX = "cf_"

#: The key of a row's list of custom fields.
LISTED = "custom_fields"


class _Element(Struct):
    api_name: str = ""
    value: Any = None


_ELEMENTS = msgspec.json.Decoder(list[_Element], float_hook=digits)


class CustomValues:
    """Takes the values of the custom fields *names* from rows; *keys* are the row's keys that this needs."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = tuple(names)
        self.keys = tuple(key for name in names for key in (f"{name}_unformatted", name))
        if names:
            self.keys += (LISTED,)

    def put(self, values: dict[str, Value], got: Sequence[Any]) -> None:
        """Add to *values* what a row has under `keys`, which is *got*."""
        flat = iter(got)
        for name, exact, shown in zip(self._names, flat, flat, strict=False):
            value = plain(shown if exact is UNSET else exact)
            values[name] = None if value is UNSET else value

        listed: Raw | Any = got[-1]
        if isinstance(listed, Raw) and len(bytes(listed)) > 2 and None in values.values():
            self._put_listed(values, listed)

    def _put_listed(self, values: dict[str, Value], listed: Raw) -> None:
        for element in _elements(listed):
            if values.get(element.api_name, UNSET) is None and element.api_name in self._names:
                value = plain(element.value)
                values[element.api_name] = None if value is UNSET else value


def _elements(listed: Raw) -> list[_Element]:
    try:
        return _ELEMENTS.decode(listed)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return []
