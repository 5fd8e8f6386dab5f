"""A round: each mutant meets the tests of its module, and if it lives those of what is built on that."""

import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from multiprocessing import get_context
from typing import NamedTuple

from torture.forks import Fate, fate, needed
from torture.mutants import Mutant
from torture.selection import beyond, own

#: Which tests a mutant meets, one after the other, and the seconds that each take without it.
Meetings = Sequence[tuple[tuple[str, ...], float]]


class Met(NamedTuple):
    """What became of a mutant: *near* is whether the tests of its own module were enough."""

    mutant: Mutant
    fate: Fate
    near: bool


def meet(planted: Sequence[Mutant], *, own_only: bool, at_once: int, explained: Collection[str]) -> list[Met]:
    """Have each of *planted* meet its tests, so many *at once*, and tell of each that lives.

    One that is *explained*, and lives through the tests of its module, meets no others.
    """
    near = _fates(planted, own, at_once)
    met = [Met(mutant, fate, near=True) for mutant, fate in zip(planted, near, strict=True)]
    further = [one.mutant for one in met if one.fate is Fate.LIVES and not (own_only or one.mutant.name in explained)]
    if not further:
        return met
    # The others take long, and one of them may fail without a fault: what is known is not to be lost by that.
    print("\n".join(table(met)), flush=True)
    found = dict(zip(further, _fates(further, beyond, at_once), strict=True))
    return [Met(one.mutant, found[one.mutant], near=False) if one.mutant in found else one for one in met]


def table(met: Iterable[Met]) -> Iterator[str]:
    """Tell by module how many were noticed, by which tests, as lines of a table."""
    counted: Counter[tuple[str, str]] = Counter()
    for mutant, end, near in met:
        noticed = "own" if near else "beyond"
        column = noticed if end is Fate.NOTICED else str(end)
        for module in (mutant.module.removeprefix("contactd.domain."), _ALL):
            counted[module, column] += 1
    columns = ("own", "beyond", Fate.ENDLESS, Fate.LIVES)
    yield "| module | planted | noticed by its own tests | by others | endless | lives |"
    yield "|---|---|---|---|---|---|"
    for module in sorted({module for module, _ in counted}, key=lambda module: (module == _ALL, module)):
        numbers = [counted[module, column] for column in columns]
        yield "| " + " | ".join([module, str(sum(numbers)), *map(str, numbers)]) + " |"


_ALL = "all"


def _fates(planted: Sequence[Mutant], asked: Callable[[str], Sequence[tuple[str, ...]]], at_once: int) -> list[Fate]:
    meetings = _meetings({mutant.module: asked(mutant.module) for mutant in planted})
    with get_context("fork").Pool(at_once) as pool:
        fates = []
        ends = pool.imap(partial(_end, meetings), planted)
        for number, (mutant, end) in enumerate(zip(planted, ends, strict=True), start=1):
            fates.append(end)
            if end is not Fate.NOTICED:
                print(f"{number} of {len(planted)}, {end}: {mutant}", flush=True)
            elif not number % 25:
                print(f"{number} of {len(planted)}", file=sys.stderr, flush=True)
    return fates


def _meetings(asked: Mapping[str, Sequence[tuple[str, ...]]]) -> Mapping[str, Meetings]:
    """See to it that all is well while nothing is planted, and how long that takes."""
    seconds = {tests: needed(tests) for tests in dict.fromkeys(tests for each in asked.values() for tests in each)}
    return {module: [(tests, seconds[tests]) for tests in each] for module, each in asked.items()}


def _end(meetings: Mapping[str, Meetings], mutant: Mutant) -> Fate:
    ends = (fate(mutant, tests, seconds) for tests, seconds in meetings[mutant.module])
    return next((end for end in ends if end is not Fate.LIVES), Fate.LIVES)
