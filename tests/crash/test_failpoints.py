"""A daemon that ends at every commit point in turn, before the commit and after it, beside the model."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from crash.fleet import Zygote
from crash.gauntlet import Gauntlet, gauntlet_on
from crash.situations import AMONG_DAEMONS, SITUATIONS, Situation, go_through
from fakes.postgres import Schemas

Makes = Callable[[str], Gauntlet]


@pytest.fixture(scope="module")
def gauntlets(born: Zygote, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Makes]:
    """Give the gauntlet of a kind of store again and again, and another one after a test that failed."""
    with ExitStack() as opened:
        made: dict[str, Gauntlet] = {}

        def whole(store: str) -> Gauntlet:
            if store not in made or made[store].amid:
                folder = tmp_path_factory.mktemp("gauntlet")
                made[store] = opened.enter_context(gauntlet_on(born, folder, store, seed=1))
            return made[store]

        yield whole


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.name)
def test_nothing_is_lost_and_nothing_done_twice_wherever_a_daemon_ends(gauntlets: Makes, situation: Situation) -> None:
    go_through(gauntlets(""), situation)


@pytest.fixture(scope="module")
def server(postgres: Schemas) -> str:
    return postgres.take()


@pytest.mark.parametrize("situation", AMONG_DAEMONS, ids=lambda situation: situation.name)
def test_nor_where_daemons_share_a_store(gauntlets: Makes, server: str, situation: Situation) -> None:
    go_through(gauntlets(server), situation)
