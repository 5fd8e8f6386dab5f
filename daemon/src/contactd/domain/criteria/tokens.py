"""The text of a condition, cut into words."""

import re
from collections.abc import Mapping
from enum import Enum, auto
from typing import NamedTuple

from contactd.domain.criteria.faults import CriteriaFault
from contactd.domain.criteria.tree import BARE


class Kind(Enum):
    """What a token is."""

    WORD = auto()
    NAME = auto()
    TEXT = auto()
    NUMBER = auto()
    SIGN = auto()
    END = auto()


class Token(NamedTuple):
    """One word of a condition.

    *text* is as it was written, *value* what it stands for: a folded word, a
    name or text without its quotes and escapes. *position* counts from 1.
    """

    kind: Kind
    text: str
    value: str
    position: int


_TOKEN = re.compile(
    rf"""\s*(?:(?P<WORD>{BARE})
    |(?P<NAME>`(?:[^`]|``)+`)
    |(?P<TEXT>"(?:[^"\\]|\\.)*")
    |(?P<NUMBER>-?[0-9]+(?:\.[0-9]+)?)
    |(?P<SIGN><=|>=|<>|[<>()\[\],]|==|!=|=|!|&&|\|\||&|\|)
    |(?P<END>$))""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|(.))", re.DOTALL)
_MEANT: Mapping[str, str] = {'"': '"', "\\": "\\", "n": "\n", "r": "\r", "t": "\t"}
_UNENDED: Mapping[str, str] = {'"': 'end the text with "', "`": "end the name with `"}


def tokens(text: str) -> list[Token]:
    """Cut *text* into tokens; the last of them is its end.

    Raises:
        CriteriaFault: something in it is none.
    """
    found = []
    position = 0
    while True:
        match = _TOKEN.match(text, position)
        if match is None:
            raise _unreadable(text, position)
        kind = Kind[str(match.lastgroup)]
        found.append(_token(kind, match[kind.name], match.start(kind.name) + 1))
        if kind is Kind.END:
            return found
        position = match.end()


def _token(kind: Kind, text: str, position: int) -> Token:
    match kind:
        case Kind.WORD:
            return Token(kind, text, text.casefold(), position)
        case Kind.NAME:
            return Token(kind, text, text[1:-1].replace("``", "`"), position)
        case Kind.TEXT:
            return Token(kind, text, _unescaped(text[1:-1], position + 1), position)
        case _:
            return Token(kind, text, text, position)


def _unescaped(text: str, position: int) -> str:
    def meant(escape: re.Match[str]) -> str:
        code, letter = escape.groups()
        character = _MEANT.get(letter, "") if code is None else _coded(int(code, 16))
        if not character:
            hint = r"write \" for a quote, \\ for a backslash, \n, \r, \t, or \u{2014} for a character by its number"
            raise CriteriaFault(f"'{escape[0]}' stands for no character", position + escape.start(), hint)
        return character

    return _ESCAPE.sub(meant, text)


def _coded(number: int) -> str:
    """Give the character of that *number*, or nothing for a half of one and for what is beyond them."""
    return "" if 0xD800 <= number <= 0xDFFF or number > 0x10FFFF else chr(number)


def _unreadable(text: str, position: int) -> CriteriaFault:
    rest = text[position:]
    place = len(text) - len(rest.lstrip()) + 1
    sign = text[place - 1]
    if sign in _UNENDED:
        return CriteriaFault(f"what begins with {sign} has no end", place, _UNENDED[sign])
    return CriteriaFault(f"'{sign}' means nothing here", place, 'texts stand in "…", odd names of fields in `…`')
