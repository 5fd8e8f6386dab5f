"""The way from a daemon to its server, which can be cut, or swallow everything, and be mended again."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from psycopg.conninfo import conninfo_to_dict

#: How the socket of a server is called, in the folder that stands in a URL.
_SOCKET = ".s.PGSQL.5432"


class Way:
    """Listens in *folder* like a server, and hands on to the one at *store* what it is sent."""

    def __init__(self, folder: Path, store: str) -> None:
        folder.mkdir()
        there = conninfo_to_dict(store)
        self._there = f"{there['host']}/{_SOCKET}"
        #: The store's URL by this way.
        self.store = store.replace(quote(str(there["host"]), safe="/"), str(folder))
        assert self.store != store
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / _SOCKET))
        self._listener.listen(64)
        self._open = threading.Event()
        self._open.set()
        self._up = True
        #: How many messages were not let through.
        self.swallowed = 0
        self._sessions: set[socket.socket] = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """End every session, and let no other one begin."""
        self._up = False
        for session in list(self._sessions):
            with suppress(OSError):
                session.shutdown(socket.SHUT_RDWR)

    def swallow(self) -> None:
        """Let nothing through any more, and say so to nobody."""
        self._open.clear()

    def mend(self) -> None:
        """Let everything through again, what was swallowed too."""
        self._up = True
        self._open.set()

    def close(self) -> None:
        """Be no way any more."""
        self.cut()
        self._open.set()
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                if not self._up:
                    near.close()
                    continue
                far = socket.socket(socket.AF_UNIX)
                far.connect(self._there)
                self._sessions |= {near, far}
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._hand_on, args=(one, other), daemon=True).start()

    def _hand_on(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while told := one.recv(65536):
                self.swallowed += not self._open.is_set()
                self._open.wait()
                other.sendall(told)
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._sessions.discard(one)
        one.close()


@contextmanager
def way(folder: Path, store: str) -> Iterator[Way]:
    """Give a way to *store*, for as long as the block lasts."""
    made = Way(folder, store)
    try:
        yield made
    finally:
        made.close()
