"""Daemons that begin at once: the program is imported here once, and each daemon is a fork of this process.

What makes a daemon take two seconds to begin is Python reading it. A fork of a
process that has read it and done nothing else is the same program from `main`
on: its own process, configuration, store and end, in a tenth of a second. All
of them die with this process, and this one with whoever started it.
"""

import ctypes
import gc
import json
import os
import signal
import socket
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from crash import planted

_PR_SET_PDEATHSIG = 1


def serve(asks: socket.socket) -> None:
    """Answer each line: start a daemon, or tell how one that is over has ended."""
    _die_with_parent()
    _read_the_program()
    for line in asks.makefile("rb"):
        asked = json.loads(line)
        if "over" in asked:
            _, status = os.waitpid(asked["over"], 0)
            told = os.waitstatus_to_exitcode(status)
        else:
            told = os.fork()
            if told == 0:
                asks.close()
                _be(asked)
        asks.sendall(b"%d\n" % told)


def _read_the_program() -> None:
    """Do what takes so long, before the first fork."""
    if sys.argv[2]:
        planted.hasten()
    for module in ("contactd.daemon", "contactd.engine.schedule.executor.procrastinate"):
        import_module(module)
    # Nothing of it is garbage, so no daemon need look through it, and copy it by that.
    gc.freeze()


def _be(asked: dict[str, Any]) -> None:
    """Be a daemon until it ends."""
    from contactd.__main__ import main

    _die_with_parent()
    log = os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(log, stream.fileno())
    os.environ.update(asked["environ"])
    if asked["end"]:
        planted.plant(planted.End(**asked["end"]))
    sys.argv = ["contactd", "run", *asked["arguments"]]
    code = 0
    try:
        main()
    except SystemExit as exc:
        code = int(exc.code or 0)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
