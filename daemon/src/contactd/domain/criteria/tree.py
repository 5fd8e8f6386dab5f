"""The condition tree: what a text means, and the one text that means it.

Rule: a tree made by `reading` and the text made of it here are each other's
inverse, so that what is stored, shown and applied is one thing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, StrEnum, auto

from contactd_sdk import FieldType


class Operator(StrEnum):
    """How a field is compared; the value is how it is written."""

    IS = "is"
    IS_NOT = "is not"
    CONTAINS = "contains"
    LACKS = "does not contain"
    STARTS = "starts with"
    ENDS = "ends with"
    IN = "in"
    NOT_IN = "not in"
    EMPTY = "is empty"
    NOT_EMPTY = "is not empty"
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="
    BEFORE = "before"
    AFTER = "after"
    WITHIN = "within last"


class Takes(Enum):
    """What stands behind an operator."""

    NOTHING = auto()
    VALUE = auto()
    LIST = auto()
    DAYS = auto()


#: What each operator is followed by, where it is not a value.
OTHER_THAN_VALUE: Mapping[Operator, Takes] = {
    Operator.IN: Takes.LIST,
    Operator.NOT_IN: Takes.LIST,
    Operator.EMPTY: Takes.NOTHING,
    Operator.NOT_EMPTY: Takes.NOTHING,
    Operator.WITHIN: Takes.DAYS,
}

_ALWAYS = (Operator.EMPTY, Operator.NOT_EMPTY)
_EQUAL = (Operator.IS, Operator.IS_NOT)
_LISTED = (*_EQUAL, Operator.IN, Operator.NOT_IN, *_ALWAYS)
_TEXT = (*_LISTED, Operator.CONTAINS, Operator.LACKS, Operator.STARTS, Operator.ENDS)
_AMOUNT = (*_LISTED, Operator.LESS, Operator.AT_MOST, Operator.MORE, Operator.AT_LEAST)
_TIME = (*_LISTED, Operator.BEFORE, Operator.AFTER, Operator.AT_MOST, Operator.AT_LEAST, Operator.WITHIN)

#: The operators that go with each type of field.
FITTING: Mapping[FieldType, tuple[Operator, ...]] = {
    FieldType.TEXT: _TEXT,
    FieldType.ENUM: _TEXT,
    FieldType.URL: _TEXT,
    FieldType.PHONE: _TEXT,
    FieldType.EMAIL: _TEXT,
    FieldType.TAGS: _TEXT,
    FieldType.COUNTRY: _LISTED,
    FieldType.NUMBER: _AMOUNT,
    FieldType.DECIMAL: _AMOUNT,
    FieldType.BOOLEAN: (*_EQUAL, *_ALWAYS),
    FieldType.DATE: _TIME,
    FieldType.DATETIME: _TIME,
}

Literal = str | Decimal | bool
Operand = Literal | tuple[Literal, ...] | int | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """One field against *operand*: a value, several, a number of days, or None where the operator takes nothing."""

    field: str
    type: FieldType
    operator: Operator
    operand: Operand = None


@dataclass(frozen=True, slots=True)
class Not:
    """What *part* is not."""

    part: "Tree"


@dataclass(frozen=True, slots=True)
class Every:
    """All of two or more *parts*."""

    parts: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one of two or more *parts*."""

    parts: tuple["Tree", ...]


Tree = Comparison | Not | Every | Some

#: Words that a bare name of a field cannot be; `not` is one of an operator's.
RESERVED = frozenset({"and", "or", "true", "false", "days", *(word for one in Operator for word in one.split())})

#: How a name can be written without backquotes.
BARE = r"[^\W\d][\w.:-]*"

_BARE = re.compile(BARE).fullmatch
_ESCAPES: Mapping[str, str] = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def fields_of(tree: Tree) -> frozenset[str]:
    """Give the names of the fields that *tree* looks at."""
    match tree:
        case Comparison():
            return frozenset({tree.field})
        case Not():
            return fields_of(tree.part)
        case Every() | Some():
            return frozenset().union(*(fields_of(part) for part in tree.parts))


def text_of(tree: Tree) -> str:
    """Write *tree* in its one spelling."""
    match tree:
        case Comparison():
            return _comparison(tree)
        case Not():
            return f"not {_grouped(tree.part)}"
        case Every():
            return " and ".join(_grouped(part) for part in tree.parts)
        case Some():
            # `and` binds closer, and needs no parentheses here.
            return " or ".join(text_of(part) if isinstance(part, Every) else _grouped(part) for part in tree.parts)


def name_text(name: str) -> str:
    """Write the *name* of a field so that it is read as one."""
    if _BARE(name) and name.casefold() not in RESERVED:
        return name
    return "`" + name.replace("`", "``") + "`"


def literal_text(literal: Literal) -> str:
    """Write one value."""
    if isinstance(literal, bool):
        return "true" if literal else "false"
    if isinstance(literal, Decimal):
        return format(literal, "f")
    return '"' + "".join(map(_character, literal)) + '"'


def _grouped(tree: Tree) -> str:
    return f"({text_of(tree)})" if isinstance(tree, Every | Some) else text_of(tree)


def _comparison(node: Comparison) -> str:
    words = f"{name_text(node.field)} {node.operator}"
    match OTHER_THAN_VALUE.get(node.operator, Takes.VALUE), node.operand:
        case Takes.LIST, tuple(listed):
            return f"{words} [{', '.join(map(literal_text, listed))}]"
        case Takes.DAYS, days:
            return f"{words} {days} days"
        case Takes.VALUE, str() | bool() | Decimal() as literal:
            return f"{words} {literal_text(literal)}"
    return words


def _character(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    return character if character.isprintable() else f"\\u{{{ord(character):x}}}"
