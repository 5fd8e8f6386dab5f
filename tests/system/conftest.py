"""The real daemon, the real command line and the real sandbox, each a process."""

from collections.abc import Iterator

import pytest

from crash.fleet import Born, zygote
from demo.stage import Stage, stage
from fakes.typed import Typed


@pytest.fixture
def on() -> Iterator[Stage]:
    """Give a stage whose sandbox holds the Chinook customers; its daemon does not run yet."""
    with stage(loud=False) as on:
        yield on


@pytest.fixture
def quick(on: Stage) -> Iterator[Stage]:
    """Give the same stage for many commands and restarts: commands are carried out here, and the daemon is forked."""
    with zygote() as born:
        daemon = Born(on.folder)
        daemon.zygote = born
        yield Typed(on.folder, on.sandbox, daemon, loud=False)
        daemon.kill()
