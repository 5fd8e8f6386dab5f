"""From a condition tree to a function that tests one record.

Rule: total. Whatever a source puts into a field, the answer is yes or no.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, NamedTuple
from unicodedata import normalize

from contactd.domain.clock import SECOND, micros
from contactd.domain.countries import country_key
from contactd.domain.criteria.literals import IS_DAY
from contactd.domain.criteria.tree import Comparison, Every, Not, Operator, Some, Tree
from contactd.domain.values import to_boolean, to_date, to_datetime, to_decimal, to_tags, to_text
from contactd_sdk import FieldType, Value

#: Says whether a record with these values is wanted at that time.
Condition = Callable[[Mapping[str, Value], int], bool]

# What a value is compared by, and what it is compared with: texts with texts,
# amounts with amounts, times with half-open spans of time. Only the tables
# below put the two together, by the type of the field.
_Key = Any
_Test = Callable[[_Key, int], bool]

_DAY = 24 * 3600 * SECOND


class _Way(NamedTuple):
    """How fields of a type are compared: what of a value, with what of a literal, by which tests."""

    key: Callable[[Value], _Key | None]
    operand: Callable[[Any], Any]
    tests: Mapping[Operator, Callable[[Any], _Test]]


def compiled(tree: Tree) -> Condition:
    """Make *tree* a function."""
    match tree:
        case Comparison():
            return _comparison(tree)
        case Not():
            return _not(compiled(tree.part))
        case Every():
            return _every([compiled(part) for part in tree.parts])
        case Some():
            return _some([compiled(part) for part in tree.parts])


def _not(part: Condition) -> Condition:
    return lambda values, now: not part(values, now)


def _every(parts: list[Condition]) -> Condition:
    return lambda values, now: all(part(values, now) for part in parts)


def _some(parts: list[Condition]) -> Condition:
    return lambda values, now: any(part(values, now) for part in parts)


def _comparison(node: Comparison) -> Condition:
    name, operator = node.field, node.operator
    if operator in _EMPTINESS:
        empty = _EMPTINESS[operator]
        return lambda values, _: name in values and _is_empty(values[name]) is empty
    way = _WAYS[node.type]
    positive = _DENIED.get(operator, operator)
    wanted = positive is operator
    test = way.tests[positive](_operand(node, way))
    if node.type is FieldType.TAGS:
        test = _any_word(test)

    def holds(values: Mapping[str, Value], now: int) -> bool:
        try:
            key = way.key(values.get(name))
        except ValueError:
            return False
        return key is not None and test(key, now) is wanted

    return holds


def _any_word(test: _Test) -> _Test:
    return lambda words, now: any(test(word, now) for word in words)


def _is_empty(value: Value) -> bool:
    if isinstance(value, list):
        return not any(word.strip() for word in value)
    return value is None or (isinstance(value, str) and not value.strip())


def _operand(node: Comparison, way: _Way) -> Any:
    if node.operator is Operator.WITHIN:
        return node.operand, _GRAINS[node.type]
    if isinstance(node.operand, tuple):
        return tuple(map(way.operand, node.operand))
    return way.operand(node.operand)


def _as_it_is(literal: Any) -> Any:
    return literal


def _folded(text: str) -> str:
    """Give *text* so that texts which differ in case or composition only are equal."""
    return text.casefold() if text.isascii() else normalize("NFC", normalize("NFD", text).casefold())


def _text_key(value: Value) -> str | None:
    text = to_text(value)
    return None if text is None else _folded(text)


def _words_key(value: Value) -> list[str] | None:
    words = to_tags(value)
    return None if words is None else [_folded(word) for word in words]


def _country_key(value: Value) -> str | None:
    text = to_text(value)
    return None if text is None else country_key(text)


def _amount_key(value: Value) -> Decimal | None:
    digits = to_decimal(value)
    return None if digits is None else Decimal(digits)


def _day_key(value: Value) -> int | None:
    day = to_date(value)
    return None if day is None else _start_of(day)


def _moment_key(value: Value) -> int | None:
    moment = to_datetime(value)
    return None if moment is None else micros(datetime.fromisoformat(moment))


def _start_of(day: str) -> int:
    return micros(datetime.combine(date.fromisoformat(day), time(), UTC))


def _span(text: str) -> tuple[int, int]:
    """Give the first microsecond of a day or moment, and the first one after it."""
    if IS_DAY(text):
        start = _start_of(text)
        return start, start + _DAY
    start = micros(datetime.fromisoformat(text))
    return start, start + 1


def _within_last(operand: tuple[int, int]) -> _Test:
    days, grain = operand

    def test(key: int, now: int) -> bool:
        latest = now - now % grain
        return latest - days * _DAY <= key <= latest

    return test


def _in_any(spans: tuple[tuple[int, int], ...]) -> _Test:
    return lambda key, _: any(start <= key < end for start, end in spans)


def _in_set(keys: tuple[_Key, ...]) -> _Test:
    found = frozenset(keys)
    return lambda key, _: key in found


_EMPTINESS: Mapping[Operator, bool] = {Operator.EMPTY: True, Operator.NOT_EMPTY: False}

#: Operators that say the contrary of another.
_DENIED: Mapping[Operator, Operator] = {
    Operator.IS_NOT: Operator.IS,
    Operator.LACKS: Operator.CONTAINS,
    Operator.NOT_IN: Operator.IN,
}

_PLAIN: Mapping[Operator, Callable[[Any], _Test]] = {
    Operator.IS: lambda operand: lambda key, _: key == operand,
    Operator.IN: _in_set,
    Operator.CONTAINS: lambda operand: lambda key, _: operand in key,
    Operator.STARTS: lambda operand: lambda key, _: key.startswith(operand),
    Operator.ENDS: lambda operand: lambda key, _: key.endswith(operand),
    Operator.LESS: lambda operand: lambda key, _: key < operand,
    Operator.AT_MOST: lambda operand: lambda key, _: key <= operand,
    Operator.MORE: lambda operand: lambda key, _: key > operand,
    Operator.AT_LEAST: lambda operand: lambda key, _: key >= operand,
}

_TIMES: Mapping[Operator, Callable[[Any], _Test]] = {
    Operator.IS: lambda span: lambda key, _: span[0] <= key < span[1],
    Operator.IN: _in_any,
    Operator.BEFORE: lambda span: lambda key, _: key < span[0],
    Operator.AFTER: lambda span: lambda key, _: key >= span[1],
    Operator.AT_MOST: lambda span: lambda key, _: key < span[1],
    Operator.AT_LEAST: lambda span: lambda key, _: key >= span[0],
    Operator.WITHIN: _within_last,
}

# How finely a field tells times apart, in microseconds.
_GRAINS: Mapping[FieldType, int] = {FieldType.DATE: _DAY, FieldType.DATETIME: 1}


_TEXT = _Way(_text_key, _text_key, _PLAIN)
_AMOUNT = _Way(_amount_key, _as_it_is, _PLAIN)

_WAYS: Mapping[FieldType, _Way] = {
    FieldType.TEXT: _TEXT,
    FieldType.ENUM: _TEXT,
    FieldType.URL: _TEXT,
    FieldType.PHONE: _TEXT,
    FieldType.EMAIL: _TEXT,
    FieldType.TAGS: _Way(_words_key, _text_key, _PLAIN),
    FieldType.COUNTRY: _Way(_country_key, _country_key, _PLAIN),
    FieldType.NUMBER: _AMOUNT,
    FieldType.DECIMAL: _AMOUNT,
    FieldType.BOOLEAN: _Way(to_boolean, _as_it_is, _PLAIN),
    FieldType.DATE: _Way(_day_key, _span, _TIMES),
    FieldType.DATETIME: _Way(_moment_key, _span, _TIMES),
}
