from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from contactd.store import schema
from contactd.store.database import Database
from contactd.store.opening import open_store
from fakes.postgres import Schemas

#: Gives the URL of an empty store.
Urls = Callable[[], str]


@pytest.fixture(params=["sqlite", "postgresql"])
def urls(request: pytest.FixtureRequest, tmp_path: Path) -> Urls:
    """Give empty stores, of one kind and then of the other."""
    if request.param == "postgresql":
        stores: Schemas = request.getfixturevalue("postgres")
        return stores.make
    numbers = iter(range(10))
    return lambda: f"sqlite://{tmp_path}/{next(numbers)}.db"


@pytest.fixture
def opened(urls: Urls) -> Iterator[Callable[[], Database]]:
    """Give what opens an empty store, of either kind, and puts it into shape."""
    with ExitStack() as stores:

        def one() -> Database:
            database = stores.enter_context(closing(open_store(urls(), clock=lambda: 0)))
            schema.prepare(database)
            return database

        yield one
