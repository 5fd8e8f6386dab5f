"""What a person may give for a setting."""

from dataclasses import dataclass

import pytest

from contactd_sdk import SettingsInvalid, setting
from contactd_sdk.settings import check, read, schema


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """Settings with a number."""

    size: int = setting("How many at once.")


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("007", 7), ("-5", -5), ("9" * 18, 10**18 - 1)])
def test_a_number_is_read(text: str, number: int) -> None:
    assert read(Numbered, {"size": text}) == Numbered(size=number)


@pytest.mark.parametrize("text", ["--5", "-", "+5", "5-", "٣", "²", "1_0", " 5", "5\n", "1.5", "9" * 19, "9" * 5_000])
def test_what_is_no_plain_number_is_refused_by_name(text: str) -> None:
    with pytest.raises(SettingsInvalid) as caught:
        read(Numbered, {"size": text})

    assert str(caught.value) == "setting 'size' must be a whole number of at most 18 digits, such as 20"


@dataclass(frozen=True, kw_only=True)
class Colored:
    color: str = setting("What color it has.", default="red", choices=("red", "green"))


@pytest.mark.parametrize(("given", "told"), [("red", []), ("", []), ("blue", ["must be one of red, green"])])
def test_a_setting_with_choices_takes_one_of_them(given: str, told: list[str]) -> None:
    faults = check(schema(Colored), {"color": given})

    assert [fault.message.removeprefix("setting 'color' ") for fault in faults] == told


@dataclass(frozen=True)
class Bounded:
    share: int = setting("How many percent.", default=50, bounds=(0, 99))


@pytest.mark.parametrize(
    ("given", "told"),
    [("0", []), ("99", []), ("100", ["is 100, and must be from 0 to 99"]), ("-1", ["is -1, and must be from 0 to 99"])],
)
def test_a_number_with_bounds_lies_between_them(given: str, told: list[str]) -> None:
    faults = check(schema(Bounded), {"share": given})

    assert [fault.message.removeprefix("setting 'share' ") for fault in faults] == told
