"""Secrets on their way in: from a file, from a pipe, or typed unseen.

Rule: never from the command line, which every process of the machine can read
and every shell writes down.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from contactctl.failures import usage

#: Names standard input where a file could stand.
STDIN = "-"


def confided(what: str, source: str) -> str:
    """Take the secret called *what* from the file *source*, or from standard input.

    Raises:
        Failure: there is nothing to be read.
    """
    if source == STDIN and sys.stdin.isatty():
        return typed_unseen(what)
    secret = _content(what, source).strip("\r\n")
    if not secret:
        raise usage(f"{what} is empty: nothing came from {_told(source)}")
    return secret


def typed_unseen(what: str) -> str:
    """Let a person type the secret called *what*."""
    secret: str = click.prompt(what, hide_input=True, err=True)
    return secret


def somebody_is_there() -> bool:
    """Tell whether a person can be asked."""
    return sys.stdin.isatty()


def pairs(said: Iterable[str], option: str) -> dict[str, str]:
    """Take `key=value` apart, as often as it was given to *option*.

    Raises:
        Failure: something is no pair, or a key came twice.
    """
    found: dict[str, str] = {}
    for each in said:
        key, equals, value = each.partition("=")
        if not equals or not key:
            # What was said may be a secret in the wrong place: it is not repeated.
            raise usage(f"{option} takes KEY=VALUE; one of those given has no key or no '='")
        if key in found:
            raise usage(f"{option} was given '{key}' twice")
        found[key] = value
    return found


def one_from_stdin(sources: Iterable[str]) -> None:
    """See that standard input is asked for once at most: it can be read only once."""
    if list(sources).count(STDIN) > 1:
        raise usage("only one secret can come from standard input")


def _content(what: str, source: str) -> str:
    try:
        return sys.stdin.read() if source == STDIN else Path(source).read_text(encoding="utf-8")
    except OSError as error:
        raise usage(f"{what} cannot be read from {_told(source)}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise usage(f"{what} cannot be read from {_told(source)}: it is not text") from error


def _told(source: str) -> str:
    return "standard input" if source == STDIN else source
