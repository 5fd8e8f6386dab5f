"""A child as the daemon holds it: one process with one plugin, its socket and what it printed.

Rule: whatever it does wrong is told as `ChildFailed`, and ends it. A child that
failed once answers nothing any more.
"""

import math
import os
import select
import signal
import subprocess
import time
from contextlib import suppress
from threading import Event, Lock
from typing import IO, cast

import structlog

from contactd.host.channel import Channel, Unreadable
from contactd.host.errors import Cause, ChildFailed, Interrupted
from contactd.host.frame import Frame
from contactd.host.frames import Broken, Failed, Reply, Unusable
from contactd.host.output import Output

log = structlog.get_logger(__name__)

#: Seconds between asking a process to end and ending it.
GRACE = 5.0

#: What a signal may mean, where one that reads its name would wonder.
_WHY: dict[int, str] = {
    signal.SIGKILL: ", perhaps for want of memory",
    signal.SIGXCPU: ": it must not work that long",
}


class Child:
    """One process with one plugin: *process*, which leads a group of its own.

    *grace* is how many seconds it has to end when it is asked to.
    """

    def __init__(
        self,
        plugin: str,
        process: subprocess.Popen[bytes],
        channel: Channel[Reply],
        *,
        grace: float = GRACE,
    ) -> None:
        self.plugin = plugin
        self._grace = grace
        self._process = process
        self._channel = channel
        self._pipe = cast("IO[bytes]", process.stdout)
        self._over = _pidfd(process)
        self._output = Output(self._pipe.fileno(), self._over)
        self._interrupted = Event()
        self._talking = Lock()
        self._ending = Lock()
        self._signalling = Lock()
        self._asked = math.inf
        self._reaped = False
        self._forced = False
        log.debug("child_started", plugin=plugin, pid=process.pid)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def output(self) -> str:
        """What it printed last."""
        return self._output.text()

    @property
    def alive(self) -> bool:
        """It runs, and nobody took it away."""
        return not (self._interrupted.is_set() or self._reaped or self._waited(0))

    def ask(self, request: Frame, within: float) -> Reply:
        """Send *request* and give the first frame that comes back."""
        self.send(request, within)
        return self.receive(within)

    def send(self, frame: Frame, within: float) -> None:
        """Send *frame*.

        Raises:
            ChildFailed: it does not take it; it was ended.
            Interrupted: it was taken away.
        """
        try:
            with self._talking:
                self._channel.send(frame, within)
        except TimeoutError:
            raise self.failed(Cause.SILENT, f"took nothing for {within:g} s") from None
        except OSError:
            raise self._gone() from None

    def receive(self, within: float) -> Reply:
        """Take the next frame.

        Raises:
            ChildFailed: there was none, or one that cannot be read; it was ended.
            Interrupted: it was taken away.
            SourceError: what the plugin raised.
            SettingsInvalid: so it did.
        """
        try:
            with self._talking:
                reply = self._channel.receive(within)
        except TimeoutError:
            raise self.failed(Cause.SILENT, f"said nothing for {within:g} s") from None
        except (EOFError, OSError):
            raise self._gone() from None
        except Unreadable as exc:
            raise self.failed(Cause.UNREADABLE, f"sent what cannot be read ({exc})") from None
        if isinstance(reply, Failed):
            raise self._told(reply)
        return reply

    def _told(self, reply: Failed) -> Exception:
        match reply.error():
            case Unusable() as exc:
                return self.failed(Cause.UNUSABLE, str(exc))
            case Broken() as exc:
                return self.failed(Cause.BROKEN, str(exc))
            case exc:
                return exc

    def _gone(self) -> Exception:
        # A process whose socket closed because it ended has its status by now:
        # no signal of ours can change that.
        if not self._interrupted.is_set():
            self.end()
        return self.failed(Cause.ENDED, self._how())

    def _how(self) -> str:
        status = self._process.returncode
        if status is None or self._forced or status == -signal.SIGTERM:
            return "hung up on contactd"
        if status >= 0:
            return f"ended its process with exit status {status}, which no plugin may do"
        name = signal.strsignal(-status) or f"signal {-status}"
        return f"had its process ended ({name}{_WHY.get(-status, '')})"

    def failed(self, cause: Cause, what: str) -> Exception:
        """Say why it cannot go on: `Interrupted` when somebody took it away, else `ChildFailed`, and end it."""
        if self._interrupted.is_set():
            return Interrupted(f"the work of plugin '{self.plugin}' was interrupted")
        self.end()
        return ChildFailed(self.plugin, cause, what, output=self.output)

    def interrupt(self) -> None:
        """Take it away from whoever waits for it. Any thread may; it returns at once."""
        self._interrupted.set()
        self._hang_up()

    def end(self) -> None:
        """End it: hang up, SIGTERM, and when its grace is over SIGKILL for it and all that it started."""
        with self._ending:
            if self._reaped:
                return
            self._hang_up()
            self._forced = not self._waited(self._asked + self._grace - time.monotonic())
            self._reap()
        log.debug("child_ended", plugin=self.plugin, pid=self.pid, forced=self._forced)

    def _hang_up(self) -> None:
        # Its grace counts from the first time it is asked.
        self._asked = min(self._asked, time.monotonic())
        self._channel.shut()
        self._signal(signal.SIGTERM)

    def _reap(self) -> None:
        # The group is signalled before its leader is reaped: until then nobody
        # else can be given its number.
        self._signal(signal.SIGKILL)
        with self._signalling:
            self._process.wait()
            self._reaped = True
        self._output.wait()
        self._pipe.close()
        os.close(self._over)
        # Whoever still listens hears the end first.
        with self._talking:
            self._channel.close()

    def _signal(self, number: signal.Signals) -> None:
        with self._signalling:
            if not self._reaped:
                with suppress(ProcessLookupError):
                    os.killpg(self.pid, number)

    def _waited(self, seconds: float) -> bool:
        """Tell whether the process ends within *seconds*, without reaping it."""
        poller = select.poll()
        poller.register(self._over, select.POLLIN)
        return bool(poller.poll(max(seconds, 0) * 1000))


def _pidfd(process: subprocess.Popen[bytes]) -> int:
    try:
        return os.pidfd_open(process.pid)
    except OSError:
        # Nobody could end it without: it ends now.
        process.kill()
        process.communicate()
        raise
