"""What every folder of tests may use: a PostgreSQL server, started once by each process that runs tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.postgres import Schemas, schemas


@pytest.fixture(scope="session")
def postgres() -> Iterator[Schemas]:
    """Give stores on a PostgreSQL server."""
    with schemas() as stores:
        yield stores


@pytest.fixture(params=["sqlite", "postgresql"])
def either_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the URL of an empty store of one kind, and then of the other."""
    if request.param == "sqlite":
        yield f"sqlite://{tmp_path}/store/contactd.db"
        return
    stores: Schemas = request.getfixturevalue("postgres")
    url = stores.take()
    yield url
    stores.give_back(url)
