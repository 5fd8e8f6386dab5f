"""A scripted Zoho, the way into it, and a source that reads it."""

from collections.abc import Iterator

import pytest

from contactd_books.product import BOOKS
from contactd_sdk import Secret
from contactd_zoho.settings import ZohoSettings
from contactd_zoho.source import FinanceSource
from fakes.books import ALLOWED, OpenAccess, clock
from fakes.http_script import Answer, HttpScript


@pytest.fixture
def settings() -> ZohoSettings:
    return ZohoSettings(client_id="1000.CLIENT", client_secret=Secret(""))


@pytest.fixture
def zoho() -> Iterator[HttpScript]:
    with HttpScript(lambda _: Answer()) as script:
        yield script


@pytest.fixture
def access(zoho: HttpScript) -> OpenAccess:
    return OpenAccess(zoho.address)


@pytest.fixture
def source(access: OpenAccess) -> Iterator[FinanceSource]:
    books = FinanceSource(BOOKS, access, ALLOWED, now=clock)
    yield books
    books.close()
