"""How much of a long listing is shown.

A person gets the first hundred and is told so; a program that did not say
gets everything, because it would not notice.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

import click

from contactctl.options import Function
from contactctl.output import Output

Entry = TypeVar("Entry")

_FIRST = 100
#: What the contract lowers a larger page to.
_LARGEST_PAGE = 1_000


def limit_option(what: str) -> Callable[[Function], Function]:
    """Offer `--limit` on a listing of *what*."""
    return click.option(
        "--limit",
        type=click.IntRange(min=0),
        help=f"Show no more {what} than this, 0 for all.  [default: {_FIRST}, with --json all]",
    )


def limit_or_default(limit: int | None, output: Output) -> int:
    """Give how many to show; 0 means all."""
    if limit is None:
        return 0 if output.as_json else _FIRST
    return limit


def page_size(limit: int) -> int:
    """Tell how many to ask for at once: one more than is shown, to know whether there are more."""
    return min(limit + 1, _LARGEST_PAGE) if limit else _LARGEST_PAGE


def up_to(entries: Iterable[Entry], limit: int, output: Output) -> Iterator[Entry]:
    """Give the first *limit* of *entries*, and say so if there are more."""
    rest = iter(entries)
    if not limit:
        yield from rest
        return
    yield from islice(rest, limit)
    for _more in islice(rest, 1):
        shown = "the first is" if limit == 1 else f"the first {limit} are"
        output.note(f"only {shown} shown; --limit 0 shows all")
