"""The real daemon, the real command line and the real sandbox, each a process."""

from collections.abc import Iterator

import pytest

from demo.stage import Stage, stage


@pytest.fixture
def on() -> Iterator[Stage]:
    """Give a stage whose sandbox holds the Chinook customers; its daemon does not run yet."""
    with stage(loud=False) as on:
        yield on
