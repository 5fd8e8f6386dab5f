"""contactctl answers at once where it need not speak to anybody, and knows the contract only."""

import ast
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest

import contactctl
from contactctl.cli import cli

SOURCES = Path(contactctl.__file__).parent
CLIENT = Path(__file__).parents[2] / "client"
#: What makes a start slow.
HEAVY = {"grpc", "google", "rich", "contactd_proto", "asyncio", "importlib.metadata", "grpc_status"}
#: Distributions of this workspace that the client must not know.
OURS = {"contactd", "contactd_sdk", "contactd_zoho", "contactd_books", "contactd_zoho_sandbox"}


def every_command() -> list[tuple[str, ...]]:
    groups = [(name, command) for name, command in cli.commands.items() if isinstance(command, click.Group)]
    verbs = [(name, verb) for name, group in groups for verb in group.commands]
    return [(), *((name,) for name in cli.commands), *verbs]


def modules_after(*argv: str) -> set[str]:
    program = (
        "import sys, json, contextlib, io\n"
        "from contactctl.__main__ import main\n"
        "with contextlib.redirect_stdout(io.StringIO()):\n"
        f"    main({list(argv)!r})\n"
        "print(json.dumps(sorted(sys.modules)))\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(json.loads(ran.stdout))


@pytest.mark.parametrize("argv", [("--help",), ("--version",), ("syncs", "--help"), ("syncs", "create", "-h")])
def test_help_imports_nothing_heavy(argv: tuple[str, ...]) -> None:
    loaded = modules_after(*argv)

    assert loaded & HEAVY == set()


def test_a_wrong_command_line_imports_nothing_heavy() -> None:
    loaded = modules_after("syncs", "create", "--nonsense")

    assert loaded & HEAVY == set()


def test_an_address_that_cannot_be_used_is_told_without_drawing_anything() -> None:
    loaded = modules_after("--address", "nowhere", "syncs", "list")

    assert "rich" not in loaded


def test_the_client_knows_the_contract_and_nothing_else_of_ours() -> None:
    imported = {
        name.split(".")[0]
        for file in SOURCES.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }

    assert imported & OURS == set()
    assert "contactd_proto" in imported


def test_the_version_is_that_of_the_distribution(contactctl) -> None:
    project = tomllib.loads((CLIENT / "pyproject.toml").read_text())["project"]

    ran = contactctl("--version")

    assert (ran.code, ran.out) == (0, f"contactctl {project['version']}\n")


@pytest.mark.parametrize("path", every_command(), ids=" ".join)
def test_every_command_helps(contactctl, path: tuple[str, ...]) -> None:
    ran = contactctl(*path, "--help")

    assert ran.code == 0
    assert ran.out.startswith(" ".join(["Usage: contactctl", *path]))


@pytest.mark.parametrize("path", [path for path in every_command() if path], ids=" ".join)
def test_every_verb_takes_json_at_its_end(path: tuple[str, ...]) -> None:
    command: click.Command = cli
    for part in path:
        assert isinstance(command, click.Group)
        command = command.commands[part]

    offered = {flag for option in command.params for flag in option.opts}

    assert "--json" in offered or isinstance(command, click.Group)


def test_no_command_at_all_shows_what_there_is(contactctl) -> None:
    ran = contactctl()

    assert ran.code == 2
    assert "syncs" in ran.err
