"""What each type of contact field keeps of a source's value."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from contactd.domain.values import CONVERTERS, converter
from contactd_sdk import FieldType, Value

KEPT: list[tuple[FieldType, Value, Value]] = [
    (FieldType.TEXT, "  Ann  ", "Ann"),
    (FieldType.TEXT, 12, "12"),
    (FieldType.TEXT, True, "true"),
    (FieldType.TEXT, ["red ", "", "blue"], "red, blue"),
    (FieldType.ENUM, " gold ", "gold"),
    (FieldType.NUMBER, 12, 12),
    (FieldType.NUMBER, " 12.00 ", 12),
    (FieldType.NUMBER, "-7", -7),
    (FieldType.NUMBER, "1e3", 1000),
    (FieldType.NUMBER, "9223372036854775807", 2**63 - 1),
    (FieldType.NUMBER, "-9223372036854775808", -(2**63)),
    (FieldType.DECIMAL, "12.50", "12.5"),
    (FieldType.DECIMAL, "12.00", "12"),
    (FieldType.DECIMAL, "+007.10", "7.1"),
    (FieldType.DECIMAL, ".5", "0.5"),
    (FieldType.DECIMAL, "-0.00", "0"),
    (FieldType.DECIMAL, "1E+3", "1000"),
    (FieldType.DECIMAL, "1e-3", "0.001"),
    (FieldType.DECIMAL, 100, "100"),
    (FieldType.DECIMAL, "12345678901234567890.12345678901234567890", "12345678901234567890.1234567890123456789"),
    (FieldType.BOOLEAN, True, True),
    (FieldType.BOOLEAN, "Yes", True),
    (FieldType.BOOLEAN, "false", False),
    (FieldType.BOOLEAN, 0, False),
    (FieldType.DATE, "2026-01-31", "2026-01-31"),
    (FieldType.DATE, "2026-01-31T23:30:00+0530", "2026-01-31"),
    (FieldType.DATETIME, "2026-01-31T23:30:00+0530", "2026-01-31T18:00:00Z"),
    (FieldType.DATETIME, "2026-01-31T18:00:00Z", "2026-01-31T18:00:00Z"),
    (FieldType.DATETIME, "2026-01-31 18:00:00.25+00:00", "2026-01-31T18:00:00.250000Z"),
    (FieldType.URL, " https://acme.example/a?b#c ", "https://acme.example/a?b#c"),
    (FieldType.URL, "www.acme.example", "www.acme.example"),
    (FieldType.PHONE, " +32 (0)2 123 45 67 ext. 8 ", "+32 (0)2 123 45 67 ext. 8"),
    (FieldType.PHONE, 112, "112"),
    (FieldType.COUNTRY, " Côte d'Ivoire ", "Côte d'Ivoire"),
    (FieldType.EMAIL, " Ann@Example.com ", "Ann@Example.com"),
    (FieldType.TAGS, ["vip", " vip", "", "old"], ["vip", "old"]),
    (FieldType.TAGS, " Smith, Ltd ", ["Smith, Ltd"]),
]

REFUSED: list[tuple[FieldType, Value]] = [
    (FieldType.NUMBER, "12.5"),
    (FieldType.NUMBER, True),
    (FieldType.NUMBER, "9223372036854775808"),
    (FieldType.NUMBER, "-9223372036854775809"),
    (FieldType.NUMBER, ["1"]),
    (FieldType.DECIMAL, "1,234.50"),
    (FieldType.DECIMAL, "NaN"),
    (FieldType.DECIMAL, "1_000"),
    (FieldType.DECIMAL, "1e999999999"),
    (FieldType.DECIMAL, "١٢"),
    (FieldType.DECIMAL, "."),
    (FieldType.DECIMAL, "9" * 39),
    (FieldType.BOOLEAN, "maybe"),
    (FieldType.BOOLEAN, 2),
    (FieldType.BOOLEAN, ["yes"]),
    (FieldType.DATE, "31/01/2026"),
    (FieldType.DATE, "2026-02-30"),
    (FieldType.DATE, "2026-01-31Tea"),
    (FieldType.DATE, 20260131),
    (FieldType.DATETIME, "2026-01-31T18:00:00"),
    (FieldType.DATETIME, "2026-01-31"),
    (FieldType.DATETIME, "0001-01-01T00:00:00+14:00"),
    (FieldType.DATETIME, "yesterday"),
    (FieldType.URL, "javascript:alert(1)"),
    (FieldType.URL, "acme"),
    (FieldType.URL, "https://acme.example/a b"),
    (FieldType.PHONE, "n/a"),
    (FieldType.COUNTRY, "32"),
    (FieldType.EMAIL, "ann at example.com"),
]


@pytest.mark.parametrize(("kind", "value", "kept"), KEPT)
def test_a_value_is_kept_in_the_one_form_of_its_type(kind: FieldType, value: Value, kept: Value) -> None:
    converted = CONVERTERS[kind](value)

    assert converted == kept
    assert type(converted) is type(kept)
    assert CONVERTERS[kind](converted) == kept


@pytest.mark.parametrize(("kind", "value"), REFUSED)
def test_a_value_that_its_type_cannot_take_is_refused(kind: FieldType, value: Value) -> None:
    with pytest.raises(ValueError, match=r"."):
        CONVERTERS[kind](value)


@pytest.mark.parametrize("kind", FieldType)
@pytest.mark.parametrize("empty", [None, "", "  ", [], [" "]])
def test_empty_is_empty_whatever_the_type(kind: FieldType, empty: Value) -> None:
    assert CONVERTERS[kind](empty) is None


@given(some.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=6))
def test_equal_amounts_have_equal_texts(amount: Decimal) -> None:
    to_decimal = CONVERTERS[FieldType.DECIMAL]

    text = to_decimal(f"{amount:f}")

    assert isinstance(text, str)
    assert Decimal(text) == amount
    assert to_decimal(f"{amount:f}000") == text


@pytest.mark.parametrize("word", ["true", "yes", "on", "1"])
def test_words_for_true(word: str) -> None:
    assert CONVERTERS[FieldType.BOOLEAN](word) is True


@pytest.mark.parametrize("word", ["false", "no", "off", "0"])
def test_words_for_false(word: str) -> None:
    assert CONVERTERS[FieldType.BOOLEAN](word) is False


def test_every_type_has_a_converter() -> None:
    assert set(CONVERTERS) == set(FieldType)


@pytest.mark.parametrize(("value", "kept"), [("Gold", "gold"), (" SILVER ", "Silver"), (None, None), (" ", None)])
def test_a_choice_is_kept_as_the_field_spells_it(value: Value, kept: Value) -> None:
    assert converter(FieldType.ENUM, ("gold", "Silver"))(value) == kept


def test_what_is_no_choice_is_refused_and_without_choices_nothing_is() -> None:
    with pytest.raises(ValueError, match="not one of the choices"):
        converter(FieldType.ENUM, ("gold",))("bronze")

    assert converter(FieldType.ENUM)("bronze") == "bronze"


def test_choices_are_for_enums_only() -> None:
    assert converter(FieldType.TEXT, ("gold",))("bronze") == "bronze"
