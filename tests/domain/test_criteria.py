"""Criteria: what a text means for a record, what is refused and where, and that the one spelling means the same."""

import re
from datetime import datetime

import pytest

from contactd.domain import criteria
from contactd.domain.clock import micros
from contactd.domain.criteria import CriteriaFault, parse
from contactd.domain.criteria.reading import DEEPEST, LONGEST, MOST_DAYS, WIDEST
from contactd.domain.criteria.tree import FITTING
from contactd_sdk import FieldType, Value

FIELDS = {
    "name": FieldType.TEXT,
    "status": FieldType.ENUM,
    "site": FieldType.URL,
    "mobile": FieldType.PHONE,
    "email": FieldType.EMAIL,
    "tag": FieldType.TAGS,
    "country": FieldType.COUNTRY,
    "terms": FieldType.NUMBER,
    "total": FieldType.DECIMAL,
    "vip": FieldType.BOOLEAN,
    "born": FieldType.DATE,
    "modified": FieldType.DATETIME,
    "Sales rep.": FieldType.TEXT,
    "in": FieldType.NUMBER,
}
NOW = micros(datetime.fromisoformat("2026-03-15T12:00:00Z"))


def holds(text: str, **values: Value) -> bool:
    return parse(text, FIELDS).matches(values, NOW)


def fault(text: str) -> CriteriaFault:
    with pytest.raises(CriteriaFault) as caught:
        parse(text, FIELDS)
    return caught.value


def test_the_example_of_the_help_pages() -> None:
    """R26: Country is India."""
    wanted = parse('country is "India"', FIELDS)

    assert [wanted.matches({"country": one}, NOW) for one in ("India", "IN", "IND", "india", "भारत", "Indien")] == [
        True
    ] * 6
    assert [wanted.matches({"country": one}, NOW) for one in ("Indonesia", "ID", "Indiana", "", None)] == [False] * 5


def test_a_condition_of_several_parts() -> None:
    wanted = parse('country is "India" and (total > 5000 or tag in ["vip"])', FIELDS)

    assert wanted.fields == {"country", "total", "tag"}
    assert wanted.matches({"country": "IN", "total": "5000.01", "tag": None}, NOW)
    assert wanted.matches({"country": "IN", "total": "1", "tag": ["new", "VIP"]}, NOW)
    assert not wanted.matches({"country": "IN", "total": "5000", "tag": ["new"]}, NOW)
    assert not wanted.matches({"country": "NL", "total": "9000", "tag": ["vip"]}, NOW)


@pytest.mark.parametrize("name", [name for name in FIELDS if name.isalpha() and name != "in"])
def test_every_field_can_be_asked_whether_it_is_empty(name: str) -> None:
    empty: list[Value] = [None, "", " \t", [], [" "]]
    full: list[Value] = ["x", 0, False, ["x"]]

    assert [value for value in empty if not holds(f"{name} is empty", **{name: value})] == []
    assert [value for value in full if holds(f"{name} is empty", **{name: value})] == []
    assert [value for value in full if not holds(f"{name} is not empty", **{name: value})] == []
    assert [value for value in empty if holds(f"{name} is not empty", **{name: value})] == []


def test_what_is_not_there_is_neither_empty_nor_full() -> None:
    assert not holds("name is empty")
    assert not holds("name is not empty")


def test_not_turns_round_and_takes_those_with_nothing_too() -> None:
    assert holds('not country is "India"', country="NL")
    assert holds('not country is "India"', country=None)
    assert not holds('country is not "India"', country=None)
    assert not holds('not country is "India"', country="IN")


def test_not_binds_closest_then_and_then_or() -> None:
    text = 'not name is "a" and vip is true or total > 1'

    assert text == parse('(((not name is "a") and vip is true) or total > 1)', FIELDS).text
    assert holds(text, name="a", vip=True, total="2")
    assert not holds(text, name="a", vip=True, total="1")
    assert holds(text, name="b", vip=True, total="1")
    assert not holds(text, name="b", vip=False, total="1")
    assert not holds('not (name is "a" or vip is true)', name="b", vip=True)


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ('  NAME  IS "x"'.replace("NAME", "name"), 'name is "x"'),
        ("total>5000.50", "total > 5000.5"),
        ("total > -007.0", "total > -7"),
        ('born < "2026-01-31"', 'born before "2026-01-31"'),
        ('modified > "2026-01-31"', 'modified after "2026-01-31"'),
        ('modified is "2026-01-31T13:00:00+01:00"', 'modified is "2026-01-31T12:00:00Z"'),
        ("vip Is Not TRUE", "vip is not true"),
        ("modified\nWITHIN last 07 Days", "modified within last 7 days"),
        ('name in["a","b"]', 'name in ["a", "b"]'),
        ('`name` is "x"', 'name is "x"'),
        ('`Sales rep.` is "x"', '`Sales rep.` is "x"'),
        ("`in` > 3", "`in` > 3"),
        (r'name is "a\"b\\c\n\t\r\u{41}\u{1f600}"', r'name is "a\"b\\c\n\t\rA😀"'),
        ('name is "a\u200bb"', r'name is "a\u{200b}b"'),
        (r'name is "\u{d7ff}\u{e000}\u{10ffff}"', r'name is "\u{d7ff}\u{e000}\u{10ffff}"'),
        ('(name is "a") and ((vip is true))', 'name is "a" and vip is true'),
        ('(name is "a" and vip is true) and total > 1', '(name is "a" and vip is true) and total > 1'),
        ('name is "a" or (vip is true and total > 1)', 'name is "a" or vip is true and total > 1'),
        ("not not vip is true", "not not vip is true"),
        ('not (name is "a" and vip is true)', 'not (name is "a" and vip is true)'),
    ],
)
def test_there_is_one_spelling(text: str, spelled: str) -> None:
    found = parse(text, FIELDS)

    assert found.text == spelled
    assert parse(spelled, FIELDS) == found


@pytest.mark.parametrize(
    ("text", "position", "message", "hint"),
    [
        ("", 1, "the criteria end where the name of a field should be", "write it like"),
        ('Country is "India"', 1, "the source has no field 'Country'", "did you mean country?"),
        ('sales_rep is "x"', 1, "the source has no field 'sales_rep'", "did you mean `Sales rep.`?"),
        ("zzz > 1", 1, "the source has no field 'zzz'", "it has `Sales rep.`, born, country"),
        ("country is India", 12, "India stands where a value for a field of type country", 'put it in quotes: "India"'),
        ("name is null", 9, "null stands where", "write: is empty"),
        ("name is None", 9, "None stands where", "write: is empty"),
        ("terms is nil", 10, "nil stands where", "write: is empty"),
        ("born after 2026-01-31", 12, "2026 stands where", 'give a day in quotes, such as "2026-01-31"'),
        ("modified is true", 13, "true stands where", "in quotes, such as"),
        ("name is 12", 9, "12 stands where", 'put it in quotes: "12"'),
        ('name is ""', 9, '"" stands where', "is empty"),
        ('name in ["a", " "]', 15, '" " stands where', "is empty"),
        ('total > "3"', 9, '"3" stands where', "without quotes"),
        ("total > many", 9, "many stands where", "12.5"),
        ("total > " + "9" * 39, 9, "stands where", "12.5"),
        ("vip is maybe", 8, "maybe stands where", "true or false"),
        ('vip is "true"', 8, '"true" stands where', "true or false"),
        ('born is "2026-02-30"', 9, '"2026-02-30" stands where', '"2026-01-31"'),
        ('born is "2026-01-31T12:00:00Z"', 9, "stands where", '"2026-01-31"'),
        ('modified is "2026-01-31T12:00:00"', 13, "stands where", '"2026-01-31T12:00:00Z"'),
        ('modified is "0001-01-01T00:00:00+01:00"', 13, "stands where", "Z"),
        ('total before "2026-01-31"', 7, "'before' does not go with 'total', which is a field of type decimal", ">="),
        ("name > 3", 6, "'>' does not go with 'name'", "starts with"),
        ('country contains "In"', 9, "'contains' does not go with 'country'", "not in"),
        ("vip in [true]", 5, "'in' does not go with 'vip'", "is not"),
        ("total = 3", 7, "'=' stands where an operator such as is, ", "write 'is'"),
        ("total == 3", 7, "'==' stands", "write 'is'"),
        ("total != 3", 7, "'!=' stands", "write 'is not'"),
        ("total <> 3", 7, "'<>' stands", "write 'is not'"),
        ("vip is true && total > 1", 13, "'&&' stands where 'and', 'or' or the end should be", "write 'and'"),
        ("vip is true & total > 1", 13, "'&' stands", "write 'and'"),
        ("vip is true || total > 1", 13, "'||' stands", "write 'or'"),
        ("vip is true | total > 1", 13, "'|' stands", "write 'or'"),
        ("!vip is true", 1, "'!' stands where the name of a field should be", "write 'not'"),
        ("total > 1 and", 14, "the criteria end where the name", "write it like"),
        ("and total > 1", 1, "'and' stands where the name of a field", "write it like"),
        ("(total > 1", 11, "the criteria end where ')' should be", "write it like"),
        ("total > 1)", 10, "')' stands where 'and', 'or' or the end", "write it like"),
        ("total > 1 total < 3", 11, "'total' stands where 'and'", "write it like"),
        ("terms in 3", 10, "'3' stands where '['", "write it like"),
        ("terms in []", 11, "] stands where", "12.5"),
        ("terms in [3, 4", 15, "the criteria end where ']'", "write it like"),
        ("modified within last days", 22, "'days' stands where a number of days", "write it like"),
        ("modified within last 0 days", 22, "'0' is no number of days", f"1 to {MOST_DAYS}"),
        ("modified within last 1.5 days", 22, "'1.5' is no number of days", f"1 to {MOST_DAYS}"),
        ("modified within last 36526 days", 22, "'36526' is no number of days", f"1 to {MOST_DAYS}"),
        ("modified within last 3 weeks", 24, "'weeks' stands where 'days'", "write it like"),
        ('name is "abc', 9, 'what begins with " has no end', "end the text"),
        ("`name is 3", 1, "what begins with ` has no end", "end the name"),
        ("name is 'x'", 9, "''' means nothing here", '"…"'),
        (r'name is "a\q"', 11, r"'\q' stands for no character", r"\n"),
        (r'name is "\u{d800}"', 10, r"'\u{d800}' stands for no character", r"\u{2014}"),
        (r'name is "\u{dfff}"', 10, r"'\u{dfff}' stands for no character", r"\u{2014}"),
        (r'name is "\u{110000}"', 10, "stands for no character", r"\u{2014}"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place_and_a_remedy(
    text: str, position: int, message: str, hint: str
) -> None:
    found = fault(text)

    assert found.position == position
    assert message in found.message
    assert hint in found.hint
    assert str(found) == f"column {position}: {found.message}; {found.hint}"


@pytest.mark.parametrize(
    "word", sorted({"and", "or", "not", "true", "false", "days", "is", "in", "contains", "within"})
)
def test_a_field_that_is_called_like_a_word_of_the_language_stands_in_backquotes(word: str) -> None:
    fields = {word: FieldType.NUMBER, word.upper(): FieldType.NUMBER}

    assert parse(f"`{word}` > 3", fields).text == f"`{word}` > 3"
    assert parse(f"`{word.upper()}` > 3", fields).text == f"`{word.upper()}` > 3"
    with pytest.raises(CriteriaFault, match="the name of a field"):
        parse(f"vip is true and {word} > 3", fields | {"vip": FieldType.BOOLEAN})


def test_a_source_without_fields_has_no_criteria() -> None:
    with pytest.raises(CriteriaFault, match="it has no fields"):
        parse("name is 3", {})


def test_long_deep_and_wide_criteria_are_refused() -> None:
    wide = ", ".join(["1"] * (WIDEST + 1))

    assert "characters" in fault("(" * (LONGEST + 1)).message
    assert fault("(" * LONGEST).position == DEEPEST + 2
    assert fault("not " * (DEEPEST + 1) + "vip is true").message == "too much stands inside each other"
    assert fault(f"terms in [{wide}]").message == f"the list has {WIDEST + 1} values"


def test_as_long_deep_and_wide_as_allowed_is_read() -> None:
    wide = ", ".join(["1"] * WIDEST)

    assert holds("not " * DEEPEST + "vip is true", vip=True)
    assert holds("(" * DEEPEST + "vip is true" + ")" * DEEPEST, vip=True)
    assert holds(f"terms in [{wide}]", terms=1)
    assert holds("vip is true".ljust(LONGEST), vip=True)
    assert holds(f"modified within last {MOST_DAYS} days", modified="1926-03-17T00:00:00Z")


def test_what_would_be_too_long_when_spelled_out_is_refused() -> None:
    found = fault(" or ".join(["terms>1"] * (LONGEST // 11)))

    assert "when spelled out" in found.message


def test_the_table_at_the_head_of_the_language_says_which_operators_go_with_which_type() -> None:
    rows = [row.strip("| ").split(" | ") for row in str(criteria.__doc__).splitlines() if row.startswith("| ")][1:]
    told = {FieldType(kind): operators for kinds, operators in rows[:-1] for kind in kinds.split(", ")}
    told[FieldType.TAGS] = told[FieldType.TEXT]
    every = rows[-1][1]

    assert {kind: words_of(f"{operators}, {every}") for kind, operators in told.items()} == {
        kind: {str(operator) for operator in operators} for kind, operators in FITTING.items()
    }


def words_of(operators: str) -> set[str]:
    spelled = operators.replace("`starts`/`ends with`", "`starts with`, `ends with`").replace(" N days", "")
    return set(re.findall(r"`([^`]+)`", spelled))


def test_who_names_a_field_that_is_not_there_is_told_how_many_are() -> None:
    many = {f"field_{letter}": FieldType.TEXT for letter in "abcdefghijkl"}

    with pytest.raises(CriteriaFault) as caught:
        parse("zzz is empty", many)

    assert caught.value.hint.endswith("field_i, field_j and 2 more")


def test_criteria_are_their_text_and_fields() -> None:
    assert parse("vip is true", FIELDS) == parse(" VIP is  TRUE ".lower(), FIELDS)
    assert parse("vip is true", FIELDS) != parse("vip is false", FIELDS)
    assert "_holds" not in repr(parse("vip is true", FIELDS))
