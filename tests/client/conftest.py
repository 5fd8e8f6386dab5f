"""What tests of the command line share: a daemon of prepared answers, and contactctl itself."""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from contactctl.__main__ import main
from fakes.control_plane import ControlPlane


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


class Contactctl:
    """Runs the command line in this process, with an environment of its own."""

    def __init__(self, folder: Path, address: str) -> None:
        self.folder = folder
        self.environ: dict[str, str | None] = {
            "HOME": str(folder),
            "TZ": "UTC",
            "CONTACTCTL_ADDRESS": address,
            "CONTACTCTL_TOKEN_FILE": None,
            "CONTACTCTL_PROFILE": None,
            "CONTACTCTL_WORKSPACE": None,
            "XDG_CONFIG_HOME": None,
            "XDG_RUNTIME_DIR": str(folder),
            "COLUMNS": None,
            "FORCE_COLOR": None,
        }

    def __call__(self, *argv: str, stdin: str = "", **environ: str | None) -> Ran:
        with CliRunner().isolation(input=stdin, env={**self.environ, **environ}) as (out, err, _):
            code = main(argv)
            sys.stdout.flush()
        return Ran(int(code), out.getvalue().decode(), err.getvalue().decode())

    def whole_environ(self) -> dict[str, Any]:
        """Give the environment for a contactctl that runs as a process."""
        merged = {**os.environ, **self.environ}
        return {key: value for key, value in merged.items() if value is not None}


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[ControlPlane]:
    with ControlPlane(f"unix://{tmp_path}/api.sock") as plane:
        yield plane


@pytest.fixture
def contactctl(daemon: ControlPlane, tmp_path: Path) -> Contactctl:
    return Contactctl(tmp_path, daemon.address)
