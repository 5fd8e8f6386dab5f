"""A daemon that ends at every commit point in turn, before the commit and after it, beside the model."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from crash.fleet import Fleet, Zygote
from crash.gauntlet import Gauntlet
from crash.situations import SITUATIONS, Situation
from crash.told import install_told


@pytest.fixture(scope="module")
def gauntlets(born: Zygote, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Gauntlet]]:
    """Give the same gauntlet again and again, and another one after a test that failed."""
    with ExitStack() as opened:
        made: list[Gauntlet] = []

        def whole() -> Gauntlet:
            if not made or made[-1].amid:
                folder = tmp_path_factory.mktemp("gauntlet")
                plugins = install_told(folder / "plugins")
                fleet = Fleet(born, folder, f"sqlite://{folder}/contactd.db", plugins)
                made.append(Gauntlet(opened.enter_context(fleet), seed=1))
                made[-1].set_up()
            return made[-1]

        yield whole


@pytest.fixture
def gauntlet(gauntlets: Callable[[], Gauntlet]) -> Gauntlet:
    return gauntlets()


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.name)
def test_nothing_is_lost_and_nothing_done_twice_wherever_a_daemon_ends(
    gauntlet: Gauntlet, situation: Situation
) -> None:
    for ends in situation.ends:
        gauntlet.change()
        gauntlet.make_due()
        situation.begin(gauntlet)

        for end in ends:
            gauntlet.poke(*situation.again)
            gauntlet.end_at(end, then=lambda: situation.then(gauntlet), **dict(situation.environ))
        situation.mend(gauntlet)
        gauntlet.go_on()

        situation.judge(gauntlet)
