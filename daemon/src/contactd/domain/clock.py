"""Moments, as the store keeps them: microseconds since 1970 in UTC."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

SECOND = 1_000_000


def local(micros: int, zone: str) -> datetime:
    """Turn microseconds into an aware moment on the clocks of *zone*."""
    return moment(micros).astimezone(ZoneInfo(zone))


def micros(moment: datetime) -> int:
    """Turn an aware *moment* into microseconds."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(micros: int) -> datetime:
    """Turn microseconds into an aware moment in UTC."""
    return _EPOCH + timedelta(microseconds=micros)
