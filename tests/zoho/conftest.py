"""A scripted Zoho Accounts, and an authorizer that asks it."""

from collections.abc import Iterator

import pytest

from contactd_zoho.authorizer import ZohoAuthorizer
from fakes.consent import authorizer_at
from fakes.http_script import Answer, HttpScript


@pytest.fixture
def zoho() -> Iterator[HttpScript]:
    with HttpScript(lambda _: Answer()) as script:
        yield script


@pytest.fixture
def authorizer(zoho: HttpScript) -> ZohoAuthorizer:
    return authorizer_at(zoho.address)
