"""Every endpoint of the products, struck by every fault (FACTS.md "3.2", "3.3")."""

import pytest

from contactd_books.product import BOOKS
from contactd_invoice.product import INVOICE
from contactd_sdk import Unavailable
from faults.endpoints import LIST, OF_INVOICE, OF_THE_PRODUCT
from faults.products import FAULTS, outcome
from faults.striking import strike
from faults.world import EVERYTHING

OF_BOTH = {BOOKS: OF_THE_PRODUCT, INVOICE: OF_INVOICE}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(
    ("product", "endpoint"), [(product, name) for product, endpoints in OF_BOTH.items() for name in endpoints]
)
def test_what_comes_of_it_is_in_the_table_and_nothing_is_lost(world, usual, product, endpoint, fault):
    strike(world, OF_BOTH[product][endpoint], FAULTS[fault], outcome(endpoint, fault), usual[endpoint])


def slide(world, by):
    """Let rows slide to the front, or to the back below 0, as others edit between the first page and the second."""
    world.sandbox.plant_all([{"kind": "shift", "by": by, "path": LIST, "query": {"page": page}} for page in "23"])


def test_rows_that_come_twice_are_read_once(world, usual):
    slide(world, by=-5)

    assert world.go_on(EVERYTHING) == usual["page read ahead"].value


def test_a_row_that_slid_past_the_reader_comes_with_the_next_reading(world, usual):
    slide(world, by=1)
    first = world.go_on(EVERYTHING)

    second = world.go_on(EVERYTHING)

    assert len(first) == len(second) - 1
    assert second == usual["page read ahead"].value


def test_an_account_that_moved_is_read_where_it_is_now(world, usual):
    elsewhere = world.sandbox.url.replace("127.0.0.1", "localhost")
    world.sandbox.plant(kind="expire", path=LIST, query={"page": "2"})
    world.sandbox.plant(kind="alter", path="/oauth/v2/token", put={"api_domain": elsewhere})

    read = world.go_on(EVERYTHING)

    assert world.token.endpoint == elsewhere
    assert read == usual["page read ahead"].value


def test_an_account_that_is_said_to_be_nowhere_is_away(world):
    world.sandbox.plant(kind="expire", path=LIST, query={"page": "2"})
    world.sandbox.plant(kind="alter", path="/oauth/v2/token", put={"api_domain": "http://127.0.0.1:9"})

    with pytest.raises(Unavailable, match=r"127\.0\.0\.1:9 refuses connections"):
        world.go_on(EVERYTHING)
