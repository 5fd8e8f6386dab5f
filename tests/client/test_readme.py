"""What client/README.md says is what contactctl does."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from contactctl.cli import cli
from contactctl.exits import MEANINGS, Exit
from contactd_proto.v1.run_pb2 import ListRunsResponse
from fakes import sample_answers as sample

README = (Path(__file__).parents[2] / "client" / "README.md").read_text()
#: The text as one line, so that a sentence may be broken anywhere.
FLAT = " ".join(README.split())
EXAMPLES = [line for line in re.findall(r"^\$ (contactctl .*)$", README, flags=re.MULTILINE) if "--help" not in line]


def _verbs() -> Iterator[tuple[str, click.Command]]:
    for name, command in cli.commands.items():
        if isinstance(command, click.Group):
            yield from ((f"{name} {verb}", below) for verb, below in command.commands.items())
        else:
            yield name, command


VERBS = dict(_verbs())


def understood(example: str) -> tuple[str, click.Context]:
    """Find the command that *example* calls, having parsed all of it."""
    words = shlex.split(example)[1:]
    noun = next(place for place, word in enumerate(words) if word in cli.commands)
    context = cli.make_context("contactctl", words[: noun + 1])
    command: click.Command = cli
    path: list[str] = []
    for word in words[noun:]:
        if isinstance(command, click.Group):
            command = command.commands[word]
            path.append(word)
    return " ".join(path), command.make_context(path[-1], words[noun + len(path) :], parent=context)


@pytest.mark.parametrize(("path", "command"), VERBS.items(), ids=VERBS)
def test_the_readme_says_of_every_command_what_its_help_says(path: str, command: click.Command) -> None:
    sentence = " ".join((command.help or "").split("\n\n")[0].split())

    assert f"`{path}`" in README
    assert sentence in FLAT


@pytest.mark.parametrize("command", VERBS.values(), ids=VERBS)
def test_the_readme_names_every_option(command: click.Command) -> None:
    named = set(re.findall(r"--[a-z-]+", README))

    offered = {flag for option in (*command.params, *cli.params) for flag in option.opts if flag.startswith("--")}

    assert offered - named == set()


def test_the_readme_has_an_example_of_every_command() -> None:
    shown = {understood(example)[0] for example in EXAMPLES}

    assert shown == set(VERBS)


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_of_the_readme_can_be_typed(example: str) -> None:
    _, context = understood(example)

    assert context.args == []


def test_the_readme_says_which_names_do_not_end_with_not_found() -> None:
    assert "is told as a field that was refused, with exit code 1" in FLAT


def test_the_readme_explains_what_could_be_misread(daemon, contactctl) -> None:
    daemon.answers |= {"GetSync": sample.ACTIVE, "GetMapping": sample.MAPPING, "ListRuns": ListRunsResponse()}

    shown = contactctl("syncs", "show", "books-main").out

    assert "Newest change seen" in shown
    assert '"Newest change seen" is when' in FLAT


@pytest.mark.parametrize("code", Exit)
def test_the_readme_tells_every_exit_code(code: Exit) -> None:
    assert f"| {int(code)} | {MEANINGS[code]} |" in README


#: What the table of screens names: verbs, each with the options that are meant.
TABLE = README.partition("## The screens")[2].partition("## Commands")[0]
SCREENS = re.findall(r"^\| [^|`]+ \| (`.+) \|$", TABLE, flags=re.MULTILINE)


def test_every_screen_of_the_help_pages_has_its_command() -> None:
    named = [part for shown in SCREENS for part in re.findall(r"`([a-z]+ [a-z-]+)((?: --[a-z-]+)*)`", shown)]

    assert len(SCREENS) >= 20
    for verb, options in named:
        offered = {flag for option in VERBS[verb].params for flag in option.opts}
        assert set(options.split()) <= offered, verb
