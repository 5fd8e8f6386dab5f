"""Ids that people choose, and hosts that kinds may be pointed at."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactd.domain.refusals import Exists
from contactd.engine import ids
from contactd.engine.accounts import hosts

VENDOR = ("accounts.vendor.example", "*.api.vendor.example", "odd.vendor.example:8443")
ALLOWED = frozenset({"127.0.0.1", "proxy.example:3128", "[::1]:4000", "*.lab.example"})


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Books Main", "books-main"),
        ("  Ärzte & Kunden (2026) ", "arzte-kunden-2026"),
        ("3 lists", "lists"),
        ("Клиенты", ""),
        ("x" * 80, "x" * 63),
    ],
)
def test_a_title_becomes_an_id(title, slug):
    assert ids.slug(title) == slug


@given(st.text(max_size=100))
def test_every_title_becomes_an_id_or_nothing(title):
    assert re.fullmatch(r"([a-z][a-z0-9-]{0,62})?", ids.slug(title))


def test_a_title_without_a_latin_letter_is_called_after_its_noun():
    assert ids.chosen("", "Клиенты", noun="list", taken=lambda _: False) == "list"


def test_a_taken_id_that_was_made_is_numbered():
    taken = {"books", "books-2"}

    assert ids.chosen("", "Books", noun="list", taken=taken.__contains__) == "books-3"


def test_a_numbered_id_is_not_too_long():
    long = "x" * 63

    assert ids.free(long, taken={long}.__contains__) == "x" * 61 + "-2"


def test_a_taken_id_that_was_chosen_is_refused():
    with pytest.raises(Exists):
        ids.chosen("books", "", noun="list", taken={"books"}.__contains__)


@pytest.mark.parametrize("name", ["Books", "1st", "a_b", "-a", "a" * 64, "a/b", "é"])
def test_what_cannot_be_an_id_is_told(name):
    faults = ids.id_faults(name, "", noun="list", id_field="list_id", title_field="list.title")

    assert [fault.field for fault in faults] == ["list_id"]


@pytest.mark.parametrize("title", ["", "  ", "x" * 201, "two\nlines", "\x1b[31mred"])
def test_what_cannot_be_a_title_is_told(title):
    faults = ids.id_faults("", title, noun="list", id_field="list_id", title_field="list.title")

    assert [fault.field for fault in faults] == ["list.title"]


@pytest.mark.parametrize(
    "address",
    [
        "https://accounts.vendor.example",
        "https://ACCOUNTS.vendor.example:443/oauth/v2",
        "https://eu.api.vendor.example",
        "https://odd.vendor.example:8443",
        "http://127.0.0.1",
        "http://127.0.0.1:55555/",
        "http://proxy.example:3128",
        "http://[::1]:4000",
        "https://a.b.lab.example:9",
    ],
)
def test_these_addresses_may_be_used(address):
    assert hosts.fault(address, kind="vendor", vendor=VENDOR, allowed=ALLOWED) is None


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example",
        "https://accounts.vendor.example.evil.example",
        "https://evilaccounts.vendor.example",
        "https://api.vendor.example",
        "https://accounts.vendor.example:8443",
        "https://odd.vendor.example",
        "http://proxy.example:3129",
        "http://[::1]:4001",
        "https://lab.example",
    ],
)
def test_these_hosts_may_not_be_used(address):
    fault = hosts.fault(address, kind="vendor", vendor=VENDOR, allowed=ALLOWED)

    assert fault is not None
    assert fault.endswith(
        "which is not a host of vendor; allow it in the daemon's configuration under [plugins.vendor] hosts"
    )


@pytest.mark.parametrize(
    "address",
    [
        "",
        "accounts.vendor.example",
        "ftp://accounts.vendor.example",
        "https://",
        "https://accounts.vendor.example@evil.example",
        "https://user@accounts.vendor.example",
        "https://evil.example\\@accounts.vendor.example",
        "https://accounts.vendor.example:port",
        "https://accounts.vendor.example:",
        "https://[::1",
        "https://accounts.vendor.example:99999999",
    ],
)
def test_these_are_no_addresses(address):
    fault = hosts.fault(address, kind="vendor", vendor=VENDOR, allowed=ALLOWED)

    assert fault == "must be an address such as https://accounts.example.com"


def test_a_vendors_own_host_is_spoken_to_in_secret_only():
    fault = hosts.fault("http://odd.vendor.example:8443", kind="vendor", vendor=VENDOR, allowed=ALLOWED)

    assert fault == "must begin with https://"
