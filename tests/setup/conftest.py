"""What the tests of the set-up share: a store in a file, real children, and a vendor that is a folder."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from contactd.domain.clock import SECOND, micros
from contactd.domain.nouns import Connection
from contactd.engine.accounts import connections
from contactd.engine.parts import Parts
from contactd.host.catalog import Catalog
from contactd.host.installed import Installed
from contactd.host.pool import Pool
from contactd.host.probe import probe
from contactd.host.starter import Starter
from contactd.store import schema
from contactd.store.database import Database
from contactd.store.opening import open_store
from contactd.store.seal import Sealer
from fakes.authorizing import AuthorizersHere, kinds_in
from fakes.plugins import install
from setup.running import Typing, running
from setup.vendor import CODE, KEY, NOON, Vendor

#: Writes a secret into a file, and gives its path.
Confide = Callable[[str], str]


@dataclass
class Clock:
    """A clock that a test moves."""

    now: int = micros(NOON)

    def __call__(self) -> int:
        return self.now

    def pass_seconds(self, seconds: int) -> None:
        self.now += seconds * SECOND


@pytest.fixture(scope="session")
def plugins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Starter, Catalog]]:
    folder = tmp_path_factory.mktemp("plugins")
    install(folder, "vendor", CODE)
    install(folder, "broken", "raise RuntimeError('not today')")
    with Starter(paths=[folder]) as starter:
        found = [Installed(name=name, distribution=f"contactd-{name}", version="1.0") for name in ("vendor", "broken")]
        yield starter, Catalog(probe(found, starter))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def vendor(tmp_path: Path) -> Vendor:
    return Vendor(tmp_path / "vendor")


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """Where the store is; a module of tests may have another one."""
    return f"sqlite://{tmp_path}/store/contactd.db"


@pytest.fixture
def database(store_url: str, clock: Clock) -> Iterator[Database]:
    database = open_store(store_url, clock=clock)
    schema.prepare(database)
    yield database
    database.close()


@pytest.fixture
def parts(database: Database, plugins: tuple[Starter, Catalog]) -> Iterator[Parts]:
    starter, catalog = plugins
    pool = Pool(starter)
    yield Parts(
        database=database,
        sealer=Sealer(KEY),
        catalog=catalog,
        authorizers=AuthorizersHere(kinds_in(CODE)),
        pool=pool,
        hosts={"vendor": frozenset({"127.0.0.1"})},
        wake=lambda: None,
        stop=lambda _: None,
    )
    pool.close()


@pytest.fixture
def settings(vendor: Vendor) -> dict[str, str]:
    """The settings of kind `vendor`."""
    return {"folder": str(vendor.folder), "client_id": "our client", "client_secret": "hush-hush"}


@pytest.fixture
def books(parts: Parts, settings: dict[str, str]) -> Connection:
    """A connection of kind `vendor` that nobody has consented to."""
    return connections.create(parts, "default", kind="vendor", settings=settings, name="books", by="ann")


@pytest.fixture
def more(parts: Parts, settings: dict[str, str]) -> Connection:
    """Another one."""
    return connections.create(parts, "default", kind="vendor", settings=settings, name="more", by="ann")


@pytest.fixture
def typed(parts: Parts, tmp_path: Path) -> Iterator[Typing]:
    """What is typed at a running control plane of *parts*."""
    with running(parts, tmp_path) as typed:
        yield typed


@pytest.fixture
def confided(tmp_path: Path) -> Confide:
    """Write a secret into a file, and give its path."""

    def write(secret: str) -> str:
        path = tmp_path / f"secret-{secret}"
        path.write_text(secret)
        return str(path)

    return write


@pytest.fixture
def main(typed: Typing, vendor: Vendor, confided: Confide) -> str:
    """The connection `main`, enabled, with a list that is called `all`."""
    plain = ("--set", f"folder={vendor.folder}", "--set", "client_id=ours")
    secret = ("--secret-file", f"client_secret={confided('hush')}")
    typed("connections", "create", "main", "--kind", "vendor", *plain, *secret)
    typed("connections", "authorize", "main", "--code-file", confided("good"))
    typed("connections", "select", "main", "10")
    typed("lists", "create", "all")
    return "main"


@pytest.fixture
def sync(typed: Typing, main: str) -> str:
    """An active sync of it, whose first run waits."""
    typed("syncs", "create", "customers", "--connection", main, "--list", "all", "--daily", "06:30", "--zone", "UTC")
    typed("syncs", "initiate", "customers", "--yes")
    return "customers"
