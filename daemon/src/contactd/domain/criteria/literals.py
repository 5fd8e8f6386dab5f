"""A value in a condition: what each type of field can be compared with."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from contactd.domain.criteria.faults import CriteriaFault
from contactd.domain.criteria.tokens import Kind, Token
from contactd.domain.criteria.tree import Literal, literal_text
from contactd.domain.values import to_date, to_datetime, to_decimal
from contactd_sdk import FieldType

_BOOLEANS: Mapping[str, bool] = {"true": True, "false": False}

#: A day, where a moment could stand as well.
IS_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII).fullmatch


def literal(token: Token, kind: FieldType) -> Literal:
    """Read *token* as a value for a field of type *kind*.

    Raises:
        CriteriaFault: it is none.
    """
    expected, reader, hint = _READERS[kind]
    try:
        if token.kind is not expected:
            raise ValueError
        return reader(token.value)
    except ValueError:
        found = "the criteria end" if token.kind is Kind.END else f"{token.text} stands"
        message = f"{found} where a value for a field of type {kind} should be"
        raise CriteriaFault(message, token.position, _hint(token, expected, hint)) from None


def _hint(token: Token, expected: Kind, hint: str) -> str:
    if token.value in {"null", "none", "nil"} and token.kind is Kind.WORD:
        return "write: is empty"
    if expected is Kind.TEXT and token.kind in {Kind.WORD, Kind.NUMBER} and hint == _TEXT_HINT:
        return f"put it in quotes: {literal_text(token.text)}"
    if expected is Kind.NUMBER and token.kind is Kind.TEXT:
        return "write the number without quotes"
    return hint


def _amount(text: str) -> Decimal:
    digits = to_decimal(text)
    if digits is None:
        raise ValueError
    return Decimal(digits)


def _boolean(word: str) -> bool:
    if word not in _BOOLEANS:
        raise ValueError
    return _BOOLEANS[word]


def _day(text: str) -> str:
    day = to_date(text) if IS_DAY(text) else None
    if day is None:
        raise ValueError
    return day


def _time(text: str) -> str:
    moment = _day(text) if IS_DAY(text) else to_datetime(text)
    if moment is None:
        raise ValueError
    return moment


def _text(text: str) -> str:
    if not text.strip():
        raise ValueError
    return text


_Reader = tuple[Kind, Callable[[str], Literal], str]
_TEXT_HINT = 'give a text in quotes, such as "India", or write: is empty'
_TEXT: _Reader = (Kind.TEXT, _text, _TEXT_HINT)
_NUMBER: _Reader = (Kind.NUMBER, _amount, "give a number such as 12.5")

_READERS: Mapping[FieldType, _Reader] = {
    FieldType.TEXT: _TEXT,
    FieldType.ENUM: _TEXT,
    FieldType.URL: _TEXT,
    FieldType.PHONE: _TEXT,
    FieldType.EMAIL: _TEXT,
    FieldType.TAGS: _TEXT,
    FieldType.COUNTRY: _TEXT,
    FieldType.NUMBER: _NUMBER,
    FieldType.DECIMAL: _NUMBER,
    FieldType.BOOLEAN: (Kind.WORD, _boolean, "write true or false"),
    FieldType.DATE: (Kind.TEXT, _day, 'give a day in quotes, such as "2026-01-31"'),
    FieldType.DATETIME: (
        Kind.TEXT,
        _time,
        'give a day or a time with its zone, in quotes, such as "2026-01-31" or "2026-01-31T12:00:00Z"',
    ),
}
