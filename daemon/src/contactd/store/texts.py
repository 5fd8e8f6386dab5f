"""Texts that every store can keep.

Rule: PostgreSQL has no place for the character NUL (U+0000) in a text, so on
every store it becomes the one that stands for what cannot be shown (U+FFFD).
Inside a JSON document it is written in six plain characters, and stays.
"""

import json
from collections.abc import Sequence
from typing import Any

import msgspec

_NUL, _REPLACEMENT = "\0", "\ufffd"

#: How JSON writes NUL.
_ESCAPED = "\\u0000"

_encode = msgspec.json.encode


def storable(value: Any) -> Any:
    """Give *value* as every store can keep it; only a text with NUL in it changes."""
    return value.replace(_NUL, _REPLACEMENT) if isinstance(value, str) else value


def storable_rows(rows: Sequence[tuple[Any, ...]]) -> Sequence[tuple[Any, ...]]:
    """Give *rows* as every store can keep them."""
    # Looking at all of them at once costs a fifth of looking at each value.
    if _ESCAPED.encode() not in _encode(rows):
        return rows
    return [tuple(map(storable, row)) for row in rows]


def comparable(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Give *values* as what `storable` texts can be compared with; one of them may be a JSON array of texts."""
    return tuple(map(_comparable, values))


def _comparable(value: Any) -> Any:
    if isinstance(value, str) and _ESCAPED in value and value.startswith("["):
        return json.dumps([storable(each) for each in json.loads(value)])
    return storable(value)
