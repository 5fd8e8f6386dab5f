"""The program of a child: it lives no longer than the daemon's thread that started it."""

import argparse
import ctypes
import os
import resource
import signal
import socket
import sys

from contactd.host.child.answers import Answers
from contactd.host.child.daemon import Daemon
from contactd.host.child.loading import kinds_of, unusable

_PR_SET_PDEATHSIG = 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="contactd.host.child", description="Run by contactd, not by hand.")
    parser.add_argument("--fd", type=int, required=True, help="the socket to the daemon")
    parser.add_argument("--parent", type=int, required=True, help="the daemon's process id")
    parser.add_argument("--plugin", required=True, help="the entry point to load")
    parser.add_argument("--path", action="append", default=[], help="one more folder with plugins")
    parser.add_argument("--cpu", type=int, help="seconds of processor time it may use")
    return parser.parse_args()


def _die_with(parent: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "the kernel refused PR_SET_PDEATHSIG")
    if os.getppid() != parent:
        # The daemon died before the kernel knew whom to tell.
        sys.exit(0)


def _limit(cpu: int | None) -> None:
    # A core file would hold the secrets of the connection.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if cpu is not None:
        resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))


def main() -> None:
    """Load the plugin and answer the daemon until it hangs up."""
    given = _arguments()
    _die_with(given.parent)
    _limit(given.cpu)
    # What the plugin starts must not hold our socket open.
    os.set_inheritable(given.fd, False)  # noqa: FBT003  it takes no keyword
    sys.path.extend(given.path)

    daemon = Daemon(socket.socket(fileno=given.fd))
    try:
        kinds = kinds_of(given.plugin)
    except BaseException as exc:  # noqa: BLE001  the outermost frame of a plugin being loaded
        daemon.send(unusable(exc))
        os._exit(0)
    Answers(daemon, given.plugin, kinds).serve()


if __name__ == "__main__":
    main()
