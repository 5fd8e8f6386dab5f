"""What the tests of syncs share: a store in a file, a real child for the source, and runs carried at hand."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from contactd.engine.accounts import connections
from contactd.engine.house import lists
from contactd.engine.parts import Parts
from contactd.host.authorizer import Authorizers
from contactd.host.catalog import Catalog
from contactd.host.installed import Installed
from contactd.host.pool import Pool
from contactd.host.probe import probe
from contactd.host.starter import Starter
from contactd.store import schema
from contactd.store.opening import open_store
from contactd.store.seal import Sealer
from fakes.plugins import install
from setup.running import Typing, running
from syncs.desk import Desk
from syncs.house import HOME, Clock, House, Told
from syncs.memory import CODE, Memory, row


@pytest.fixture(scope="session")
def plugins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Starter, Catalog]]:
    folder = tmp_path_factory.mktemp("plugins")
    install(folder, "memory", CODE)
    with Starter(paths=[folder]) as starter:
        found = [Installed(name="memory", distribution="contactd-memory", version="1.0")]
        yield starter, Catalog(probe(found, starter))


@pytest.fixture(scope="session")
def pool(plugins: tuple[Starter, Catalog]) -> Iterator[Pool]:
    with Pool(plugins[0]) as pool:
        yield pool


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """Where the store is; a module of tests may have another one."""
    return f"sqlite://{tmp_path}/store/contactd.db"


@pytest.fixture
def parts(store_url: str, clock: Clock, told: Told, pool: Pool, plugins: tuple[Starter, Catalog]) -> Iterator[Parts]:
    starter, catalog = plugins
    database = open_store(store_url, clock=clock)
    schema.prepare(database)
    yield Parts(
        database=database,
        sealer=Sealer(bytes(32)),
        catalog=catalog,
        authorizers=Authorizers(starter),
        pool=pool,
        hosts={},
        wake=told.wake,
        stop=told.stopped.append,
    )
    database.close()


@pytest.fixture
def house(tmp_path: Path, parts: Parts, clock: Clock, told: Told) -> House:
    memory = Memory(tmp_path / "records")
    settings = {"folder": str(memory.folder)}
    connections.create(parts, HOME, kind="memory", settings=settings, name="memory", by="ann")
    lists.create(parts, HOME, name="customers", by="ann")
    return House(parts, clock, told, memory)


@pytest.fixture
def desk(house: House) -> Iterator[Desk]:
    desk = Desk(house)
    yield desk
    desk.threads.close()


@pytest.fixture
def typed(house: House, tmp_path: Path) -> Iterator[Typing]:
    """Give contactctl, before a running control plane of the house."""
    house.memory.hold(row(1, country="IN"), row(2, country="BE"), row(3, country="India"))
    with running(house.parts, tmp_path) as typed:
        yield typed
