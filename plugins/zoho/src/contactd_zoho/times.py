"""Times as Zoho writes and reads them (FACTS.md "2.5", "2.6"): to the second, the offset without a colon."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read_time(text: object) -> datetime | None:
    """Read a time with its offset; what is empty, odd or without an offset is no time."""
    if not isinstance(text, str) or len(text) < 11:
        return None
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    # The first and the last year do not exist in every zone, and would fail where times are compared or sent.
    return when if when.tzinfo is not None and 1 < when.year < 9999 else None


def write_time(when: datetime) -> str:
    """Write *when* as a filter takes it; cutting off the fraction of its second makes it no later."""
    return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%S%z}"


def micros(when: datetime) -> int:
    """Give *when* in microseconds since 1970, exactly: two times in different zones can be the same."""
    return (when - _EPOCH) // timedelta(microseconds=1)


def placed(when: datetime) -> int:
    """Give `micros` of *when* as a cursor holds it: none of before 1970, as an empty time may be told in some zone."""
    return max(micros(when), 0)


def moment_of(count: int) -> datetime:
    """Give the time that `micros` made *count* of."""
    return _EPOCH + timedelta(microseconds=count)


def utc_now() -> datetime:
    """Tell the time."""
    return datetime.now(UTC)
