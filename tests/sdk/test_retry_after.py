"""When a server wants to be asked again."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from contactd_sdk.rest import Reply

NOW = datetime(2026, 1, 31, 12, 0, 0, tzinfo=UTC)


def wait_of(text: str | None, default: timedelta | int = 60, now: datetime = NOW) -> timedelta:
    """Tell how long after *now* a server that says *text* is asked again."""
    headers = {} if text is None else {"retry-after": text}
    return Reply(429, headers, b"").retry_after(default, now=now) - now


@pytest.mark.parametrize(
    "text", ["Sat, 31 Jan 2026 12:02:00 GMT", "Saturday, 31-Jan-26 12:02:00 GMT", "Sat Jan 31 12:02:00 2026", " 120 "]
)
def test_seconds_and_every_form_of_a_date_are_understood(text: str) -> None:
    assert wait_of(text) == timedelta(minutes=2)


@pytest.mark.parametrize("text", ["0", "000", "Sat, 31 Jan 2026 12:00:00 GMT", "Sun, 06 Nov 1994 08:49:37 GMT"])
def test_it_is_at_least_a_second_ahead(text: str) -> None:
    assert wait_of(text) == timedelta(seconds=1)


@pytest.mark.parametrize("text", ["86401", "999999999", "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_it_is_at_most_a_day_ahead(text: str) -> None:
    assert wait_of(text) == timedelta(days=1)


@pytest.mark.parametrize(
    "text",
    [None, "", "soon", "-5", "1.5", "٣", "9" * 5_000, "Sat, 31 Jan 2026 12:02:00 +" + "9" * 30, "Sat, 99 Jan 2026"],
)
def test_what_says_nothing_leaves_it_to_the_default(text: str | None) -> None:
    assert wait_of(text, 90) == wait_of(text, timedelta(seconds=90)) == timedelta(seconds=90)


def test_the_default_is_held_to_the_same_bounds() -> None:
    assert (wait_of(None, 0), wait_of(None, timedelta(days=2))) == (timedelta(seconds=1), timedelta(days=1))


def test_the_time_has_the_zone_of_now() -> None:
    there = NOW.astimezone(timezone(timedelta(hours=5)))

    until = Reply(429, {"retry-after": "Sat, 31 Jan 2026 12:02:00 GMT"}, b"").retry_after(60, now=there)

    assert (until, until.utcoffset()) == (NOW + timedelta(minutes=2), timedelta(hours=5))
