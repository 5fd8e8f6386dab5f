"""The data centers and the settings that choose one."""

from typing import Any

import pytest

from contactd_sdk import Misconfigured, Secret
from contactd_sdk.settings import check, schema
from contactd_zoho.centers import CENTERS, VENDOR_HOSTS, accounts_address, center_of
from contactd_zoho.settings import CODES, ZohoSettings


def settings(**given: Any) -> ZohoSettings:
    return ZohoSettings(client_id="1000.X", client_secret=Secret("s"), **given)


def test_the_united_states_are_the_default() -> None:
    assert accounts_address(settings()) == "https://accounts.zoho.com"


def test_canada_keeps_its_accounts_under_another_domain_than_its_api() -> None:
    assert accounts_address(settings(data_center="ca")) == "https://accounts.zohocloud.ca"
    assert CENTERS["ca"].api_host == "www.zohoapis.ca"


def test_every_data_center_has_two_hosts_of_its_own() -> None:
    assert len(set(VENDOR_HOSTS)) == 2 * len(CENTERS) == 18


def test_an_address_that_is_set_comes_first() -> None:
    assert accounts_address(settings(accounts_url="http://127.0.0.1:8080/")) == "http://127.0.0.1:8080"


def test_an_unknown_data_center_is_told_with_those_there_are() -> None:
    with pytest.raises(Misconfigured) as fault:
        center_of(settings(data_center="mars"))

    assert fault.value.setting == "data_center"
    assert "'mars'" in str(fault.value)
    assert "us, eu, in, au, jp, ca, sa, cn, uk" in str(fault.value)


def test_a_client_is_all_that_must_be_given() -> None:
    assert check(schema(ZohoSettings), {"client_id": "1000.X", "client_secret": "s"}) == ()
    assert [fault.name for fault in check(schema(ZohoSettings), {})] == ["client_id", "client_secret"]


def test_every_data_center_that_can_be_chosen_is_known() -> None:
    assert tuple(CENTERS) == CODES
