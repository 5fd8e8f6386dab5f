"""A server that lets contactd not in, in a language that nobody here speaks: told with what is to be done about it."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from contactd.domain.refusals import Away, Invalid
from contactd.store.opening import open_store

#: Answers whoever connects with a message, by its letter, and hangs up.
Answers = Callable[[bytes, bytes], str]

SAID = 'пользователь "ann" не допущен'


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Answers]:
    """Give what starts a server that says one thing to everybody, and gives the URL of a store there."""
    with ExitStack() as listening:

        def answers(letter: bytes, body: bytes) -> str:
            listener = listening.enter_context(socket.socket(socket.AF_UNIX))
            listener.bind(str(tmp_path / ".s.PGSQL.5432"))
            listener.listen()
            answer = letter + struct.pack("!I", len(body) + 4) + body
            threading.Thread(target=_answer, args=(listener, answer), daemon=True).start()
            return f"postgresql://ann@/x?host={tmp_path}&passfile=/dev/null"

        yield answers


def _answer(listener: socket.socket, answer: bytes) -> None:
    with suppress(OSError):
        while True:
            session, _ = listener.accept()
            with session:
                (size,) = struct.unpack("!I", session.recv(4))
                session.recv(size - 4)
                session.sendall(answer)
                session.recv(1)


def refusal(state: str) -> bytes:
    """Give what a server says that is set to Russian."""
    fields = {"S": "ВАЖНО", "V": "FATAL", "C": state, "M": SAID}
    return b"".join(f"{name}{value}\0".encode() for name, value in fields.items()) + b"\0"


@pytest.mark.parametrize(
    ("state", "remedy"),
    [
        ("28P01", "mend the password in [store] url, or in the file that PGPASSFILE names"),
        ("28000", "make the role and let it in by pg_hba.conf"),
        ("3D000", "make it with createdb"),
        ("42501", "let contactd in"),
        ("08P01", "name the server itself in [store] url, not a pooler"),
    ],
)
def test_what_a_person_has_to_mend_is_known_in_every_language(server: Answers, state: str, remedy: str) -> None:
    url = server(b"E", refusal(state))

    with pytest.raises(Invalid) as caught:
        open_store(url)

    assert f"cannot be opened: {SAID}; {remedy}" in caught.value.message


def test_what_passes_is_tried_again_and_names_no_machine_and_no_role(server: Answers) -> None:
    url = server(b"E", refusal("57P03"))

    with pytest.raises(Away) as caught:
        open_store(url)

    assert caught.value.message == ("the store does not answer now: пользователь … не допущен; it is tried again")


def test_a_server_that_wants_a_password_where_there_is_none_is_told_as_such(server: Answers) -> None:
    url = server(b"R", struct.pack("!I", 3))

    with pytest.raises(Invalid, match="no password supplied; mend the password"):
        open_store(url)


def test_a_server_that_is_not_there_is_told_without_its_place(tmp_path: Path) -> None:
    with pytest.raises(Away) as caught:
        open_store(f"postgresql://ann@/x?host={tmp_path}")

    assert caught.value.message == "the store does not answer now: No such file or directory; it is tried again"
