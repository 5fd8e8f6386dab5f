"""From the text of a condition to its tree: every word of it is understood, or refused with its place."""

from collections.abc import Mapping
from difflib import get_close_matches

from contactd.domain.criteria.faults import CriteriaFault
from contactd.domain.criteria.literals import literal
from contactd.domain.criteria.tokens import Kind, Token, tokens
from contactd.domain.criteria.tree import (
    FITTING,
    OTHER_THAN_VALUE,
    RESERVED,
    Comparison,
    Every,
    Literal,
    Not,
    Operand,
    Operator,
    Some,
    Takes,
    Tree,
    name_text,
)
from contactd_sdk import FieldType

#: Characters that a condition can have at most.
LONGEST = 4_000

#: Parentheses and `not`s that can stand inside each other.
DEEPEST = 32

#: Values that a list can have.
WIDEST = 500

#: How many fields are named to somebody who named one that is not there.
_FEW = 10

#: The longest time that `within last` can reach back: a hundred years.
MOST_DAYS = 36_525

# The most words first: `is not empty` before `is not` before `is`.
_SPELLINGS = sorted(((tuple(one.split()), one) for one in Operator), key=lambda spelled: -len(spelled[0]))

# On a time line, these are the same.
_OF_TIMES: Mapping[Operator, Operator] = {Operator.LESS: Operator.BEFORE, Operator.MORE: Operator.AFTER}
_TIMES = frozenset({FieldType.DATE, FieldType.DATETIME})

# What people write who know another language.
_INSTEAD: Mapping[str, str] = {
    "=": "write 'is'",
    "==": "write 'is'",
    "!=": "write 'is not'",
    "<>": "write 'is not'",
    "&": "write 'and'",
    "&&": "write 'and'",
    "|": "write 'or'",
    "||": "write 'or'",
    "!": "write 'not'",
}


def read(text: str, fields: Mapping[str, FieldType]) -> Tree:
    """Read *text* about *fields*.

    Raises:
        CriteriaFault: it is no condition on them.
    """
    if len(text) > LONGEST:
        message = f"the criteria have {len(text)} characters"
        raise CriteriaFault(message, LONGEST + 1, f"{LONGEST} are the most; split them over several syncs")
    reader = _Reader(tokens(text), fields)
    tree = reader.either()
    if reader.next.kind is not Kind.END:
        raise _unexpected(reader.next, "'and', 'or' or the end")
    return tree


class _Reader:
    """Reads a condition from left to right, a method for each rule of its grammar."""

    def __init__(self, found: list[Token], fields: Mapping[str, FieldType]) -> None:
        self._tokens = found
        self._place = 0
        self._fields = fields
        self._depth = 0

    @property
    def next(self) -> Token:
        return self._tokens[self._place]

    def either(self) -> Tree:
        parts = [self._every()]
        while self._passed("or"):
            parts.append(self._every())
        return parts[0] if len(parts) == 1 else Some(tuple(parts))

    def _every(self) -> Tree:
        parts = [self._one()]
        while self._passed("and"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else Every(tuple(parts))

    def _one(self) -> Tree:
        token = self.next
        if self._depth > DEEPEST:
            raise CriteriaFault("too much stands inside each other", token.position, f"{DEEPEST} levels are the most")
        self._depth += 1
        if self._passed("not"):
            tree: Tree = Not(self._one())
        elif self._passed("("):
            tree = self.either()
            self._expect(")")
        else:
            tree = self._comparison()
        self._depth -= 1
        return tree

    def _comparison(self) -> Comparison:
        name = self._field()
        kind = self._fields[name]
        token = self.next
        operator = self._operator(name)
        if kind in _TIMES:
            operator = _OF_TIMES.get(operator, operator)
        if operator not in FITTING[kind]:
            message = f"'{operator}' does not go with '{name}', which is a field of type {kind}"
            raise CriteriaFault(message, token.position, f"it takes {_choice(FITTING[kind])}")
        return Comparison(name, kind, operator, self._operand(operator, kind))

    def _field(self) -> str:
        token = self.next
        if token.kind is Kind.WORD and token.value not in RESERVED:
            name = token.text
        elif token.kind is Kind.NAME:
            name = token.value
        else:
            raise _unexpected(token, "the name of a field")
        if name not in self._fields:
            raise CriteriaFault(f"the source has no field '{name}'", token.position, _near(name, self._fields))
        self._place += 1
        return name

    def _operator(self, name: str) -> Operator:
        for words, operator in _SPELLINGS:
            ahead = self._tokens[self._place : self._place + len(words)]
            if all(token.kind in _PLAIN for token in ahead) and tuple(token.value for token in ahead) == words:
                self._place += len(words)
                return operator
        raise _unexpected(self.next, f"an operator such as {_choice(FITTING[self._fields[name]])}")

    def _operand(self, operator: Operator, kind: FieldType) -> Operand:
        match OTHER_THAN_VALUE.get(operator, Takes.VALUE):
            case Takes.NOTHING:
                return None
            case Takes.DAYS:
                return self._days()
            case Takes.LIST:
                return self._list(kind)
            case Takes.VALUE:
                return self._literal(kind)

    def _literal(self, kind: FieldType) -> Literal:
        found = literal(self.next, kind)
        self._place += 1
        return found

    def _list(self, kind: FieldType) -> tuple[Literal, ...]:
        opening = self._expect("[")
        listed = [self._literal(kind)]
        while self._passed(","):
            listed.append(self._literal(kind))
        self._expect("]")
        if len(listed) > WIDEST:
            message = f"the list has {len(listed)} values"
            raise CriteriaFault(message, opening.position, f"{WIDEST} are the most; split it over several lists")
        return tuple(listed)

    def _days(self) -> int:
        token = self.next
        if token.kind is not Kind.NUMBER:
            raise _unexpected(token, "a number of days")
        days = int(token.value) if token.value.isdecimal() else 0
        if not 1 <= days <= MOST_DAYS:
            message = f"'{token.text}' is no number of days to look back"
            raise CriteriaFault(message, token.position, f"give 1 to {MOST_DAYS}")
        self._place += 1
        self._expect("days")
        return days

    def _passed(self, value: str) -> bool:
        found = self.next.kind in _PLAIN and self.next.value == value
        self._place += found
        return found

    def _expect(self, value: str) -> Token:
        token = self.next
        if not self._passed(value):
            raise _unexpected(token, f"'{value}'")
        return token


_PLAIN = frozenset({Kind.WORD, Kind.SIGN})


def _unexpected(token: Token, wanted: str) -> CriteriaFault:
    found = "the criteria end" if token.kind is Kind.END else f"'{token.text}' stands"
    hint = _INSTEAD.get(token.value, "") if token.kind is Kind.SIGN else ""
    message = f"{found} where {wanted} should be"
    return CriteriaFault(message, token.position, hint or 'write it like: country is "India" and total > 5000')


def _near(name: str, fields: Mapping[str, FieldType]) -> str:
    by_fold = {field.casefold(): field for field in fields}
    near = get_close_matches(name.casefold(), by_fold, n=1)
    if near:
        return f"did you mean {name_text(by_fold[near[0]])}?"
    if not fields:
        return "it has no fields"
    told = _choice([name_text(field) for field in sorted(fields)[:_FEW]])
    return f"it has {told}{f' and {len(fields) - _FEW} more' if len(fields) > _FEW else ''}"


def _choice(words: "list[str] | tuple[str, ...]") -> str:
    return ", ".join(words)
