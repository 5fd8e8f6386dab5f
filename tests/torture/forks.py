"""Tests against a mutant, each in a process forked from one that has everything warm but ours.

A start of Python and pytest costs two seconds, a fork a tenth of one. Nothing
of `contactd` may be imported before the fork, or the mutant would not be met.
"""

import gc
import importlib.abc
import importlib.util
import os
import resource
import signal
import sys
from collections.abc import Sequence
from enum import StrEnum
from importlib.machinery import ModuleSpec, SourceFileLoader
from math import ceil
from pathlib import Path
from tempfile import TemporaryFile
from types import CodeType

from torture.mutants import Mutant

ROOT = Path(__file__).parents[2]

# Tests that take so much longer than they do without a fault will not end: many a mutant of a loop never does.
# Less would count as noticed what was only slow.
_LONGER = 10

# Seconds on the wall for each of processor time, for those that wait for ever.
_WAITS = 10

# What ends a process that will not.
_ENDINGS = {signal.SIGXCPU, signal.SIGKILL, signal.SIGALRM}

_SLOW = (
    "alembic.command",
    "babel",
    "click",
    "cronsim",
    "cryptography.hazmat.primitives.ciphers.aead",
    "email_validator",
    "hypothesis.strategies",
    "msgspec",
    "psycopg",
    "pytest",
    "rapidfuzz.distance",
    "sqlalchemy.dialects.postgresql",
    "sqlalchemy.dialects.sqlite",
    "sqlmodel",
    "structlog",
)

# Some mutants of a loop collect for ever.
_MEMORY = 4 << 30


def warm() -> None:
    """Import what is slow and not ours."""
    # grpc stays out: its threads do not outlive a fork.
    for name in _SLOW:
        importlib.import_module(name)
    assert not any(name.partition(".")[0] == "contactd" for name in sys.modules)
    # pytest collects garbage at its end, and would go through all of that each time.
    gc.collect()
    gc.freeze()


class Fate(StrEnum):
    """What becomes of tests that meet a mutant."""

    LIVES = "lives"
    NOTICED = "noticed"
    #: They do not end any more: no assertion has failed, and it is told apart.
    ENDLESS = "endless"


def needed(tests: Sequence[str]) -> float:
    """Give the seconds of processor time that *tests* take where nothing is planted.

    Raises:
        SystemExit: one of them fails: it would notice everything.
    """
    status, seconds, said = _tried(None, tests, None)
    if status:
        raise SystemExit(f"{said}\ntorture: {' '.join(tests)} must pass before faults are planted")
    return seconds


def fate(mutant: Mutant, tests: Sequence[str], seconds: float) -> Fate:
    """Tell whether one of *tests*, which take so many *seconds*, fails where *mutant* is in place of its module."""
    status, _, _ = _tried(mutant, tests, ceil(_LONGER * seconds) + 1)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) in _ENDINGS:
        return Fate.ENDLESS
    return Fate.NOTICED if status else Fate.LIVES


def _tried(mutant: Mutant | None, tests: Sequence[str], patience: int | None) -> tuple[int, float, str]:
    """Run *tests* in a process of their own: how it ended, how much of the processor it took, what it said."""
    with TemporaryFile() as saying:
        child = os.fork()
        if not child:
            try:
                _become(mutant, patience, saying.fileno())
                status = _run(tests)
            except BaseException:  # noqa: BLE001 - whatever breaks has noticed
                status = 1
            os._exit(status)
        _, status, used = os.wait4(child, 0)
        saying.seek(0)
        return status, used.ru_utime + used.ru_stime, saying.read().decode(errors="replace")


def _become(mutant: Mutant | None, patience: int | None, saying: int) -> None:
    if patience is not None:
        signal.alarm(_WAITS * patience)
        resource.setrlimit(resource.RLIMIT_CPU, (patience, patience))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream, instead in enumerate((nothing, saying, saying)):
        os.dup2(instead, stream)
    os.chdir(ROOT)
    if mutant is not None:
        sys.meta_path.insert(0, _Finder(mutant))


def _run(tests: Sequence[str]) -> int:
    import pytest
    from hypothesis import Phase, settings

    # The smallest example of a failure is of no interest here, and costs most of the time.
    quick = (Phase.explicit, Phase.generate)
    settings.register_profile("torture", derandomize=True, database=None, phases=quick)
    settings.load_profile("torture")
    quiet = ["-x", "-q", "--assert=plain", "-p", "no:cacheprovider", "-k", "not postgresql"]
    return int(pytest.main([*quiet, *tests]))


class _Finder(importlib.abc.MetaPathFinder):
    """Finds the mutant where its module is asked for."""

    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant

    def find_spec(self, name: str, path: object, target: object = None) -> ModuleSpec | None:
        del path, target
        if name != self._mutant.module:
            return None
        return importlib.util.spec_from_file_location(
            name, self._mutant.path, loader=_Loader(name, str(self._mutant.path), self._mutant)
        )


class _Loader(SourceFileLoader):
    """Loads the mutant from its tree."""

    def __init__(self, name: str, path: str, mutant: Mutant) -> None:
        super().__init__(name, path)
        self._mutant = mutant

    def get_code(self, fullname: str) -> CodeType:
        del fullname
        return compile(self._mutant.tree, str(self._mutant.path), "exec")
