"""Criteria, generated: one spelling for each tree, and an answer for every record."""

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as some

from contactd.domain.criteria import Criteria, CriteriaFault, parse
from contactd.domain.criteria.tree import (
    FITTING,
    OTHER_THAN_VALUE,
    Comparison,
    Every,
    Not,
    Operator,
    Some,
    Takes,
    Tree,
)
from contactd_sdk import FieldType

#: A field of each type, and names that need backquotes.
FIELDS = {f"a-{kind}": kind for kind in FieldType} | {
    "not": FieldType.TEXT,
    "of `odd` name": FieldType.NUMBER,
    "名前": FieldType.TAGS,
    "1st": FieldType.DATE,
}

TEXTS = some.text(max_size=8).filter(str.strip) | some.sampled_from(['"', "\\", 'a"b', "a\n\t\rb", "\u200b", "India"])
AMOUNTS = some.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-9999, max_value=9999)
DAYS = some.dates().map(str)
MOMENTS = some.datetimes().map(lambda moment: moment.isoformat() + "Z")
LITERALS: dict[FieldType, some.SearchStrategy[Any]] = {
    FieldType.NUMBER: AMOUNTS.map(Decimal.normalize),
    FieldType.DECIMAL: AMOUNTS.map(Decimal.normalize),
    FieldType.BOOLEAN: some.booleans(),
    FieldType.DATE: DAYS,
    FieldType.DATETIME: DAYS | MOMENTS,
}


def operands(kind: FieldType, operator: Operator) -> some.SearchStrategy[Any]:
    literals = LITERALS.get(kind, TEXTS)
    by_what_it_takes: dict[Takes, some.SearchStrategy[Any]] = {
        Takes.NOTHING: some.none(),
        Takes.VALUE: literals,
        Takes.LIST: some.lists(literals, min_size=1, max_size=4).map(tuple),
        Takes.DAYS: some.integers(1, 36_525),
    }
    return by_what_it_takes[OTHER_THAN_VALUE.get(operator, Takes.VALUE)]


@some.composite
def comparisons(draw: some.DrawFn) -> Comparison:
    name = draw(some.sampled_from(sorted(FIELDS)))
    operator = draw(some.sampled_from(FITTING[FIELDS[name]]))
    return Comparison(name, FIELDS[name], operator, draw(operands(FIELDS[name], operator)))


def groups(parts: some.SearchStrategy[Tree]) -> some.SearchStrategy[Tree]:
    several = some.lists(parts, min_size=2, max_size=3).map(tuple)
    return some.builds(Not, parts) | some.builds(Every, several) | some.builds(Some, several)


TREES: some.SearchStrategy[Tree] = some.recursive(comparisons(), groups, max_leaves=8)
SCALARS = some.none() | some.text(max_size=12) | some.integers() | some.booleans() | DAYS | MOMENTS
VALUES = SCALARS | some.lists(some.text(max_size=4), max_size=3) | AMOUNTS.map(str)
RECORDS = some.dictionaries(some.sampled_from(sorted(FIELDS)), VALUES)


@settings(deadline=None, max_examples=600, derandomize=True, database=None)
@given(TREES)
def test_the_text_of_a_tree_is_read_as_that_tree(tree: Tree) -> None:
    text = Criteria.of(tree).text

    found = parse(text, FIELDS)

    assert found.tree == tree
    assert found.text == text


@settings(deadline=None, max_examples=600, derandomize=True, database=None)
@given(TREES, RECORDS, some.integers(0, 2**52))
def test_every_record_has_an_answer(tree: Tree, values: dict[str, Any], now: int) -> None:
    wanted = Criteria.of(tree)

    assert wanted.matches(values, now) is meant(tree, values, now)


def meant(tree: Tree, values: dict[str, Any], now: int) -> bool:
    """What *tree* says of *values*, part by part: a comparison alone, the others by what they mean."""
    match tree:
        case Comparison():
            return tree.field in values and Criteria.of(tree).matches({tree.field: values[tree.field]}, now)
        case Not():
            return not meant(tree.part, values, now)
        case Every():
            return all(meant(part, values, now) for part in tree.parts)
        case Some():
            return any(meant(part, values, now) for part in tree.parts)


WORDS = some.sampled_from(
    [
        "a-text",
        "a-number",
        "a-tags",
        "is",
        "not",
        "in",
        "and",
        "or",
        "(",
        ")",
        "[",
        "]",
        ",",
        '"x"',
        "3",
        "<",
        "`",
        '"',
        "é",
    ]
)


@settings(deadline=None, max_examples=600, derandomize=True, database=None)
@given(some.lists(WORDS, max_size=12).map(" ".join) | some.text(max_size=30))
def test_every_text_is_read_or_refused_with_its_place(text: str) -> None:
    try:
        place, again = 1, parse(text, FIELDS).text
    except CriteriaFault as fault:
        place, again = fault.position, ""

    assert 1 <= place <= len(text) + 1
    assert not again or parse(again, FIELDS).text == again
