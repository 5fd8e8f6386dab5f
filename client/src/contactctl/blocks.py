"""What is to be seen, before anybody has decided how: facts, tables, lines.

Views make these out of messages; `tables` draws them. Values only, so that a
test can look at them and `--help` does not pay for drawing.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeAlias, TypeVar

Message = TypeVar("Message")


class Tone(Enum):
    """What a text is to its reader; a terminal shows it as a color."""

    PLAIN = ""
    GOOD = "green"
    WATCH_OUT = "yellow"
    BAD = "red"
    QUIET = "dim"
    STRONG = "bold"


@dataclass(frozen=True, slots=True)
class Cell:
    """A text with its tone."""

    text: str
    tone: Tone = Tone.PLAIN


#: Plain text needs no tone.
Shown: TypeAlias = str | Cell


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    When the terminal is narrow, one that *wraps* gives way, and one that is
    *spare* is left out, the most dispensable first.
    """

    title: str
    wraps: bool = False
    number: bool = False
    spare: int = 0


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of what follows."""

    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence."""

    shown: Shown


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and values, one below the other. Those without a value are left out."""

    rows: Sequence[tuple[str, Shown]]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns; *none* is said instead where there is no row."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Shown]]
    none: str = ""
    header: bool = True


Block: TypeAlias = Heading | Line | Facts | Table
View: TypeAlias = Callable[[Message], Iterable[Block]]


@dataclass(frozen=True, slots=True)
class Listing(Generic[Message]):
    """How messages of one kind become the rows of a table."""

    columns: Sequence[Column]
    row: Callable[[Message], Sequence[Shown]]
    none: str

    def table(self, messages: Iterable[Message], *, header: bool = True) -> Table:
        """Make a table of *messages*."""
        return Table(self.columns, [self.row(message) for message in messages], self.none, header)


def text_of(shown: Shown) -> str:
    """Give the text of a cell, with or without a tone."""
    return shown if isinstance(shown, str) else shown.text


def tone_of(shown: Shown) -> Tone:
    """Give the tone of a cell."""
    return Tone.PLAIN if isinstance(shown, str) else shown.tone
