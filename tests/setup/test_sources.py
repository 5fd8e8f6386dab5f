"""Opening sources: what a child is given, and what is refused before one starts."""

import pytest

from contactd.domain.refusals import Away, Conflict, Fault, Invalid
from contactd.domain.words import ConnectionState
from contactd.engine.accounts import connections
from contactd.engine.accounts.sources import REMEDIES, Sources
from contactd_sdk import Window
from setup.steps import BY, enabled

WINDOW = Window("contacts", frozenset({"email"}))


@pytest.fixture
def books(parts, books):
    return enabled(parts, books)


def values(parts, connection):
    with Sources(parts).open(connection.id) as source:
        return [record.values for page in source.pages(None, WINDOW) for record in page.records]


def test_a_source_whose_account_consented_is_given_a_token_and_no_secret(parts, books):
    assert values(parts, books) == [{"token": "token 1 for grant of good", "organization": "10", "secret": ""}]


def test_a_source_without_consent_is_given_its_secret_settings(parts):
    plain = connections.create(parts, "default", kind="plain", settings={"key": "k3y"}, name="plain", by=BY)

    assert values(parts, plain) == [{"key": "k3y"}]


def test_a_pending_connection_is_refused_with_what_to_do(parts, settings):
    books = connections.create(parts, "default", kind="vendor", settings=settings, name="books", by=BY)

    with pytest.raises(Conflict) as caught:
        Sources(parts).open(books.id)

    assert caught.value.message == (
        "the connection 'books' is pending: complete its authorization and choose an organization first"
    )


def test_every_state_but_enabled_has_a_remedy():
    assert set(REMEDIES) == set(ConnectionState)
    assert [state for state, remedy in REMEDIES.items() if not remedy] == [ConnectionState.ENABLED]


def test_what_a_source_tells_of_a_field_counts_more_than_what_was_known(parts, books):
    fields = Sources(parts).fields(books.id, "contacts")

    assert [(field.name, field.title) for field in fields] == [
        ("email", "E-mail address"),
        ("company", "Company"),
        ("cf_tier", "Tier"),
        ("cf_since", "Since"),
    ]


def test_a_kind_that_knows_its_fields_starts_no_child(parts):
    plain = connections.create(parts, "default", kind="plain", settings={"key": "k"}, name="plain", by=BY)
    parts.pool.close()

    fields = Sources(parts).fields(plain.id, "contacts")

    assert [field.name for field in fields] == ["email"]


def test_a_module_that_the_kind_does_not_have_is_refused(parts, books):
    with pytest.raises(Invalid) as caught:
        Sources(parts).fields(books.id, "invoices")

    assert caught.value.faults == (Fault("module", "vendor has no module 'invoices'; it has contacts"),)


def test_a_source_that_is_away_is_told_as_away(parts, books, vendor):
    vendor.trouble(fields="away")

    with pytest.raises(Away) as caught:
        Sources(parts).fields(books.id, "contacts")

    assert caught.value.message == "the vendor does not answer"


def test_a_refused_account_is_told_as_such(parts, books, vendor, clock):
    clock.pass_seconds(3600)
    vendor.trouble(refresh="auth")

    with pytest.raises(Conflict) as caught:
        Sources(parts).fields(books.id, "contacts")

    assert caught.value.reason == "CREDENTIAL_INVALID"


def test_a_stopping_daemon_says_so(parts, books):
    parts.pool.close()

    with pytest.raises(Away) as caught:
        Sources(parts).fields(books.id, "contacts")

    assert caught.value.reason == "STOPPING"
