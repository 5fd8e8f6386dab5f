"""A stage of the demo on which commands are typed without starting a program for each."""

import json
import shlex
from typing import Any

from client.conftest import Contactctl
from demo.stage import CommandFailed, Stage


class Typed(Stage):
    """A stage on which commands are carried out in this process, which spares each of them a start."""

    def ctl(self, line: str, *, code: int = 0, given: str | None = None) -> str:
        ran = Contactctl(self.folder, self.daemon.address)(*shlex.split(line), stdin=given or "")
        if ran.code != code:
            raise CommandFailed(line, ran.code, ran.err)
        return ran.out

    def ask(self, line: str) -> Any:
        return json.loads(self.ctl(f"{line} --json"))
