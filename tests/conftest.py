"""What every folder of tests may use: a PostgreSQL server, started once by each process that runs tests."""

from collections.abc import Iterator

import pytest

from fakes.postgres import Schemas, schemas


@pytest.fixture(scope="session")
def postgres() -> Iterator[Schemas]:
    """Give stores on a PostgreSQL server."""
    with schemas() as stores:
        yield stores
