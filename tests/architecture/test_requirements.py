"""Every requirement has a test that types its command and looks at the store, and a row that shows the command."""

import ast
import re
import shlex
from collections.abc import Iterator

import click
import pytest

from architecture.tree import ROOT
from contactctl.cli import cli

PROOFS = ROOT / "tests" / "requirements"
TEXT = (ROOT / "daemon" / "REQUIREMENTS.md").read_text()
README = (ROOT / "daemon" / "README.md").read_text()

REQUIREMENTS = re.findall(r"^- (R\d+) \(", TEXT, re.MULTILINE)
ROWS = re.findall(r"^\| (R\d+) \| ([^|]+) \| (.+) \|$", README, re.MULTILINE)
COMMANDS = re.findall(r"`(contactctl [^`]+)`", " ".join(shown for _, _, shown in ROWS))


def proofs() -> Iterator[tuple[str, ast.FunctionDef, str]]:
    """Give each requirement with a test that says to prove it, and where that stands."""
    for path in sorted(PROOFS.glob("test_*.py")):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef):
                for requirement in proved(node):
                    yield requirement, node, path.name


def proved(node: ast.FunctionDef) -> Iterator[str]:
    """Give what a test says to prove."""
    for mark in node.decorator_list:
        match mark:
            case ast.Call(func=ast.Name(id="proves"), args=args):
                yield from (str(arg.value) for arg in args if isinstance(arg, ast.Constant))


PROVED = {requirement for requirement, _, _ in proofs()}


def test_there_are_eighty_three_requirements() -> None:
    assert [f"R{number}" for number in range(1, 84)] == REQUIREMENTS


@pytest.mark.parametrize("requirement", REQUIREMENTS)
def test_a_requirement_is_proved_by_a_test(requirement: str) -> None:
    assert requirement in PROVED


@pytest.mark.parametrize("proof", list(proofs()), ids=lambda proof: f"{proof[0]}-{proof[1].name}")
def test_a_proof_drives_the_real_programs_and_looks(proof: tuple[str, ast.FunctionDef, str]) -> None:
    requirement, node, place = proof
    helpers = [each for each in ast.parse((PROOFS / place).read_text()).body if isinstance(each, ast.FunctionDef)]
    called = names_in(node)
    looked = called.union(*(names_in(helper) for helper in helpers if helper.name in called))

    assert requirement in REQUIREMENTS
    assert "on" in {argument.arg for argument in node.args.args}
    assert any(isinstance(each, ast.Assert) for each in ast.walk(node))
    assert "stored" in looked


def names_in(node: ast.FunctionDef) -> set[str]:
    """Give what a function calls and uses by name."""
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def test_the_readme_has_a_row_for_every_requirement() -> None:
    assert [requirement for requirement, _, _ in ROWS] == REQUIREMENTS


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_that_shows_a_requirement_is_there(command: str) -> None:
    words = shlex.split(command)[1:]
    noun, *rest = words
    below = cli.commands[noun]
    if isinstance(below, click.Group):
        below = below.commands[rest[0]]
    offered = {flag for option in below.params for flag in option.opts}

    assert {word for word in rest if word.startswith("--")} <= offered
