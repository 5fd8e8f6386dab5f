"""Times as Zoho writes them: in the organization's zone, to the second, the offset without a colon.

Facts: plugins/zoho/FACTS.md "2.5" and "2.6".
"""

import re
from datetime import datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


# Imported contacts share their second by the dozen, so most stamps have been written before.
@lru_cache(maxsize=65_536)
def stamp(second: int, zone: str) -> str:
    """Write *second* like `2026-06-09T09:45:19-0400`."""
    return f"{datetime.fromtimestamp(second, ZoneInfo(zone)):%Y-%m-%dT%H:%M:%S%z}"


@lru_cache(maxsize=65_536)
def day(second: int, zone: str) -> str:
    """Write the day of *second* like `2026-06-09`."""
    return f"{datetime.fromtimestamp(second, ZoneInfo(zone)):%Y-%m-%d}"


@lru_cache(maxsize=65_536)
def formatted(second: int, zone: str) -> str:
    """Write the day of *second* as people read it, like `09 Jun 2026`."""
    return f"{datetime.fromtimestamp(second, ZoneInfo(zone)):%d %b %Y}"


def second_of(text: str, zone: str) -> int | None:
    """Return the second that *text* means, or None unless it has one of the two forms that Zoho takes.

    These are a stamp with its offset, and a day alone; a colon in the offset,
    a `Z` and a fraction of a second are refused as they are by Zoho.
    """
    try:
        if _STAMP.fullmatch(text):
            return int(datetime.strptime(text, "%Y-%m-%dT%H:%M:%S%z").timestamp())
        if _DAY.fullmatch(text):
            midnight = datetime.fromisoformat(text)
            return int(midnight.replace(tzinfo=ZoneInfo(zone)).timestamp())
    except ValueError:
        return None
    return None


def next_midnight(second: int, zone: str) -> int:
    """Return the first second of the day after *second* in *zone*."""
    tomorrow = datetime.fromtimestamp(second, ZoneInfo(zone)).date() + timedelta(days=1)
    return int(datetime.combine(tomorrow, time.min, ZoneInfo(zone)).timestamp())
