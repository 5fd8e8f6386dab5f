"""Connections: their settings, and what a kind asks of them."""

from pathlib import Path

import pytest

from contactd.domain.refusals import Conflict, Exists, Fault, Invalid, NotFound
from contactd.domain.words import ConnectionState
from contactd.engine.accounts import connections
from contactd.engine.requests import Asking
from setup.steps import BY, enabled

UUID = "7d7f4d0c-6f0a-4f5e-9f43-0a4b5b1f9d11"


def test_a_new_connection_is_pending_and_shows_no_secret(books):
    assert (books.name, books.title, books.kind, books.state) == ("books", "books", "vendor", ConnectionState.PENDING)
    assert set(books.settings) == {"folder", "client_id"}


def test_the_store_file_holds_no_secret(parts, books):
    enabled(parts, books)
    parts.database.close()

    octets = b"".join(path.read_bytes() for path in Path(parts.database.place).parent.iterdir())

    assert b"our client" in octets
    for secret in (b"hush-hush", b"grant of good", b"token 1"):
        assert secret not in octets


def test_a_kind_without_consent_is_enabled_at_once(parts):
    connection = connections.create(parts, "default", kind="plain", settings={"key": "k"}, title="Plain One", by=BY)

    assert (connection.name, connection.title, connection.state) == ("plain-one", "Plain One", ConnectionState.ENABLED)
    assert connection.settings == {}


def test_an_unknown_kind_is_refused_naming_those_there_are(parts):
    with pytest.raises(NotFound) as caught:
        connections.create(parts, "default", kind="zoho-boks", settings={}, by=BY)

    assert caught.value.message == "no plugin kind is called 'zoho-boks'; there is 'plain', 'vendor'"


def test_a_kind_whose_plugin_is_broken_is_refused_with_the_reason(parts):
    with pytest.raises(Conflict) as caught:
        connections.create(parts, "default", kind="broken", settings={}, by=BY)

    assert caught.value.reason == "PLUGIN_QUARANTINED"


def test_every_fault_of_a_new_connection_is_told_at_once(parts):
    with pytest.raises(Invalid) as caught:
        connections.create(
            parts,
            "default",
            kind="vendor",
            name="My Books",
            settings={"client_id": "x", "page": "ten", "hue": "red", "accounts_url": "accounts"},
            by=BY,
        )

    assert [fault.field for fault in caught.value.faults] == [
        "connection_id",
        "connection.settings[hue]",
        "connection.settings[folder]",
        "connection.settings[client_secret]",
        "connection.settings[accounts_url]",
        "connection.settings[page]",
    ]


def test_an_address_must_be_one_of_the_vendor_or_of_the_configuration(parts, settings):
    with pytest.raises(Invalid) as caught:
        connections.create(
            parts,
            "default",
            kind="vendor",
            settings={**settings, "accounts_url": "http://10.0.0.7:4000"},
            name="x",
            by=BY,
        )

    assert caught.value.faults == (
        Fault(
            "connection.settings[accounts_url]",
            "setting 'accounts_url' names '10.0.0.7:4000', which is not a host of vendor; "
            "allow it in the daemon's configuration under [plugins.vendor] hosts",
        ),
    )


@pytest.mark.parametrize("address", ["https://accounts.vendor.example/oauth", "http://127.0.0.1:4000"])
def test_an_address_of_the_vendor_or_of_the_configuration_is_taken(parts, settings, address):
    connection = connections.create(
        parts, "default", kind="vendor", settings={**settings, "accounts_url": address}, name="x", by=BY
    )

    assert connection.settings["accounts_url"] == address


def test_an_id_is_used_once(parts, books, settings):
    with pytest.raises(Exists) as caught:
        connections.create(parts, "default", kind="vendor", settings=settings, name=books.name, by=BY)

    assert caught.value.message == "there is a connection called 'books' already; choose another id"


def test_the_same_request_makes_one_connection(parts, settings):
    asking = Asking(UUID, b"body")
    first = connections.create(parts, "default", kind="vendor", settings=settings, title="Books", by=BY, asking=asking)

    again = connections.create(parts, "default", kind="vendor", settings=settings, title="Books", by=BY, asking=asking)

    assert again == first
