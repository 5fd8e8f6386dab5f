"""What a command shows: drawn for a person, or as JSON for a program.

Rule: with `--json` standard output holds JSON and nothing else. Notes go to
standard error either way, then as JSON too.
"""

import json
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

import click

from contactctl.blocks import Block, Listing, View
from contactctl.clean import clean, clean_json
from contactctl.names import short

if TYPE_CHECKING:
    from google.protobuf.message import Message

Shown = TypeVar("Shown", bound="Message")

#: Rows that are measured and drawn together; a long listing appears in parts.
_ROWS_AT_ONCE = 1_000


class Output:
    """Standard output, for a person or for a program."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json

    def one(self, message: Shown, view: View[Shown]) -> None:
        """Show one message."""
        if self.as_json:
            self.document(message)
        else:
            self.draw(view(message))

    def many(self, messages: Iterable[Shown], listing: Listing[Shown]) -> None:
        """Show messages as they come, as one table or one JSON array."""
        if self.as_json:
            self._array(messages)
        else:
            self._table(messages, listing)

    def document(self, message: "Message") -> None:
        """Write one message as a JSON document."""
        self.write(_document(message))

    def line(self, message: "Message") -> None:
        """Write one message of a stream as one line of JSON."""
        self.write(_document(message), indent=None)

    def write(self, document: Any, *, indent: int | None = 2) -> None:
        """Write a JSON document."""
        from contactctl.documents import written

        click.echo(written(document, indent=indent))

    def draw(self, blocks: Iterable[Block]) -> None:
        """Draw for a person."""
        from contactctl.tables import draw, make_console

        draw(blocks, make_console())

    def say(self, sentence: str) -> None:
        """Say a sentence to a person; a program has no use for it."""
        if not self.as_json:
            click.echo(clean(sentence))

    def gone(self, name: str) -> None:
        """Say that the thing called *name* is deleted."""
        if self.as_json:
            self.write({"deleted": name})
        self.say(f"{short(name)} is deleted")

    def note(self, sentence: str) -> None:
        """Say on standard error what is not part of the answer."""
        said = clean_json(json.dumps({"note": sentence}, ensure_ascii=False)) if self.as_json else clean(sentence)
        click.echo(said, err=True)

    def _array(self, messages: Iterable[Shown]) -> None:
        # Written piece by piece: a listing of a million contacts fits no memory.
        from contactctl.documents import written

        opening = "["
        for message in messages:
            click.echo(f"{opening}\n{written(_document(message), indent=None)}", nl=False)
            opening = ","
        click.echo("[]" if opening == "[" else "\n]")

    def _table(self, messages: Iterable[Shown], listing: Listing[Shown]) -> None:
        rest = iter(messages)
        first: Sequence[Shown] = list(islice(rest, _ROWS_AT_ONCE))
        self.draw([listing.table(first)])
        while more := list(islice(rest, _ROWS_AT_ONCE)):
            self.draw([listing.table(more, header=False)])


def _document(message: "Message") -> dict[str, Any]:
    from contactctl.documents import document

    return document(message)
