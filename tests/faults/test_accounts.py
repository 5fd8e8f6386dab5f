"""Every endpoint of Zoho Accounts, struck by every fault (FACTS.md "1.8")."""

import pytest

from faults.accounts import FAULTS, outcome
from faults.endpoints import OF_ACCOUNTS
from faults.striking import strike


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("endpoint", OF_ACCOUNTS)
def test_what_comes_of_it_is_in_the_table_and_nothing_is_lost(world, usual, endpoint, fault):
    strike(world, OF_ACCOUNTS[endpoint], FAULTS[fault], outcome(endpoint, fault), usual[endpoint])
