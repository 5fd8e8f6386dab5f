"""A stage for each page of requirements: connected, with a list, before any sync."""

from collections.abc import Iterator

import pytest

from demo.stage import Stage, stage
from fakes.typed import Typed
from requirements.proof import connect


@pytest.fixture(scope="module")
def on() -> Iterator[Stage]:
    """Give a stage whose daemon serves, with the connection `books` and the list `customers`."""
    with stage(loud=False) as bare:
        on = Typed(bare.folder, bare.sandbox, bare.daemon, loud=False)
        on.daemon.start()
        connect(on)
        on.ctl("lists create customers --title 'All customers'")
        yield on
