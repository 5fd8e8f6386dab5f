from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from crash.fleet import Fleet, Zygote, zygote
from crash.told import install_told
from fakes.postgres import Schemas
from fleet.stage import Several

Sets = Callable[..., Several]


@pytest.fixture(scope="session")
def born() -> Iterator[Zygote]:
    """Give what daemons are forked of."""
    with zygote(hasty=True) as made:
        yield made


@pytest.fixture
def several(born: Zygote, tmp_path: Path, postgres: Schemas) -> Iterator[Sets]:
    """Give what sets a scene of daemons in some roles, which serve, and of syncs that are set up."""
    store = postgres.take()
    with ExitStack() as stack:

        def sets(*roles: str, more: str = "", **how: Any) -> Several:
            plugins = install_told(tmp_path / "plugins")
            fleet = stack.enter_context(Fleet(born, tmp_path, store, plugins, size=0, more=more))
            for role in roles:
                fleet.add(role)
            scene = stack.enter_context(closing(Several(fleet, **how)))
            scene.set_up()
            return scene

        yield sets
    postgres.give_back(store)
