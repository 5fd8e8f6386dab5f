"""The calls of the contract, over a real server."""

import json
from typing import Any

import grpc
import pytest

from contactd.domain.words import Severity
from contactd.store import notifications, tables, workspaces
from contactd_proto.v1 import (
    connection_pb2,
    connection_pb2_grpc,
    contact_pb2,
    contact_pb2_grpc,
    field_pb2,
    field_pb2_grpc,
    list_pb2,
    list_pb2_grpc,
    notification_pb2,
    notification_pb2_grpc,
    plugin_pb2,
    plugin_pb2_grpc,
    workspace_pb2,
    workspace_pb2_grpc,
)
from setup.served import refusal, served, violations

HOME = "workspaces/default"
BOOKS = f"{HOME}/connections/books"
UUID = "7d7f4d0c-6f0a-4f5e-9f43-0a4b5b1f9d11"


@pytest.fixture
def channel(parts, tmp_path):
    with served(parts, tmp_path) as channel:
        yield channel


@pytest.fixture
def connections(channel):
    return connection_pb2_grpc.ConnectionServiceStub(channel)


@pytest.fixture
def lists(channel):
    return list_pb2_grpc.ListServiceStub(channel)


@pytest.fixture
def books(connections, settings):
    request = connection_pb2.CreateConnectionRequest(
        parent=HOME, connection=connection_pb2.Connection(title="Books", kind="vendor", settings=settings)
    )
    return connections.CreateConnection(request)


def test_plugins_are_listed_and_the_broken_one_with_its_reason(channel):
    stub = plugin_pb2_grpc.PluginServiceStub(channel)

    plugins = stub.ListPlugins(plugin_pb2.ListPluginsRequest()).plugins

    assert [(plugin.name, plugin.state) for plugin in plugins] == [
        ("plugins/broken", plugin_pb2.Plugin.STATE_QUARANTINED),
        ("plugins/vendor", plugin_pb2.Plugin.STATE_READY),
    ]
    assert plugins[0].reason != ""
    assert stub.GetPlugin(plugin_pb2.GetPluginRequest(name="plugins/vendor")) == plugins[1]


def test_a_kind_tells_its_form(channel):
    stub = plugin_pb2_grpc.PluginServiceStub(channel)

    kind = stub.GetPlugin(plugin_pb2.GetPluginRequest(name="plugins/vendor")).kinds[0]

    assert (kind.id, kind.authorized, list(kind.capabilities)) == ("vendor", True, ["browser", "device", "fields"])
    assert [(row.id, row.type, row.required, row.default_value, row.address) for row in kind.settings] == [
        ("folder", plugin_pb2.SettingSchema.TYPE_TEXT, True, "", False),
        ("client_id", plugin_pb2.SettingSchema.TYPE_TEXT, True, "", False),
        ("client_secret", plugin_pb2.SettingSchema.TYPE_SECRET, True, "", False),
        ("accounts_url", plugin_pb2.SettingSchema.TYPE_TEXT, False, "", True),
        ("page", plugin_pb2.SettingSchema.TYPE_NUMBER, False, "10", False),
    ]
    assert [(module.id, module.title) for module in kind.modules] == [("contacts", "Customers")]
    assert [field.id for field in kind.modules[0].fields] == ["email", "company"]


def test_a_connection_is_made_authorized_and_enabled(connections, books):
    done = connections.CompleteAuthorization(connection_pb2.CompleteAuthorizationRequest(name=books.name, code="good"))
    seen = connections.ListOrganizations(connection_pb2.ListOrganizationsRequest(parent=books.name)).organizations
    chosen = connections.SelectOrganization(
        connection_pb2.SelectOrganizationRequest(name=books.name, organization_id=seen[0].id, etag=done.etag)
    )

    assert (books.name, books.state) == (BOOKS, connection_pb2.Connection.STATE_PENDING)
    assert (done.account_email, done.credential_generation) == ("owner@example.com", 1)
    assert [(one.id, one.title) for one in seen] == [("10", "Chinook"), ("20", "Northwind")]
    assert (chosen.state, chosen.organization.title) == (connection_pb2.Connection.STATE_ENABLED, "Chinook")
    assert connections.GetConnection(connection_pb2.GetConnectionRequest(name=BOOKS)) == chosen
    assert "hush-hush" not in str(chosen)


def test_every_bad_setting_is_told_with_its_path(connections):
    request = connection_pb2.CreateConnectionRequest(
        parent=HOME, connection=connection_pb2.Connection(title="Books", kind="vendor", settings={"hue": "red"})
    )

    error = refusal(connections.CreateConnection, request)

    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert violations(error) == [
        "connection.settings[hue]",
        "connection.settings[folder]",
        "connection.settings[client_id]",
        "connection.settings[client_secret]",
    ]


def test_a_wrong_code_is_told_at_its_field(connections, books):
    request = connection_pb2.CompleteAuthorizationRequest(name=books.name, code="wrong")

    error = refusal(connections.CompleteAuthorization, request)

    assert (error.code(), violations(error)) == (grpc.StatusCode.INVALID_ARGUMENT, ["code"])


def test_an_old_etag_is_refused(connections, books):
    connections.CompleteAuthorization(connection_pb2.CompleteAuthorizationRequest(name=books.name, code="good"))
    request = connection_pb2.SelectOrganizationRequest(name=books.name, organization_id="10", etag=books.etag)

    assert refusal(connections.SelectOrganization, request).code() is grpc.StatusCode.ABORTED


def test_an_unknown_connection_is_not_found_by_its_name(connections):
    error = refusal(connections.GetConnection, connection_pb2.GetConnectionRequest(name=f"{HOME}/connections/boks"))

    assert (error.code(), error.details()) == (grpc.StatusCode.NOT_FOUND, "no connection is called 'boks'")


def test_a_name_of_another_form_is_refused(connections):
    error = refusal(connections.GetConnection, connection_pb2.GetConnectionRequest(name="books"))

    assert (error.code(), violations(error)) == (grpc.StatusCode.INVALID_ARGUMENT, ["name"])


def test_lists_come_in_pages_at_one_revision(lists):
    for title in ("Alpha", "Beta", "Gamma"):
        lists.CreateList(list_pb2.CreateListRequest(parent=HOME, list=list_pb2.MailingList(title=title)))

    first = lists.ListLists(list_pb2.ListListsRequest(parent=HOME, page_size=2))
    rest = lists.ListLists(list_pb2.ListListsRequest(parent=HOME, page_size=2, page_token=first.next_page_token))

    assert [row.name for row in first.lists] == [f"{HOME}/lists/alpha", f"{HOME}/lists/beta"]
    assert [row.title for row in rest.lists] == ["Gamma"]
    assert rest.next_page_token == ""
    assert first.revision == rest.revision > 0


def test_the_same_request_makes_one_list(lists):
    request = list_pb2.CreateListRequest(parent=HOME, list=list_pb2.MailingList(title="All"), request_id=UUID)

    assert lists.CreateList(request) == lists.CreateList(request)
    assert len(lists.ListLists(list_pb2.ListListsRequest(parent=HOME)).lists) == 1


def test_a_list_is_told_by_its_name(lists):
    made = lists.CreateList(
        list_pb2.CreateListRequest(parent=HOME, list_id="all", list=list_pb2.MailingList(description="Everybody."))
    )

    assert lists.GetList(list_pb2.GetListRequest(name=f"{HOME}/lists/all")) == made
    assert (made.title, made.description, made.subscribed_count) == ("all", "Everybody.", 0)


def test_fields_come_with_the_built_in_ones_first(channel):
    stub = field_pb2_grpc.FieldServiceStub(channel)
    field = field_pb2.Field(title="Customer tier", type=field_pb2.FIELD_TYPE_NUMBER)
    made = stub.CreateField(field_pb2.CreateFieldRequest(parent=HOME, field=field))

    first = stub.ListFields(field_pb2.ListFieldsRequest(parent=HOME, page_size=3))
    rest = stub.ListFields(field_pb2.ListFieldsRequest(parent=HOME, page_token=first.next_page_token))

    assert [row.name.rpartition("/")[2] for row in first.fields] == ["email", "first-name", "last-name"]
    assert list(rest.fields) == [made]


def test_a_field_without_a_type_is_refused(channel):
    stub = field_pb2_grpc.FieldServiceStub(channel)

    error = refusal(stub.CreateField, field_pb2.CreateFieldRequest(parent=HOME, field=field_pb2.Field(title="x")))

    assert violations(error) == ["field.type"]


def test_the_workspace_is_there_from_the_start(channel):
    stub = workspace_pb2_grpc.WorkspaceServiceStub(channel)

    listed = stub.ListWorkspaces(workspace_pb2.ListWorkspacesRequest()).workspaces

    assert [(row.name, row.edition) for row in listed] == [(HOME, "open")]
    assert stub.GetWorkspace(workspace_pb2.GetWorkspaceRequest(name=HOME)) == listed[0]


@pytest.fixture
def people(parts, lists, clock):
    """Three contacts, of whom the first two are on the list `all`."""
    lists.CreateList(list_pb2.CreateListRequest(parent=HOME, list_id="all"))
    contact, member = tables.table(tables.Contact), tables.table(tables.ListMember)
    with parts.database.transaction() as tx:
        for number in (1, 2, 3):
            tx.execute(
                contact.insert().values(
                    id=number,
                    workspace_id=1,
                    email=f"Person{number}@example.com",
                    email_key=f"person{number}@example.com",
                    fields=json.dumps({"company": f"Company {number}", "vip": True}),
                    subscription_type="marketing",
                    created_at=clock(),
                    updated_at=clock(),
                    revision=tx.revision,
                )
            )
        for number in (1, 2):
            tx.execute(member.insert().values(list_id=1, contact_id=number, state="subscribed", revision=tx.revision))


@pytest.fixture
def contacts(channel, people):  # noqa: ARG001  they must be there first
    return contact_pb2_grpc.ContactServiceStub(channel)


def test_contacts_are_told_by_number_and_by_any_spelling_of_their_address(contacts):
    found = contacts.LookupContact(contact_pb2.LookupContactRequest(parent=HOME, email=" PERSON2@Example.COM "))

    assert found == contacts.GetContact(contact_pb2.GetContactRequest(name=f"{HOME}/contacts/2"))
    assert (found.email, list(found.lists)) == ("Person2@example.com", [f"{HOME}/lists/all"])
    assert (found.values["company"].string_value, found.values["vip"].bool_value) == ("Company 2", True)


def test_contacts_are_listed_for_a_workspace_and_for_a_list(contacts):
    everybody = contacts.ListContacts(contact_pb2.ListContactsRequest(parent=HOME)).contacts
    members = contacts.ListContacts(contact_pb2.ListContactsRequest(parent=HOME, list=f"{HOME}/lists/all")).contacts

    assert [row.name.rpartition("/")[2] for row in everybody] == ["1", "2", "3"]
    assert [row.name.rpartition("/")[2] for row in members] == ["1", "2"]


def test_a_page_token_of_one_list_is_no_use_for_another(contacts):
    first = contacts.ListContacts(contact_pb2.ListContactsRequest(parent=HOME, list=f"{HOME}/lists/all", page_size=1))
    request = contact_pb2.ListContactsRequest(parent=HOME, page_token=first.next_page_token)

    assert violations(refusal(contacts.ListContacts, request)) == ["page_token"]


@pytest.mark.parametrize(
    ("email", "code"),
    [("nobody@example.com", grpc.StatusCode.NOT_FOUND), ("nobody", grpc.StatusCode.INVALID_ARGUMENT)],
)
def test_an_address_that_nobody_has_is_not_repeated(contacts, email, code):
    error = refusal(contacts.LookupContact, contact_pb2.LookupContactRequest(parent=HOME, email=email))

    assert error.code() is code
    assert "nobody@" not in error.details()


def test_an_unknown_list_of_contacts_is_not_found(contacts):
    error = refusal(contacts.ListContacts, contact_pb2.ListContactsRequest(parent=HOME, list=f"{HOME}/lists/some"))

    assert error.details() == "no list is called 'some'; make it with `contactctl lists create some`"


def test_notifications_are_counted_and_marked_as_read(parts, channel):
    with parts.database.transaction() as tx:
        home = workspaces.get(tx, "default")
        note: dict[str, Any] = {
            "workspace_id": home.id,
            "kind": "run_failed",
            "severity": Severity.ERROR,
            "sync_id": None,
        }
        for message in ("one", "two", "three"):
            notifications.create(tx, **note, message=message, run_id=None)
    stub = notification_pb2_grpc.NotificationServiceStub(channel)
    request = notification_pb2.ListNotificationsRequest(parent=HOME, unread_only=True, page_size=2)

    first = stub.ListNotifications(request)
    read = stub.MarkNotificationRead(notification_pb2.MarkNotificationReadRequest(name=first.notifications[0].name))
    rest = stub.ListNotifications(
        notification_pb2.ListNotificationsRequest(
            parent=HOME, unread_only=True, page_size=2, page_token=first.next_page_token
        )
    )

    assert [row.message for row in first.notifications] == ["three", "two"]
    assert first.unread_count == 3
    assert (read.message, read.read) == ("three", True)
    assert [row.message for row in rest.notifications] == ["one"]
    assert rest.unread_count == 2
