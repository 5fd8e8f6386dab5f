"""Criteria: what each comparison says of a value, and of none."""

import pytest

from contactd.domain.criteria import parse
from contactd_sdk import Value
from domain.test_criteria import FIELDS, NOW

#: A comparison, values for which it holds, and values for which it does not.
COMPARISONS: list[tuple[str, list[Value], list[Value]]] = [
    ('name is "Müller"', ["Müller", "MÜLLER", " mu\u0308ller "], ["Muller", "Müllers"]),
    ('name is "STRASSE"', ["straße", "Strasse"], ["stras"]),
    ('name is "12"', ["12", 12], ["12.0"]),
    ('name is not "Ann"', ["Bob", "Anne"], ["ann"]),
    ('name contains "NN"', ["Ann", "nn"], ["n n"]),
    ('name does not contain "nn"', ["bob"], ["ANN"]),
    ('name starts with "Mc"', ["McCoy", "mc"], ["a mc"]),
    ('name ends with "Ltd"', ["Acme LTD", "ltd "], ["ltd."]),
    ('name in ["ann", "bob"]', ["Bob", "ann"], ["ann bob"]),
    ('name not in ["ann", "bob"]', ["eve"], ["Bob", "ann"]),
    ('status is "active"', ["Active"], ["inactive"]),
    ('site contains "acme"', ["https://ACME.example"], ["https://example.com"]),
    ('mobile starts with "+32"', ["+32 2 123"], ["0032 2"]),
    ('email ends with "@example.com"', ["ann@Example.com"], ["ann@example.org"]),
    ('tag is "vip"', [["new", "VIP"], "vip"], [["vips"]]),
    ('tag is not "vip"', [["new", "vips"]], [["new", "VIP"]]),
    ('tag contains "vi"', [["new", "VIP"]], [["new", "old"]]),
    ('tag does not contain "vi"', [["new", "old"]], [["new", "VIP"]]),
    ('tag starts with "n"', [["old", "New"]], [["old", "vip n"]]),
    ('tag ends with "w"', [["old", "New"]], [["w old"]]),
    ('tag in ["a", "b"]', [["c", "B"]], [["c"], ["ab"]]),
    ('tag not in ["a", "b"]', [["c"], ["ab"]], [["c", "B"]]),
    ('country is not "Belgium"', ["NL", "Atlantis"], ["BE", "België", "Belgique"]),
    ('country in ["NL", "Belgique"]', ["Netherlands", "Belgium", "the Netherlands"], ["LU"]),
    ('country not in ["NL", "BE"]', ["Luxembourg"], ["Holland"]),
    ('country is "Atlantis"', ["ATLANTIS", "atlántis"], ["Atlantic"]),
    ("terms is 30", [30, "30", "30.0"], [31, -30]),
    ("terms is not 30", [29], [30]),
    ("terms in [15, 30]", [15, 30], [20]),
    ("terms not in [15, 30]", [20], [15, 30]),
    ("total < 10.5", ["10.49", -11, 10], ["10.5", "11"]),
    ("total <= 10.5", ["10.5", "-99999999999999999999.5"], ["10.51"]),
    ("total > 10.5", ["10.500000001", "1e2"], ["10.5", "9"]),
    ("total >= -3", ["-3", "-2.9"], ["-3.01"]),
    ("vip is true", [True, "yes", "on", 1], [False, "no"]),
    ("vip is not true", [False, "off"], [True]),
    ("vip is false", [False, "0"], [True]),
    ('born is "2026-01-31"', ["2026-01-31", "2026-01-31T23:59"], ["2026-02-01", "2026-01-30"]),
    ('born is not "2026-01-31"', ["2026-02-01"], ["2026-01-31"]),
    ('born in ["2026-01-31", "2026-02-02"]', ["2026-01-31", "2026-02-02"], ["2026-02-01"]),
    ('born not in ["2026-01-31"]', ["2026-02-01"], ["2026-01-31"]),
    ('born before "2026-01-31"', ["2026-01-30"], ["2026-01-31", "2026-02-01"]),
    ('born after "2026-01-31"', ["2026-02-01"], ["2026-01-31", "2026-01-30"]),
    ('born <= "2026-01-31"', ["2026-01-31"], ["2026-02-01"]),
    ('born >= "2026-01-31"', ["2026-01-31"], ["2026-01-30"]),
    ("born within last 3 days", ["2026-03-15", "2026-03-12"], ["2026-03-11", "2026-03-16"]),
    ('modified is "2026-01-31"', ["2026-01-31T00:00:00Z", "2026-02-01T00:30:00+01:00"], ["2026-02-01T00:00:00Z"]),
    ('modified is "2026-01-31T12:00:00Z"', ["2026-01-31T13:00:00+01:00"], ["2026-01-31T12:00:00.000001Z"]),
    ('modified is not "2026-01-31"', ["2026-02-01T00:00:00Z"], ["2026-01-31T23:59:59.999999Z"]),
    ('modified in ["2026-01-31", "2026-02-02T00:00:00Z"]', ["2026-01-31T01:00:00Z"], ["2026-02-02T01:00:00Z"]),
    ('modified before "2026-01-31"', ["2026-01-30T23:59:59.999999Z"], ["2026-01-31T00:00:00Z"]),
    ('modified after "2026-01-31"', ["2026-02-01T00:00:00Z"], ["2026-01-31T23:59:59.999999Z"]),
    ('modified after "2026-01-31T12:00:00Z"', ["2026-01-31T12:00:00.000001Z"], ["2026-01-31T12:00:00Z"]),
    ('modified <= "2026-01-31"', ["2026-01-31T23:59:59.999999Z"], ["2026-02-01T00:00:00Z"]),
    ('modified >= "2026-01-31"', ["2026-01-31T00:00:00Z"], ["2026-01-30T23:59:59.999999Z"]),
    (
        "modified within last 3 days",
        ["2026-03-15T12:00:00Z", "2026-03-12T12:00:00Z"],
        ["2026-03-12T11:59:59.999999Z", "2026-03-15T12:00:00.000001Z"],
    ),
]


@pytest.mark.parametrize(("text", "good", "bad"), COMPARISONS, ids=[text for text, _, _ in COMPARISONS])
def test_a_comparison(text: str, good: list[Value], bad: list[Value]) -> None:
    wanted = parse(text, FIELDS)
    (name,) = wanted.fields

    assert [value for value in good if not wanted.matches({name: value}, NOW)] == []
    assert [value for value in bad if wanted.matches({name: value}, NOW)] == []


@pytest.mark.parametrize("text", [text for text, _, _ in COMPARISONS])
def test_a_comparison_with_nothing_is_false(text: str) -> None:
    wanted = parse(text, FIELDS)
    (name,) = wanted.fields

    assert not wanted.matches({}, NOW)
    assert not wanted.matches({name: None}, NOW)
    assert not wanted.matches({name: "  "}, NOW)


@pytest.mark.parametrize(
    ("text", "odd"),
    [
        ("terms is not 3", "many"),
        ("terms < 3", "two"),
        ("total > 3", ["4"]),
        ("total > 3", True),
        ("vip is not true", "perhaps"),
        ('born after "2026-01-31"', "31/02/2026"),
        ('modified after "2026-01-31"', "2026-05-01T12:00:00"),
        ("modified within last 3 days", "yesterday"),
    ],
)
def test_a_comparison_with_an_odd_value_is_false(text: str, odd: Value) -> None:
    (name,) = parse(text, FIELDS).fields

    assert not parse(text, FIELDS).matches({name: odd}, NOW)
