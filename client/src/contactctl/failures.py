"""How a command says that it could not do what was asked.

Rule: whatever goes wrong on purpose becomes a `Failure`, and is printed here
and nowhere else: a sentence, the fields that are at fault, and what to do.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import click

from contactctl.clean import clean, clean_json
from contactctl.exits import Exit

_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Violation:
    """What is wrong with one field: its path in the contract, and a sentence."""

    field: str
    description: str


# Not frozen: Python itself hangs a traceback on an exception that is raised.
@dataclass(eq=False)
class Failure(Exception):
    """Why a command ends without having done its work."""

    exit: Exit
    message: str
    advice: tuple[str, ...] = ()
    status: str = ""
    reason: str = ""
    metadata: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    violations: tuple[Violation, ...] = ()

    def __str__(self) -> str:
        return self.message


def usage(message: str, *advice: str) -> Failure:
    """Say that what was typed or configured cannot be used; nothing has been sent."""
    return Failure(Exit.USAGE, message, advice, status="USAGE")


def report(failure: Failure, *, as_json: bool) -> int:
    """Print *failure* on standard error and give the exit code."""
    click.echo(_document(failure) if as_json else "\n".join(_lines(failure)), err=True)
    return int(failure.exit)


def _lines(failure: Failure) -> list[str]:
    return [
        f"contactctl: {clean(_headline(failure))}",
        *(f"  {clean(line)}" for line in _violation_lines(failure)),
        *(f"  {clean(line)}" for line in failure.advice),
    ]


def _headline(failure: Failure) -> str:
    """Give the daemon's sentence, unless it only strings together what follows line by line."""
    told = len(failure.violations)
    if told > 1 and all(v.description in failure.message for v in failure.violations):
        return f"{told} fields need mending"
    return failure.message


def _violation_lines(failure: Failure) -> list[str]:
    return [
        f"field: {violation.field}"
        if violation.description == failure.message
        else f"{violation.field}: {violation.description}"
        for violation in failure.violations
    ]


def _document(failure: Failure) -> str:
    error = {
        "message": failure.message,
        "status": failure.status,
        "reason": failure.reason,
        "metadata": dict(failure.metadata),
        "violations": [{"field": v.field, "description": v.description} for v in failure.violations],
        "advice": list(failure.advice),
        "exit_code": int(failure.exit),
    }
    return clean_json(json.dumps({"error": error}, ensure_ascii=False))
