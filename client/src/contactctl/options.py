"""What every command shares: the options before the noun, and `--json` anywhere.

Nothing here reaches for the network: a command does, when it is called.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

from contactctl.failures import usage
from contactctl.output import Output
from contactctl.target import Said, find_target

if TYPE_CHECKING:
    from contactctl.daemon import Daemon


#: A command, or the function that becomes one.
Function = TypeVar("Function", bound=Callable[..., Any] | click.Command)


@dataclass(slots=True)
class Setup:
    """What was said before the noun, ready for a command to use."""

    said: Said
    environ: Mapping[str, str]
    timeout: float | None = None
    as_json: bool = False

    @property
    def output(self) -> Output:
        """Where the command shows what it found."""
        return Output(as_json=self.as_json)

    @contextmanager
    def daemon(self) -> "Iterator[Daemon]":
        """Speak to the daemon that is meant, for as long as the block lasts."""
        from contactctl.daemon import reach

        with reach(find_target(self.said, self.environ), timeout=self.timeout) as daemon:
            yield daemon


def _ask_for_json(context: click.Context, _option: click.Parameter, asked: Any) -> None:
    setup = context.find_object(Setup)
    if asked and setup is not None:
        setup.as_json = True


class Command(click.Command):
    """A command that takes `--json` after the verb too, where people look for it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.append(
            click.Option(["--json"], is_flag=True, expose_value=False, callback=_ask_for_json, help="Print JSON.")
        )


class Noun(click.Group):
    """A plural noun with its verbs."""

    command_class = Command

    def list_commands(self, _context: click.Context) -> list[str]:
        """Give the verbs in the order that they are needed, not in that of the alphabet."""
        return list(self.commands)


def etag_option(what: str) -> Callable[[Function], Function]:
    """Offer `--etag`, so that nobody overwrites what somebody else has just changed."""
    return click.option("--etag", default="", help=f"Only if the {what} still has this etag.")


def settings_options(command: Function) -> Function:
    """Offer `--set` and `--secret-file`, for what a connection is to have instead of what it has."""
    plain = click.option("--set", "plain", multiple=True, metavar="KEY=VALUE", help="A setting that is no secret.")
    secret = click.option(
        "--secret-file", "secret_files", multiple=True, metavar="KEY=PATH", help="A secret setting, read from PATH."
    )
    return plain(secret(command))


def view_option(function: Function) -> Function:
    """Offer `--view`, to see counts as another edition shows them."""
    views = click.Choice(("new", "old"))
    return click.option("--view", type=views, help="Of the counts.  [default: the edition's]")(function)


def titled(name: str, title: str) -> str:
    """Give the title of something new: what was said, or else its own id.

    Raises:
        Failure: neither was said.
    """
    if not name and not title:
        raise usage("say what it is called: give an id, or --title")
    return title or name
