"""Whether the daemon is about to stop; whoever streams looks at it, and ends by itself."""

import asyncio

from contactd.domain.refusals import Away


class Draining:
    """Begins once, and is never taken back. Belongs to the event loop."""

    def __init__(self) -> None:
        self._begun = asyncio.Event()

    def begin(self) -> None:
        """Let everybody who waits for it know."""
        self._begun.set()

    @property
    def begun(self) -> bool:
        """Whether the daemon is about to stop."""
        return self._begun.is_set()

    async def wait(self) -> None:
        """Wait until it begins."""
        await self._begun.wait()

    async def within(self, seconds: float) -> bool:
        """Wait until it begins, but at most *seconds*; tell whether it has begun."""
        try:
            async with asyncio.timeout(seconds):
                await self._begun.wait()
        except TimeoutError:
            return False
        return True


def stopping(advice: str) -> Away:
    """Make the refusal with which a stream ends early; *advice* says how to go on."""
    return Away(f"contactd is stopping; {advice}", reason="DRAINING")
