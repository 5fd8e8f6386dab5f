"""A pooler that deals transactions out: each is carried out by whichever of its own sessions is free.

It knows of the protocol what it must: where a client has said all and waits,
and when the server is ready for the next transaction.
"""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from queue import LifoQueue
from urllib.parse import quote

from psycopg.conninfo import conninfo_to_dict

#: How the socket of a server is called, in the folder that stands in a URL.
_SOCKET = ".s.PGSQL.5432"

#: With these a client says that it waits for an answer; with the other it takes its leave.
_QUERY, _SYNC, _TERMINATE = b"Q", b"S", b"X"
_READY, _IDLE = b"Z", b"I"


class Pooler:
    """Listens in *folder* for clients of the server at *store*, and has a few sessions there."""

    def __init__(self, folder: Path, store: str, *, sessions: int, opened: ExitStack) -> None:
        folder.mkdir()
        there = conninfo_to_dict(store)
        self._there = f"{there['host']}/{_SOCKET}"
        #: The store's URL by way of the pooler.
        self.store = store.replace(quote(str(there["host"]), safe="/"), str(folder))
        self._opened, self._sessions = opened, sessions
        self._free: LifoQueue[socket.socket] = LifoQueue()
        self._welcome = b""
        self._listener = opened.enter_context(socket.socket(socket.AF_UNIX))
        self._listener.bind(str(folder / _SOCKET))
        self._listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._opened.enter_context(client)
                head = _exactly(client, 4)
                self._begin(head + _exactly(client, struct.unpack("!I", head)[0] - 4))
                client.sendall(self._welcome)
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _begin(self, startup: bytes) -> None:
        """Open the sessions of its own as the first client wants one; all are welcomed as the server did."""
        while self._sessions:
            self._sessions -= 1
            session = self._opened.enter_context(socket.socket(socket.AF_UNIX))
            session.connect(self._there)
            session.sendall(startup)
            self._welcome = b"".join(_until_ready(session))
            self._free.put(session)

    def _serve(self, client: socket.socket) -> None:
        with suppress(OSError, EOFError):
            while True:
                said = _until_waiting(client)
                session = self._free.get()
                try:
                    self._carry_out(client, session, said)
                finally:
                    self._free.put(session)

    def _carry_out(self, client: socket.socket, session: socket.socket, said: bytes) -> None:
        while True:
            session.sendall(said)
            answer = _until_ready(session)
            client.sendall(b"".join(answer))
            if answer[-1].endswith(_IDLE):
                return
            said = _until_waiting(client)


def _until_waiting(client: socket.socket) -> bytes:
    said: list[bytes] = []
    while not said or said[-1][:1] not in {_QUERY, _SYNC}:
        said.append(_message(client))
        if said[-1][:1] == _TERMINATE:
            raise EOFError
    return b"".join(said)


def _until_ready(session: socket.socket) -> list[bytes]:
    answer = [_message(session)]
    while answer[-1][:1] != _READY:
        answer.append(_message(session))
    return answer


def _message(end: socket.socket) -> bytes:
    head = _exactly(end, 5)
    return head + _exactly(end, struct.unpack("!I", head[1:])[0] - 4)


def _exactly(end: socket.socket, size: int) -> bytes:
    read = b""
    while len(read) < size:
        more = end.recv(size - len(read))
        if not more:
            raise EOFError
        read += more
    return read


@contextmanager
def pooler(folder: Path, store: str, *, sessions: int) -> Iterator[Pooler]:
    """Give a pooler before the server of *store*, for as long as the block lasts."""
    with ExitStack() as opened:
        yield Pooler(folder, store, sessions=sessions, opened=opened)
