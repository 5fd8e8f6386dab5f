"""Times as Zoho writes and reads them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from contactd_zoho.times import micros, read_time, write_time


def test_an_offset_without_a_colon_is_read() -> None:
    assert read_time("2026-06-09T09:45:19-0400") == datetime(2026, 6, 9, 13, 45, 19, tzinfo=UTC)
    assert read_time("2026-06-09T09:45:19+0530") == datetime(2026, 6, 9, 4, 15, 19, tzinfo=UTC)


@pytest.mark.parametrize(
    "odd",
    [
        "",
        None,
        "2026-06-09",
        "09 Jun 2026",
        "2026-06-09T09:45:19",
        "2026-13-09T09:45:19-0400",
        "0001-01-01T00:00:00+0530",
        "9999-12-31T23:59:59-0500",
        5,
        [],
        "x" * 50,
    ],
)
def test_what_is_odd_or_has_no_offset_is_no_time(odd: object) -> None:
    assert read_time(odd) is None


def test_a_bound_is_written_in_the_strict_form_and_never_later() -> None:
    india = timezone(timedelta(hours=5, minutes=30))

    assert write_time(datetime(2026, 7, 1, 5, 30, 0, 999_999, tzinfo=india)) == "2026-07-01T00:00:00+0000"


def test_a_time_is_counted_exactly_whatever_its_zone() -> None:
    india = timezone(timedelta(hours=5, minutes=30))

    assert micros(datetime(2026, 7, 1, 5, 30, 0, 999_999, tzinfo=india)) == 1_782_864_000_999_999
