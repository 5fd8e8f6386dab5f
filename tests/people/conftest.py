"""What the tests of people share: a store with a sync in it, and the verbs that change contacts by hand."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from contactd.engine.parts import Parts
from contactd.store import suppressions
from contactd.store.seal import Sealer
from fakes.house import House, on_postgres
from people.desk import Desk


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


@pytest.fixture
def desk(house: House) -> Desk:
    # Contacts need the store and its key; no source is asked for anything.
    nobody = cast("Any", None)
    house.runs.erasure_key = Sealer(bytes(32)).derived(suppressions.PURPOSE)
    parts = Parts(
        database=house.database,
        sealer=Sealer(bytes(32)),
        catalog=nobody,
        authorizers=nobody,
        pool=nobody,
        hosts={},
        wake=lambda: None,
        stop=lambda _: None,
    )
    return Desk(house, parts)
