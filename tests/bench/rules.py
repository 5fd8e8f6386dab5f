"""What the rules cost for one record: addresses beside the library that has the last word on them, and criteria."""

from collections.abc import Callable, Iterator, Sequence
from itertools import cycle, islice
from time import process_time

from email_validator import EmailNotValidError, validate_email

from contactd.domain.address import check
from contactd.domain.criteria import parse
from contactd_sdk import FieldType, Value
from domain.addresses import addresses

_MANY = 20_000
_CRITERIA = 'country is "India" and (total > 5000 or tag in ["vip"])'
_FIELDS = {"country": FieldType.COUNTRY, "total": FieldType.DECIMAL, "tag": FieldType.TAGS}
_RECORDS: tuple[dict[str, Value], ...] = (
    {"country": "IND", "total": "4999.99", "tag": ["new", "VIP"]},
    {"country": "Belgium", "total": "12", "tag": None},
    {"country": "india", "total": "5000.01", "tag": []},
)


def rules() -> Iterator[str]:
    """Measure in this process; give the lines that tell of it, in microseconds of processor time."""
    ordinary = [f"Ann.Lee{number}@shop{number % 500}.example.com" for number in range(_MANY)]
    fuzzed = list(addresses(seed=99, count=_MANY))
    wanted = parse(_CRITERIA, _FIELDS)
    _each(check, ordinary[:500])
    yield "one record in this process, in µs of processor time:"
    yield _line("an ordinary address", _each(check, ordinary), _each(_library, ordinary[:2000]))
    yield _line("a fuzzed address, met first", _each(check, fuzzed), _each(_library, fuzzed[:2000]))
    yield _line("a fuzzed address, met again", _each(check, fuzzed))
    yield _line("criteria of three parts", _each(lambda record: wanted.matches(record, 0), _cycled()))


def _each(call: Callable[..., object], given: Sequence[object]) -> float:
    began = process_time()
    for one in given:
        call(one)
    return (process_time() - began) / len(given) * 1e6


def _cycled() -> list[dict[str, Value]]:
    return list(islice(cycle(_RECORDS), _MANY))


def _library(text: str) -> None:
    try:
        validate_email(text, check_deliverability=False)
    except EmailNotValidError:
        return


def _line(what: str, ours: float, library: float | None = None) -> str:
    beside = "" if library is None else f"   (email-validator alone: {library:.0f})"
    return f"  {what:<30}{ours:8.2f}{beside}"
