"""Tests against a mutant, each in a process forked from one that has everything warm but ours.

A start of Python and pytest costs two seconds, a fork a tenth of one. Nothing
of `contactd` may be imported before the fork, or the mutant would not be met.
"""

import importlib.abc
import importlib.util
import os
import resource
import signal
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType

from torture.mutants import Mutant

ROOT = Path(__file__).parents[2]

#: Seconds of processor time after which tests that do not end count as failed: many a mutant of a loop never ends.
PATIENCE = 120

# Seconds on the wall, for those that wait for ever.
_AT_MOST = 900

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


def killed(mutant: Mutant | None, tests: Sequence[str]) -> bool:
    """Tell whether one of *tests* fails where *mutant* is in place of its module."""
    child = os.fork()
    if not child:
        try:
            _become(mutant)
            status = _run(tests)
        except BaseException:  # noqa: BLE001 - whatever breaks has noticed
            status = 1
        os._exit(status)
    return os.waitpid(child, 0)[1] != 0


def _become(mutant: Mutant | None) -> None:
    signal.alarm(_AT_MOST)
    resource.setrlimit(resource.RLIMIT_CPU, (PATIENCE, PATIENCE))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
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
