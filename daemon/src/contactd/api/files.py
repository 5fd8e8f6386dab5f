"""Files that are sent in pieces: CSV or JSON Lines.

Rule: every cell of a CSV is text to a spreadsheet. One that begins like a
formula is led by an apostrophe, whoever wrote it.
"""

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator
from typing import Generic, Protocol, TypeVar

_Row = TypeVar("_Row")
_Row_contra = TypeVar("_Row_contra", contravariant=True)

#: What a spreadsheet takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

#: About how large a piece is, in octets.
_PIECE = 64 * 1024


class Form(Protocol[_Row_contra]):
    """How rows become lines of a file."""

    def head(self) -> str:
        """Give what stands before the first row."""
        ...

    def line(self, row: _Row_contra, /) -> str:
        """Give the line of one row."""
        ...


class Sheet:
    """Cells to lines: RFC 4180, safe to open in a spreadsheet."""

    def __init__(self) -> None:
        self._cells = io.StringIO()
        self._writer = csv.writer(self._cells, lineterminator="\r\n")

    def line(self, cells: Iterable[str]) -> str:
        """Give the line that holds *cells*."""
        self._cells.seek(0)
        self._cells.truncate()
        self._writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])
        return self._cells.getvalue()


class File(Generic[_Row]):
    """A file that grows, given out in pieces; its sum is known at its end."""

    def __init__(self, form: Form[_Row], *, marked: bool = False) -> None:
        """Begin a file; *marked*: with a byte order mark, which some spreadsheets want before UTF-8."""
        self._form = form
        self._sum = hashlib.sha256()
        self._kept = bytearray(form.head().encode("utf-8-sig" if marked else "utf-8"))

    def take(self, rows: Iterable[_Row]) -> Iterator[bytes]:
        """Append *rows*, and give the pieces that are full by that."""
        for row in rows:
            # A lone surrogate in a record must not end the export.
            self._kept += self._form.line(row).encode(errors="replace")
            if len(self._kept) >= _PIECE:
                yield self._piece()

    def end(self) -> tuple[bytes, str]:
        """Give the last piece, and the SHA-256 of the whole file."""
        piece = self._piece()
        return piece, self._sum.hexdigest()

    def _piece(self) -> bytes:
        piece = bytes(self._kept)
        self._kept.clear()
        self._sum.update(piece)
        return piece
