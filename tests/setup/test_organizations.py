"""The organizations of an account, and choosing one."""

import pytest

from contactd.domain.refusals import Away, Conflict, Fault, Invalid, NotFound, Stale
from contactd.domain.words import ConnectionState
from contactd.engine.accounts import connections
from contactd.store import tables, workspaces
from contactd_sdk import Secret
from setup.steps import BY, authorized, enabled, events, set_workspace


def test_organizations_want_consent_first(parts, books):
    with pytest.raises(Conflict) as caught:
        connections.organizations(parts, "default", books.name)

    assert "contactctl connections authorize books" in caught.value.message


def test_a_token_that_died_early_is_replaced_once(parts, books, vendor):
    authorized(parts, books)
    vendor.change(dead=["token 1 for grant of good"])

    seen = connections.organizations(parts, "default", books.name)

    assert len(seen) == 2
    assert vendor.calls[:4] == ["complete", "refresh", "account", "organizations"]
    assert vendor.calls[4:] == ["organizations", "refresh", "organizations"]


def test_the_only_organization_of_an_account_is_chosen_by_itself(parts, books, vendor):
    vendor.change(organizations={"10": "Chinook"})

    connection = authorized(parts, books)

    assert (connection.state, connection.organization_id) == (ConnectionState.ENABLED, "10")
    assert events(parts)[-1] == "connection_enabled"


def test_one_that_the_edition_allows_no_more_is_left_to_be_chosen(parts, books, more, vendor):
    set_workspace(parts, edition="campaigns")
    vendor.change(organizations={"10": "Chinook"})
    authorized(parts, books)

    connection = authorized(parts, more, code=Secret("better"))

    assert (connection.state, connection.organization_id) == (ConnectionState.PENDING, "")


def test_consent_by_an_account_that_does_not_see_the_organization_in_use_is_warned_of(parts, books, vendor):
    enabled(parts, books)
    vendor.change(organizations={"30": "Sakila"})

    connection = authorized(parts, books, code=Secret("better"))

    assert (connection.state, connection.organization_id) == (ConnectionState.ENABLED, "10")
    assert "does not see the organization 'Chinook' (10)" in connection.warnings[-1]


def test_choosing_an_organization_enables_the_connection(parts, books):
    connection = enabled(parts, books)

    assert (connection.state, connection.organization_id, connection.organization_name) == (
        ConnectionState.ENABLED,
        "10",
        "Chinook",
    )
    assert events(parts)[-1] == "connection_enabled"


def test_choosing_it_again_changes_nothing(parts, books):
    first = enabled(parts, books)

    again = connections.select(parts, "default", books.name, organization_id="10", by=BY)

    assert again == first


def test_an_organization_that_the_account_cannot_see_is_refused_naming_those_it_sees(parts, books):
    authorized(parts, books)

    with pytest.raises(Invalid) as caught:
        connections.select(parts, "default", books.name, organization_id="99", by=BY)

    assert caught.value.faults == (
        Fault(
            "organization_id",
            "the account of connection 'books' sees no organization '99'; "
            "choose one that it sees: '10' (Chinook), '20' (Northwind)",
        ),
    )


def test_a_connection_keeps_its_organization(parts, books):
    enabled(parts, books)

    with pytest.raises(Conflict) as caught:
        connections.select(parts, "default", books.name, organization_id="20", by=BY)

    assert caught.value.message == (
        "the connection 'books' reads organization 'Chinook' already; create another connection for 'Northwind'"
    )


def test_an_account_without_organizations_is_enabled_by_choosing_none(parts, books, vendor):
    vendor.change(organizations={})

    connection = enabled(parts, books, organization="")

    assert (connection.state, connection.organization_id) == (ConnectionState.ENABLED, "")


def test_one_edition_allows_one_organization_of_a_kind(parts, books, more):
    enabled(parts, books)
    set_workspace(parts, edition="campaigns")

    with pytest.raises(Conflict) as caught:
        enabled(parts, more, "20")

    assert caught.value.reason == "ORGANIZATION_ALREADY_CONNECTED"
    assert "connection 'books' reads organization 'Chinook' already" in caught.value.message


def test_the_open_edition_allows_any_number_of_them(parts, books, more):
    enabled(parts, books)

    assert enabled(parts, more, "20").state is ConnectionState.ENABLED


def test_a_choice_made_on_an_old_reading_is_refused(parts, books):
    authorized(parts, books)

    with pytest.raises(Stale) as caught:
        connections.select(parts, "default", books.name, organization_id="10", etag=str(books.version), by=BY)

    assert caught.value.message == ("the connection 'books' was changed since it was read; read it again and repeat")


def test_a_new_grant_ends_a_refused_credential(parts, books, vendor, clock):
    enabled(parts, books)
    clock.pass_seconds(3600)
    vendor.trouble(refresh="auth")
    with pytest.raises(Conflict):
        connections.organizations(parts, "default", books.name)
    vendor.trouble()

    connection = authorized(parts, books, code=Secret("better"))

    assert (connection.state, connection.credential_generation) == (ConnectionState.ENABLED, 2)


def test_names_of_other_workspaces_are_not_found(parts, books):
    with pytest.raises(NotFound) as caught:
        connections.organizations(parts, "elsewhere", books.name)

    assert caught.value.message == "no workspace is called 'elsewhere'"


def test_earlier_connections_come_first_in_priority(parts, books, more):
    with parts.database.reading() as r:
        home = workspaces.get(r, "default")
        rows = r.rows(tables.table(tables.Connection).select().order_by("priority"))

    assert [(row.name, row.workspace_id) for row in rows] == [(books.name, home.id), (more.name, home.id)]


def test_an_account_that_nobody_could_ask_is_asked_before_it_is_enabled(parts, books, vendor):
    set_workspace(parts, edition="campaigns", owner_emails='["owner@example.com"]')
    vendor.trouble(account="away")
    with pytest.raises(Away):
        authorized(parts, books)
    vendor.trouble()

    connection = connections.select(parts, "default", books.name, organization_id="10", by=BY)

    assert (connection.state, connection.account_email) == (ConnectionState.ENABLED, "owner@example.com")


def test_an_account_of_somebody_else_is_not_enabled_either(parts, books, vendor):
    set_workspace(parts, edition="campaigns", owner_emails='["owner@example.com"]')
    vendor.trouble(account="away")
    with pytest.raises(Away):
        authorized(parts, books)
    vendor.trouble()
    vendor.change(email="stranger@example.com")

    with pytest.raises(Conflict) as caught:
        connections.select(parts, "default", books.name, organization_id="10", by=BY)

    assert caught.value.reason == "EMAIL_MISMATCH"
