"""Which plugins are installed, read from the metadata of distributions: nothing of them is imported."""

import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import Distribution, distributions
from pathlib import Path

from contactd_sdk import ENTRY_POINT_GROUP


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """An entry point that *distribution* declares. *rivals* declare the same name."""

    name: str
    distribution: str
    version: str
    rivals: tuple[str, ...] = ()


def installed(paths: Sequence[Path] = (), *, group: str = ENTRY_POINT_GROUP) -> tuple[Installed, ...]:
    """List the entry points in *group*, of the daemon's environment and of the folders *paths*."""
    found = [
        Installed(name=point.name, distribution=distribution.name, version=distribution.version)
        for distribution in _distributions(paths)
        for point in distribution.entry_points.select(group=group)
    ]
    found.sort(key=lambda one: (one.name, one.distribution))
    return tuple(replace(one, rivals=_rivals(one, found)) for one in found)


def _rivals(one: Installed, found: list[Installed]) -> tuple[str, ...]:
    return tuple(other.distribution for other in found if other is not one and other.name == one.name)


def _distributions(paths: Sequence[Path]) -> Iterable[Distribution]:
    # As with an import, the first of two copies counts. What an interrupted
    # installation left behind has no name, and is none.
    first: dict[str, Distribution] = {}
    for distribution in distributions(path=[*sys.path, *map(str, paths)]):
        if distribution.read_text("METADATA") or distribution.read_text("PKG-INFO"):
            first.setdefault(re.sub(r"[-_.]+", "-", distribution.name).lower(), distribution)
    return first.values()
