"""What a test says that proves a requirement of daemon/REQUIREMENTS.md 1.7, and where it plays.

Rule: such a test types the command that a person would type, against the real
daemon and the real sandbox, and looks at what was stored. `tests/architecture`
counts them: every requirement has one.
"""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest

from demo import play
from demo.stage import UNHURRIED, CommandFailed, Stage

#: What an owner consents to.
SCOPES = {
    "zoho-books": "ZohoBooks.contacts.READ,ZohoBooks.settings.READ",
    "zoho-invoice": "ZohoInvoice.contacts.READ,ZohoInvoice.settings.READ",
}

_Test = TypeVar("_Test", bound=Callable[..., Any])


def proves(*requirements: str) -> Callable[[_Test], _Test]:
    """Say that a test proves *requirements*, such as `R12`."""
    mark: Callable[[_Test], _Test] = pytest.mark.requirement(*requirements)
    return mark


def stored(on: Stage, query: str, *values: object) -> list[tuple[Any, ...]]:
    """Ask the store file itself, past everything that the daemon says of it."""
    with sqlite3.connect(f"file:{on.folder}/contactd.db?mode=ro", uri=True) as store:
        rows = store.execute(query, values).fetchall()
    store.close()
    return rows


def refused(on: Stage, line: str, code: int = 1) -> str:
    """Carry out a command that must be refused, and give what it said."""
    with pytest.raises(CommandFailed) as failed:
        on.ctl(line)
    assert failed.value.code == code, failed.value
    return failed.value.told


def connect(
    on: Stage, name: str = "books", *, kind: str = "zoho-books", workspace: str = "default", pace: str = UNHURRIED
) -> None:
    """Associate the sandbox's account, hand in its grant code, and choose the Chinook customers.

    *pace*: settings that say how many calls may be made.
    """
    create(on, name, kind=kind, workspace=workspace, pace=pace)
    authorize(on, name, kind=kind, workspace=workspace)
    on.ctl(f"--workspace {workspace} connections select {name} {play.chinook(on.sandbox)}")


def create(
    on: Stage, name: str, *, kind: str = "zoho-books", workspace: str = "default", pace: str = UNHURRIED
) -> None:
    """Associate the sandbox's account, which has not consented yet."""
    secret = on.folder / "client_secret"
    secret.write_text(str(on.sandbox.ready.client_secret))
    settings = f"--set client_id={on.sandbox.ready.client_id} --set accounts_url={on.sandbox.url} {pace}"
    line = f"connections create {name} --kind {kind} {settings} --secret-file client_secret={secret}"
    on.ctl(f"--workspace {workspace} {line}")


def authorize(on: Stage, name: str = "books", *, kind: str = "zoho-books", workspace: str = "default") -> None:
    """Hand in a fresh grant code."""
    on.ctl(f"--workspace {workspace} connections authorize {name} --code-file {grant(on, kind)}")


def grant(on: Stage, kind: str = "zoho-books") -> Path:
    """Give a file with a fresh grant code of the account's owner."""
    code = on.folder / "grant_code"
    code.write_text(on.sandbox.grant(SCOPES[kind], seconds=600))
    return code


def other_organization(on: Stage) -> str:
    """Give the id of an organization that is not the one with the Chinook customers."""
    return next(one.organization_id for one in on.sandbox.ready.organizations if one.name != "Chinook Records")


def last_run(on: Stage, sync: str, *, workspace: str = "default") -> dict[str, Any]:
    """Give the newest run of a sync."""
    run: dict[str, Any] = on.ask(f"--workspace {workspace} runs list {sync}")[0]
    return run


def number_of(run: dict[str, Any]) -> int:
    """Give the number of a run."""
    return int(run["name"].rpartition("/")[2])


def counted(run: dict[str, Any]) -> dict[str, int]:
    """Give the counts of a run that are not nothing."""
    told = {name: int(number) for name, number in run["counts"].items() if isinstance(number, str)}
    return {name: number for name, number in told.items() if number}
