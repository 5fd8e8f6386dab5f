"""Children are started here and nowhere else, all of them by one thread.

Rule: the thread lives as long as the starter. The kernel ends a child with the
*thread* that started it (PR_SET_PDEATHSIG), so a thread of a run would take the
children with it that it meant to leave warm.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

from contactd.host.channel import Channel
from contactd.host.errors import Cause, ChildFailed
from contactd.host.frames import Reply
from contactd.host.process import GRACE, Child

#: What of the daemon's environment a plugin has a use for. The rest is none of
#: its business: a unit's environment may name credentials.
PASSED_ON = frozenset({"LANG", "LC_ALL", "TZ", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR"})

#: The buffer of a child's socket in bytes. Little more than a page fits, so a
#: source runs about one page ahead and a paused run has wasted no more calls.
_AHEAD = 64 * 1024


class Starter:
    """Starts children until it is closed, and then ends those that are left.

    *paths* are folders with plugins beside the environment of the daemon (its
    setting `[plugins] path`); *environ* is the daemon's environment. A child has
    *grace* seconds to end when it is asked to.
    """

    def __init__(
        self,
        *,
        paths: Sequence[Path] = (),
        environ: Mapping[str, str] | None = None,
        grace: float = GRACE,
    ) -> None:
        self.paths = tuple(path.absolute() for path in paths)
        self._environ = {name: text for name, text in (environ or {}).items() if name in PASSED_ON}
        self._grace = grace
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="child-starter")

    def start(self, plugin: str, *, cpu: int | None = None) -> Child:
        """Start a child for *plugin*, with at most *cpu* seconds of processor time.

        Raises:
            ChildFailed: there is no room for another process.
        """
        try:
            return self._thread.submit(self._start, plugin, cpu).result()
        except OSError as exc:
            raise ChildFailed(plugin, Cause.UNSTARTED, f"could not be started ({exc.strerror})") from exc

    def _start(self, plugin: str, cpu: int | None) -> Child:
        ours, theirs = socket.socketpair()
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _AHEAD)
        try:
            process = self._process(plugin, theirs.fileno(), cpu)
        except OSError:
            ours.close()
            raise
        finally:
            theirs.close()
        return Child(plugin, process, Channel(ours, Reply), grace=self._grace)

    def _process(self, plugin: str, fd: int, cpu: int | None) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603  our own interpreter, and no shell
            self._command(plugin, fd, cpu),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=(fd,),
            start_new_session=True,
            cwd="/",
            env=self._environ,
        )

    def _command(self, plugin: str, fd: int, cpu: int | None) -> list[str]:
        # -I: neither the working folder nor PYTHONPATH brings code in. -u: what
        # a plugin prints is there when it crashes.
        return [
            *(sys.executable, "-I", "-u", "-X", "utf8", "-X", "faulthandler", "-m", "contactd.host.child"),
            *(f"--fd={fd}", f"--parent={os.getpid()}", f"--plugin={plugin}"),
            *(f"--path={path}" for path in self.paths),
            *([] if cpu is None else [f"--cpu={cpu}"]),
        ]

    def close(self) -> None:
        """End the thread; the kernel ends every child that is left with it."""
        self._thread.shutdown()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self.close()
