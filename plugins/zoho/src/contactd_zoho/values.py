"""What a value of a row becomes: text, whole numbers, truths and lists of text, and nothing else.

Amounts stay the digits that Zoho wrote; a float never comes near them.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from msgspec import UNSET, UnsetType

from contactd_sdk import FieldType, Value
from contactd_zoho.times import read_time

#: A whole number beyond 64 bits cannot travel, and is no number that anybody reckons with.
_LARGEST = 2**63


def digits(raw: str) -> str:
    """Give a JSON number that is not whole as plain digits; for decoders, as their `float_hook`."""
    if "e" not in raw and "E" not in raw:
        return raw
    number = Decimal(raw)
    # Written out, an absurd exponent would fill the memory.
    return f"{number:f}" if abs(number.adjusted()) < 40 else raw


def plain(value: Any) -> Value | UnsetType:
    """Give *value* as a record may hold it; what has parts of its own is unknown to us."""
    if isinstance(value, list):
        return [str(part) for part in value if isinstance(part, str | int)]
    if type(value) is int and not -_LARGEST <= value < _LARGEST:
        return str(value)
    return UNSET if isinstance(value, dict) else value


def amount(value: Any) -> Value | UnsetType:
    """Give an amount as decimal text: a whole one has no point in the answer."""
    return str(value) if type(value) is int else plain(value)


def moment(value: Any) -> Value | UnsetType:
    """Give a time as RFC 3339 writes it; what is no time stays as it is, and is seen when it is mapped."""
    if read_time(value) is None:
        return plain(value)
    # All that is missing is the colon in the offset.
    return f"{value[:-2]}:{value[-2:]}" if value[-5] in "+-" else str(value)


def tags(value: Any) -> Value | UnsetType:
    """Give tags as words: a tag with parts of its own is the option that was chosen, or else its name."""
    if not isinstance(value, list):
        return plain(value)
    chosen = [_chosen(part) if isinstance(part, dict) else part for part in value]
    return plain([part for part in chosen if part])


def _chosen(tag: Mapping[str, Any]) -> Any:
    return tag.get("tag_option_name") or tag.get("tag_name")


def word(value: Any) -> str | UnsetType | None:
    """Give what should be text and is something else as text."""
    if value is None or value is UNSET or isinstance(value, str):
        return value
    return UNSET if isinstance(value, dict | list) else str(value)


#: How a value becomes what a record may hold, where that is not text; of a field whose type is not known, neither.
SHAPES: Mapping[FieldType | None, Callable[[Any], Value | UnsetType]] = {
    FieldType.DECIMAL: amount,
    FieldType.DATETIME: moment,
    FieldType.NUMBER: plain,
    FieldType.BOOLEAN: plain,
    FieldType.TAGS: tags,
    None: plain,
}


def shaped(value: Any, kind: FieldType | None) -> Value | UnsetType:
    """Give *value* of a field of the type *kind* as a record may hold it; unset where it cannot."""
    return SHAPES.get(kind, word)(value)
