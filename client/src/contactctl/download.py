"""A file that the daemon sends, on its way to the disk.

Rule: there is the whole file, checked against its sum, or there is none. It is
written beside its place and moved there at the end.
"""

import hashlib
import os
import sys
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Protocol

from contactctl.exits import Exit
from contactctl.failures import Failure, usage

STDOUT = "-"


class Piece(Protocol):
    """A part of the file; the last one has the sum of the whole."""

    chunk: bytes
    sha256: str


def check_place(output: str) -> None:
    """See that the file can be put where it is wanted, before anything is asked for.

    Raises:
        Failure: it cannot.
    """
    if output == STDOUT:
        if sys.stdout.isatty():
            raise usage(
                "'--output -' is for a pipe: the file is not made to be safe on a terminal",
                "name a file, or leave --output out to see a table",
            )
        return
    place = Path(output)
    if place.is_dir():
        raise usage(f"{output} is a folder: name a file in it")
    if not place.parent.is_dir():
        raise usage(f"{output} cannot be written: there is no folder {place.parent}")


def save(pieces: Iterable[Piece], output: str) -> int:
    """Write *pieces* to *output* and give the number of bytes.

    Raises:
        Failure: it cannot be written, or what came is not what was sent.
    """
    if output == STDOUT:
        return _checked_copy(pieces, sys.stdout.buffer)
    try:
        return _save_file(pieces, Path(output))
    except OSError as error:
        raise usage(f"{output} cannot be written: {error.strerror}") from error


def _save_file(pieces: Iterable[Piece], place: Path) -> int:
    descriptor, beside = tempfile.mkstemp(prefix=f".{place.name}.", dir=place.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            size = _checked_copy(pieces, file)
            file.flush()
            os.fsync(file.fileno())
        Path(beside).replace(place)
    finally:
        with suppress(FileNotFoundError):  # moved to its place, as it should be
            Path(beside).unlink()
    return size


def _checked_copy(pieces: Iterable[Piece], file: BinaryIO) -> int:
    size, told, found = 0, "", hashlib.sha256()
    for piece in pieces:
        file.write(piece.chunk)
        found.update(piece.chunk)
        size += len(piece.chunk)
        told = piece.sha256 or told
    if told != found.hexdigest():
        what = "is not what the daemon sent: its SHA-256 differs" if told else "is not whole: its end is missing"
        raise Failure(Exit.REFUSED, f"the file that came {what}", ("it was not kept; try again",))
    return size
