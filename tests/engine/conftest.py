from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.house import House, on_postgres


@pytest.fixture(autouse=True, params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Iterator[str]:
    """Let every house of the test be built on one kind of store; each test is run on both."""
    if request.param == "sqlite":
        yield request.param
    else:
        with on_postgres(request.getfixturevalue("postgres")):
            yield request.param


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    yield house
    house.close()
