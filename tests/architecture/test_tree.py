"""What holds for every file of the repository, and for every distribution in it."""

import re
from pathlib import Path

import pytest

from architecture.tree import GENERATED, MEMBERS, ROOT, files, package, texts

#: Past that many lines a file is split.
LINES = 300

#: What may stand in no file: what it is, and how to know it. `/home/ann` is nobody's machine.
NOWHERE = {
    "a note of something to be done": r"\b(TO[D]O|FIX[M]E)\b",
    "the address of an index": r"--(extra-|default-)?index-url|\b(pypi|test\.pypi)\.org/simple",
    "a path of somebody's machine": r"(?<![\w.~$}])/(root|work|home(?!/ann\b))/\w",
}


def pin(lock: str, name: str) -> str:
    """Give the release of *name* that a lock pins."""
    (found,) = re.findall(rf"^{name}==(\S+)", (ROOT / lock).read_text(), re.MULTILINE)
    return str(found)


def test_every_python_file_can_be_read_in_one_sitting() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text().splitlines())
        for path in files()
        if path.suffix == ".py" and GENERATED not in path.parents
    }

    assert {name: length for name, length in lengths.items() if length >= LINES} == {}


@pytest.mark.parametrize("what", NOWHERE)
def test_no_file_holds(what: str) -> None:
    found = [
        f"{name}:{number}: {line.strip()[:100]}"
        for name, text in texts().items()
        for number, line in enumerate(text.splitlines(), start=1)
        if re.search(NOWHERE[what], line)
    ]

    assert found == []


@pytest.mark.parametrize("lock", ["requirements.lock", "bootstrap.lock"])
def test_a_lock_names_releases_and_never_where_they_come_from(lock: str) -> None:
    lines = (ROOT / lock).read_text().splitlines()

    odd = [
        line
        for line in lines
        if not re.fullmatch(r"[a-z0-9][\w.\[\]-]*==\S+( ; .*)? \\|    --hash=sha256:\w{64}( \\)?", line)
    ]

    assert odd == []


def test_both_locks_pin_the_same_uv() -> None:
    assert pin("bootstrap.lock", "uv") == pin("requirements.lock", "uv")


@pytest.mark.parametrize("member", MEMBERS, ids=lambda member: str(member.relative_to(ROOT)))
def test_a_distribution_has_its_papers(member: Path) -> None:
    assert (member / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
    for paper in (member / "README.md", member / "CHANGELOG.md"):
        assert paper.is_file(), f"{paper.name} is missing"
        assert len(paper.read_text().splitlines()) > 1, f"{paper.name} says nothing"
    assert (package(member) / "py.typed").is_file()
