"""The commit points of the daemon: every place in its code that opens a transaction, by its name.

A point is called by its module and function, `engine.runs.run:take_pages`, and where a
function has several of them by their order, `engine.schedule.scheduler:make_due#2`.
"""

import ast
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import contactd

_SOURCE = Path(contactd.__file__).parent


class Point(NamedTuple):
    """A commit point: in which file, and on which lines, the call stands."""

    name: str
    file: str
    first: int
    last: int


@cache
def found() -> dict[str, Point]:
    """Find every commit point of the daemon's code, by name."""
    return {point.name: point for file in sorted(_SOURCE.rglob("*.py")) for point in _of(file)}


def at(file: str, line: int) -> str:
    """Tell which point the call is that stands at *line* of *file*; the store's own way in is none."""
    return next((one.name for one in found().values() if one.file == file and one.first <= line <= one.last), "")


def _of(file: Path) -> Iterator[Point]:
    text = file.read_text()
    if ".transaction(" not in text:
        return
    module = ".".join(file.relative_to(_SOURCE).with_suffix("").parts)
    calls = list(_calls(ast.parse(text), ()))
    many = Counter(name for name, _ in calls)
    met: Counter[str] = Counter()
    for name, call in calls:
        met[name] += 1
        which = f"#{met[name]}" if many[name] > 1 else ""
        yield Point(f"{module}:{name}{which}", str(file), call.lineno, call.end_lineno or call.lineno)


def _calls(node: ast.AST, inside: tuple[str, ...]) -> Iterator[tuple[str, ast.Call]]:
    """Give each call of `….transaction(…)` with the function that it stands in."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call) and isinstance(child.func, ast.Attribute) and child.func.attr == "transaction":
            yield ".".join(inside), child
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield from _calls(child, (*inside, child.name))
        else:
            yield from _calls(child, inside)
