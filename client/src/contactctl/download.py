"""A file that the daemon sends, on its way to the disk.

Rule: there is the whole file, checked against its sum, or there is none. It is
written beside its place and moved there at the end. What is no file (a device,
a named pipe) cannot be replaced without harm: it gets the bytes once they are
checked. A symbolic link stays, and its target is written.
"""

import hashlib
import os
import shutil
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
    folder = _resolved(place).parent
    if not folder.is_dir():
        raise usage(f"{output} cannot be written: there is no folder {folder}")


def save(pieces: Iterable[Piece], output: str) -> int:
    """Write *pieces* to *output* and give the number of bytes.

    Raises:
        Failure: it cannot be written, or what came is not what was sent.
    """
    if output == STDOUT:
        return _checked_copy(pieces, sys.stdout.buffer)
    place = Path(output)
    try:
        if place.exists() and not place.is_file():
            return _pass_on(pieces, place)
        return _save_file(pieces, _resolved(place))
    except OSError as error:
        raise usage(f"{output} cannot be written: {error.strerror}") from error


def _resolved(place: Path) -> Path:
    """Follow symbolic links to what is to be written, whether it is there yet or not."""
    try:
        return place.resolve()
    except RuntimeError as error:  # what Python 3.11 and 3.12 call links that lead to each other
        raise usage(f"{place} cannot be written: its symbolic links go round in a circle") from error


def _pass_on(pieces: Iterable[Piece], place: Path) -> int:
    """Write to what is there and is no file, neither making nor cutting anything."""
    with tempfile.TemporaryFile() as whole:
        size = _checked_copy(pieces, whole)
        whole.seek(0)
        with os.fdopen(os.open(place, os.O_WRONLY | os.O_NOCTTY), "wb") as target:
            if target.isatty():
                raise usage(f"{place} is a terminal, and the file is not made to be safe on one")
            shutil.copyfileobj(whole, target)
    return size


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
