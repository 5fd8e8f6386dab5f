"""Every endpoint of the products, struck by every fault (FACTS.md "3.2", "3.3")."""

import pytest

from faults.endpoints import OF_THE_PRODUCT
from faults.products import FAULTS, outcome
from faults.striking import strike


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("endpoint", OF_THE_PRODUCT)
def test_what_comes_of_it_is_in_the_table_and_nothing_is_lost(world, usual, endpoint, fault):
    strike(world, OF_THE_PRODUCT[endpoint], FAULTS[fault], outcome(endpoint, fault), usual[endpoint])
