"""What a child prints: taken off its hands at once, and only the end of it kept.

Rule: it may hold anything, a contact's address too. It is shown to a plugin's
author who asks, and goes into no log.
"""

import os
import select
from threading import Thread

#: How much of it is kept, in bytes.
KEPT = 64 * 1024


class Output:
    """The last 64 KiB that came through *pipe*, until the process behind *ended* is over.

    Not until the end of the pipe: a process that the plugin left behind could
    hold that open for ever.
    """

    def __init__(self, pipe: int, ended: int) -> None:
        self._kept = bytearray()
        self._thread = Thread(target=self._drain, args=(pipe, ended), name="child-output", daemon=True)
        self._thread.start()

    def text(self) -> str:
        """Give what is kept, with everything a terminal would act on taken out."""
        text = bytes(self._kept).decode("utf-8", errors="replace")
        return "".join(char for char in text if char.isprintable() or char == "\n")

    def wait(self) -> None:
        """Wait until all of it was taken; call it when the process is over."""
        self._thread.join()

    def _drain(self, pipe: int, ended: int) -> None:
        poller = select.poll()
        poller.register(pipe, select.POLLIN)
        poller.register(ended, select.POLLIN)
        over = False
        while not over:
            ready = {fd for fd, _ in poller.poll()}
            # After the end one more piece: as much as a pipe can hold.
            over = ended in ready
            if pipe in ready:
                over = not self._take(pipe) or over

    def _take(self, pipe: int) -> bool:
        piece = os.read(pipe, KEPT)
        self._kept += piece
        del self._kept[:-KEPT]
        return bool(piece)
