"""How a source's value becomes a value of a contact field.

Rule: equal things get equal texts, so that a change can be told by comparing
texts, and what cannot be understood is refused rather than guessed: a
`ValueError`, without the value in it, which is somebody's own.

| type | what is kept |
|---|---|
| text | trimmed text; numbers and yes or no as their text; several words joined by ", " |
| enum | the choice that it is, as the field spells it; without choices, as text |
| number | a whole number of 64 bits; `"12.00"` is 12 |
| decimal | digits without exponent, plus sign, leading or trailing zeros: `"12.50"` is `"12.5"`, `"-0"` is `"0"` |
| boolean | true or false; also from yes/no, on/off, 1/0 |
| date | `2026-01-31`; of a time, the day that is written in it |
| datetime | UTC as RFC 3339 with Z; a time without an offset is refused |
| url, email | trimmed text that is one, as it was given |
| phone, country | trimmed text with three digits, with a letter |
| tags | words, trimmed, each once, in the order given |

Every converter gives None for what is empty: None, blank text, no words.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

from contactd.domain.address import email_key
from contactd_sdk import FieldType, Value

Converter = Callable[[Value], Value]

_DECIMAL = re.compile(r"[+-]?(?:\d{1,38}(?:\.\d{0,38})?|\.\d{1,38})(?:[eE][+-]?\d{1,2})?", re.ASCII).fullmatch
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[Tt ].*)?", re.ASCII).fullmatch
_URL = re.compile(r"(?:https?://)?[^\s/?#@:]+\.[^\s/?#@:]+(?::\d+)?(?:[/?#]\S*)?", re.IGNORECASE).fullmatch
_THREE_DIGITS = re.compile(r"(?:\D*\d){3}").match
_LETTER = re.compile(r"[^\W\d_]").search
_TRUE = frozenset({"true", "yes", "on", "1"})
_FALSE = frozenset({"false", "no", "off", "0"})
_SMALLEST, _LARGEST = -(2**63), 2**63 - 1


def to_text(value: Value) -> str | None:
    """Give *value* as trimmed text."""
    if type(value) is str:
        return value.strip() or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(word.strip() for word in value if word.strip()) or None
    return None if value is None else str(value)


def to_number(value: Value) -> int | None:
    """Give *value* as a whole number."""
    digits = to_decimal(value)
    if digits is None:
        return None
    if "." in digits:
        raise ValueError("not a whole number")
    number = int(digits)
    if not _SMALLEST <= number <= _LARGEST:
        raise ValueError("more than 64 bits")
    return number


def to_decimal(value: Value) -> str | None:
    """Give *value* as the one text of its amount."""
    text = _scalar(value, "a number")
    if text is None:
        return None
    if not _DECIMAL(text):
        raise ValueError("not a number")
    digits = format(Decimal(text), "f")
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return "0" if digits == "-0" else digits


def to_boolean(value: Value) -> bool | None:
    """Give *value* as true or false."""
    if isinstance(value, bool):
        return value
    text = _scalar(value, "true or false")
    if text is None:
        return None
    word = text.casefold()
    if word not in _TRUE and word not in _FALSE:
        raise ValueError("not true or false")
    return word in _TRUE


def to_date(value: Value) -> str | None:
    """Give *value* as a day."""
    text = _scalar(value, "a date")
    if text is None:
        return None
    day = _DATE(text)
    if day is None:
        raise ValueError("not a date")
    if len(text) > len(day[1]):
        datetime.fromisoformat(text)
    return date.fromisoformat(day[1]).isoformat()


def to_datetime(value: Value) -> str | None:
    """Give *value* as a moment in UTC."""
    text = _scalar(value, "a time")
    if text is None:
        return None
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("no offset from UTC")
    try:
        return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
    except OverflowError:
        raise ValueError("beyond the calendar") from None


def to_tags(value: Value) -> list[str] | None:
    """Give *value* as words."""
    if isinstance(value, list):
        return list(dict.fromkeys(word.strip() for word in value if word.strip())) or None
    text = to_text(value)
    return None if text is None else [text]


def _scalar(value: Value, wanted: str) -> str | None:
    text = to_text(value)
    if text is not None and isinstance(value, bool | list):
        raise ValueError(f"not {wanted}")
    return text


def _looking_like(what: str, looks: Callable[[str], object]) -> Converter:
    def convert(value: Value) -> str | None:
        text = _scalar(value, what)
        if text is not None and not looks(text):
            raise ValueError(f"not {what}")
        return text

    return convert


def one_of(choices: Sequence[str]) -> Converter:
    """Make what gives a value as the one of *choices* that it is, in any case of letters; without choices, as text."""
    spelled = {choice.casefold(): choice for choice in choices}

    def convert(value: Value) -> str | None:
        text = to_text(value)
        if text is None or not spelled:
            return text
        if text.casefold() not in spelled:
            raise ValueError("not one of the choices")
        return spelled[text.casefold()]

    return convert


def converter(type: FieldType, choices: Sequence[str] = ()) -> Converter:  # noqa: A002  the word of the contract
    """Give what makes a value one of a field of *type*, which takes *choices* if it is an enum."""
    return one_of(choices) if type is FieldType.ENUM else CONVERTERS[type]


CONVERTERS: Mapping[FieldType, Converter] = {
    FieldType.TEXT: to_text,
    FieldType.ENUM: to_text,
    FieldType.NUMBER: to_number,
    FieldType.DECIMAL: to_decimal,
    FieldType.BOOLEAN: to_boolean,
    FieldType.DATE: to_date,
    FieldType.DATETIME: to_datetime,
    FieldType.URL: _looking_like("a web address", _URL),
    FieldType.PHONE: _looking_like("a telephone number", _THREE_DIGITS),
    FieldType.COUNTRY: _looking_like("a country", _LETTER),
    FieldType.EMAIL: _looking_like("an e-mail address", email_key),
    FieldType.TAGS: to_tags,
}
