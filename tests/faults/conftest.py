"""One sandbox for all faults, and a connection of its own for each."""

from collections.abc import Iterator

import pytest

from contactd.engine.parts import Parts
from contactd.host.authorizer import Authorizers
from contactd.host.catalog import Catalog
from contactd.host.installed import installed
from contactd.host.pool import Pool
from contactd.host.probe import probe
from contactd.host.starter import Starter
from contactd.store import schema
from contactd.store.opening import open_store
from contactd.store.seal import Sealer
from contactd_books.product import BOOKS
from contactd_invoice.product import INVOICE
from contactd_zoho.product import Product
from contactd_zoho_sandbox.control import Sandbox
from faults.endpoints import ENDPOINTS, OF_INVOICE
from faults.house import Clock, House
from faults.striking import Calm, calm
from faults.world import CUSTOMERS, World, connect


@pytest.fixture(scope="session")
def running() -> Iterator[tuple[Sandbox, str]]:
    with Sandbox.start(generate=CUSTOMERS) as sandbox:
        yield (
            sandbox,
            sandbox.add(
                "Ann Who Is There",
                email="there@posteo.de",
                custom={"cf_level": "Gold"},
                billing_address={"country": "India"},
            ),
        )


@pytest.fixture(scope="session")
def usual(running: tuple[Sandbox, str]) -> dict[str, Calm]:
    """What each endpoint is good for when nothing fails."""
    sandbox, customer = running
    told = {}
    for name, endpoint in ENDPOINTS.items():
        sandbox.clear_journal()
        product = INVOICE if name in OF_INVOICE else BOOKS
        told[name] = calm(connect(sandbox, customer, product), endpoint)
        sandbox.clear_faults()
    sandbox.clear_journal()
    return told


@pytest.fixture
def product() -> Product:
    """What is connected to, unless a test says otherwise."""
    return BOOKS


@pytest.fixture
def world(running: tuple[Sandbox, str], product: Product) -> Iterator[World]:
    sandbox, customer = running
    yield connect(sandbox, customer, product)
    sandbox.clear_faults()
    sandbox.clear_journal()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Give a house whose sync has run once."""
    folder = tmp_path_factory.mktemp("house")
    found = [one for one in installed() if one.name == "zoho-books"]
    clock = Clock()
    with Sandbox.start(generate=CUSTOMERS) as sandbox, Starter() as starter, Pool(starter) as pool:
        url = f"sqlite://{folder}/contactd.db"
        database = open_store(url, clock=clock)
        schema.prepare(database)
        parts = Parts(
            database=database,
            sealer=Sealer(bytes(32)),
            catalog=Catalog(probe(found, starter)),
            authorizers=Authorizers(starter),
            pool=pool,
            hosts={"zoho-books": frozenset({sandbox.url.removeprefix("http://")})},
            wake=lambda: None,
            stop=lambda _: None,
        )
        house = House(parts, clock, sandbox, url)
        house.move_in()
        yield house
        house.parts.database.close()
