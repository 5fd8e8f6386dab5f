"""Files that are read from the store a batch at a time and sent as they grow."""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import TypeVar

from contactd.api.draining import Draining, stopping
from contactd.api.files import File, Form
from contactd.api.threads import Threads
from contactd_proto.v1 import file_pb2

_Row = TypeVar("_Row")

#: How many rows are read at once.
BATCH = 500

#: Reads up to `BATCH` rows behind a number.
Read = Callable[[int], Sequence[_Row]]


async def pieces(
    form: Form[_Row], read: Read[_Row], number: Callable[[_Row], int], threads: Threads, draining: Draining
) -> AsyncIterator[file_pb2.FilePiece]:
    """Give the file of all rows that *read* gives, in pieces; each row is known by its *number*.

    Raises:
        Away: the daemon is about to stop.
    """
    file = File(form)
    after: int | None = 0
    while after is not None:
        if draining.begun:
            raise stopping("export again when it is back")
        rows = await threads.run(read, after)
        for piece in file.take(rows):
            yield file_pb2.FilePiece(chunk=piece)
        after = number(rows[-1]) if len(rows) == BATCH else None
    chunk, sha256 = file.end()
    yield file_pb2.FilePiece(chunk=chunk, sha256=sha256)
