from collections.abc import Iterator

import pytest

from crash.fleet import Zygote, zygote


@pytest.fixture(scope="session")
def born() -> Iterator[Zygote]:
    """Give what daemons are forked of."""
    with zygote(hasty=True) as made:
        yield made
