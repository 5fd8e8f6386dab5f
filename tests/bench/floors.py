"""A floor as the bench holds it: the program `floor.py`, asked and answering over its pipes."""

import json
import select
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bench.scenarios import LONGEST, Cost, Failed, Scenario
from contactd_zoho_sandbox.control import Sandbox

#: Where this folder is: what is run there finds `bench.floor`.
_TESTS = Path(__file__).parent.parent


class FloorSide:
    """The floor that keeps *columns*, reading *organization* of *sandbox* into a file in *folder*."""

    def __init__(self, columns: str, sandbox: Sandbox, organization: str, folder: Path) -> None:
        self.name = columns
        self._sandbox = sandbox
        command = [sys.executable, "-m", "bench.floor", "--columns", columns, "--url", sandbox.url]
        command += ["--organization", organization, "--token", sandbox.tokens().access_token]
        command += ["--store", str(folder / f"floor-{columns}.db")]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=_TESTS)

    def carry(self, scenario: Scenario, expected: int) -> Cost:
        """Make one reading, and tell what it cost."""
        self._sandbox.clear_journal()
        told = self._ask(scenario.floor)
        if told["records"] < expected:
            raise Failed(f"the floor read {told['records']} records for '{scenario.title}', not {expected}")
        return Cost(told["wall"], told["cpu"], len(self._sandbox.journal("*/contacts")))

    def _ask(self, reading: str) -> dict[str, Any]:
        wishes, answers = self._process.stdin, self._process.stdout
        assert wishes is not None
        assert answers is not None
        wishes.write(f"{reading}\n".encode())
        wishes.flush()
        told = answers.readline() if select.select([answers], [], [], LONGEST)[0] else b""
        if not told:
            raise Failed(f"the floor gave no answer to '{reading}'; what it wrote to standard error says why")
        answer: dict[str, Any] = json.loads(told)
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        # What it kept is thrown away with its folder.
        self._process.kill()
        self._process.communicate()
