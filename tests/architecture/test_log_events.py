"""Every event of the log is told to the operator, and none that does not happen."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from architecture.tree import ROOT

SOURCES = ROOT / "daemon" / "src" / "contactd"
PAGES = (ROOT / "systemd" / "README.md", ROOT / "daemon" / "README.md")
LEVELS = {"debug", "info", "warning", "error", "critical", "exception"}


def events() -> dict[str, str]:
    """Give the events that the daemon logs, each with a module that does."""
    return {
        event: str(path.relative_to(ROOT))
        for path in sorted(SOURCES.rglob("*.py"))
        for event in logged(ast.parse(path.read_text()))
    }


def logged(tree: ast.Module) -> Iterator[str]:
    """Give the events that a module logs."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr=level), args=[ast.Constant(value=str(event)), *_]) if level in LEVELS:
                yield event
            case ast.Call(func=ast.Attribute(attr="log"), args=[_, ast.Constant(value=str(event)), *_]):
                yield event


def section() -> str:
    """Give what the operator is told of the log: the section `Log events` of the first page that has one."""
    for page in filter(Path.is_file, PAGES):
        found = re.search(r"^#+ Log events\n(.*?)(?=^#|\Z)", page.read_text(), re.MULTILINE | re.DOTALL)
        if found:
            return found[1]
    raise AssertionError("neither systemd/README.md nor daemon/README.md has a section `Log events`")


def test_every_event_is_a_word_that_can_be_searched_for() -> None:
    unreadable = {event: module for event, module in events().items() if not re.fullmatch(r"[a-z]+(_[a-z]+)*", event)}

    assert unreadable == {}


def test_the_operators_page_tells_every_event() -> None:
    told = set(re.findall(r"\w+", section()))

    assert {event: module for event, module in events().items() if event not in told} == {}


def test_the_operators_page_tells_no_event_that_does_not_happen() -> None:
    rows = set(re.findall(r"^\| `(\w+)`", section(), re.MULTILINE))

    assert rows != set()
    assert rows - set(events()) == set()
