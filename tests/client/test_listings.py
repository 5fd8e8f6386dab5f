"""Listings and single things: what is asked for, what people see, what programs get."""

import json

import pytest

from contactd_proto.v1.connection_pb2 import ListConnectionsResponse, ListOrganizationsResponse
from contactd_proto.v1.contact_pb2 import Contact, ListContactsResponse
from contactd_proto.v1.daemon_pb2 import ListDaemonsResponse
from contactd_proto.v1.field_pb2 import ListFieldsResponse
from contactd_proto.v1.list_pb2 import ListListsResponse
from contactd_proto.v1.notification_pb2 import ListNotificationsResponse
from contactd_proto.v1.plugin_pb2 import ListPluginsResponse
from contactd_proto.v1.run_pb2 import ListRunsResponse, ListSkippedRecordsResponse
from contactd_proto.v1.sync_pb2 import (
    ListSourceFieldsResponse,
    ListSyncsResponse,
)
from contactd_proto.v1.workspace_pb2 import ListWorkspacesResponse
from fakes import sample_answers as sample
from fakes.daemons import MISSED, SERVER, WORKING

SEEN_COUNTS = "   67     56        2          3        1        5"
MISSPELT = "gnail.com is a misspelling of gmail.com"
#: Command, call, answer, and a line that people see of it.
LISTINGS = [
    (
        "plugins list",
        "ListPlugins",
        ListPluginsResponse(plugins=[sample.READY, sample.BROKEN]),
        "Zoho Books (zoho-books)  ready        zoho-books  0.1.0",
    ),
    (
        "connections list",
        "ListConnections",
        ListConnectionsResponse(connections=[sample.ENABLED]),
        "main        Chinook  zoho-books  enabled  Chinook Records",
    ),
    (
        "connections organizations main",
        "ListOrganizations",
        ListOrganizationsResponse(organizations=sample.ORGANIZATIONS),
        "10234695      Chinook Records  Europe/Brussels  yes",
    ),
    (
        "lists list",
        "ListLists",
        ListListsResponse(lists=[sample.CUSTOMERS]),
        "customers  Customers        1234  All of them",
    ),
    (
        "fields list",
        "ListFields",
        ListFieldsResponse(fields=[sample.EMAIL, sample.MOBILE]),
        "email   E-mail  email  built_in",
    ),
    (
        "fields source main",
        "ListSourceFields",
        ListSourceFieldsResponse(fields=sample.SOURCE_FIELDS),
        "billing_fax   Fax     phone  no      a call each",
    ),
    (
        "syncs list",
        "ListSyncs",
        ListSyncsResponse(syncs=[sample.ACTIVE]),
        "books-main  main        customers  active  succeeded  2026-03-09 12:00  held",
    ),
    (
        "runs list",
        "ListRuns",
        ListRunsResponse(runs=[sample.RUN]),
        f"books-main/12  2026-03-09 09:00  first    incremental  succeeded  {SEEN_COUNTS}",
    ),
    (
        "runs skipped 12",
        "ListSkippedRecords",
        ListSkippedRecordsResponse(records=[sample.SKIPPED]),
        f"460000000026049  John Gordon  john@gnail.com  skipped  invalid_pattern  john@gmail.com  {MISSPELT}",
    ),
    (
        "contacts list",
        "ListContacts",
        ListContactsResponse(contacts=[sample.ANA]),
        "      1  ana@chinook.example  Ana Silva  marketing  customers",
    ),
    (
        "notifications list",
        "ListNotifications",
        ListNotificationsResponse(notifications=[sample.NEWS]),
        "  3  2026-03-09 09:01  info      books-main has synced 67 records  books-main/12  new",
    ),
    (
        "workspaces list",
        "ListWorkspaces",
        ListWorkspacesResponse(workspaces=[sample.WORKSPACE]),
        "default    Default  open",
    ),
    (
        "daemons list",
        "ListDaemons",
        ListDaemonsResponse(daemons=[WORKING, MISSED]),
        "a1b2c3d4  alpha    worker   there                        2026-03-09 07:00  0.1.0    zoho-books  books-main/12",
    ),
]
#: Command, call, answer, and some facts that people see of it.
VIEWS = [
    ("plugins show zoho-books", "GetPlugin", sample.READY, ["Can also       fields, organizations"]),
    (
        "connections show main",
        "GetConnection",
        sample.ENABLED,
        [
            "Organization  Chinook Records (10234695)",
            "warning: the account's address is not the workspace's own",
        ],
    ),
    ("lists show customers", "GetList", sample.CUSTOMERS, ["Subscribed   1,234"]),
    ("runs show 12", "GetRun", sample.RUN, ["State    succeeded", "skipped: empty_email            3"]),
    ("contacts show 1", "GetContact", sample.ANA, ["outstanding  12.5", "first-name   Ana"]),
    ("contacts show ana@chinook.example", "LookupContact", sample.ANA, ["Status       live"]),
    ("notifications read 3", "MarkNotificationRead", sample.NEWS, ["Run       books-main/12"]),
    ("workspaces show", "GetWorkspace", sample.WORKSPACE, ["Contact limit          none"]),
    ("workspaces show default", "GetWorkspace", sample.WORKSPACE, ["Edition                open"]),
    (
        "info",
        "GetServerInfo",
        SERVER,
        ["Role       control", "Your role  admin", "Store      sqlite, shape 0001"],
    ),
]


@pytest.mark.parametrize(("command", "call", "answer", "line"), LISTINGS, ids=[row[0] for row in LISTINGS])
def test_a_listing_is_a_table_for_people(daemon, contactctl, command, call, answer, line) -> None:
    daemon.answers[call] = answer

    ran = contactctl(*command.split())

    assert (ran.code, ran.err) == (0, "")
    assert line in ran.out.splitlines()


@pytest.mark.parametrize(("command", "call", "answer", "_line"), LISTINGS, ids=[row[0] for row in LISTINGS])
def test_a_listing_is_an_array_for_programs(daemon, contactctl, command, call, answer, _line) -> None:
    daemon.answers[call] = answer

    ran = contactctl(*command.split(), "--json")

    entries = json.loads(ran.out)
    assert isinstance(entries, list)
    assert len(entries) == max(len(value) for field, value in answer.ListFields() if field.is_repeated)


@pytest.mark.parametrize(("command", "call", "answer", "_line"), LISTINGS, ids=[row[0] for row in LISTINGS])
def test_an_empty_listing_says_so(daemon, contactctl, command, call, answer, _line) -> None:
    daemon.answers[call] = type(answer)()

    people, programs = contactctl(*command.split()), contactctl("--json", *command.split())

    assert len(people.out.splitlines()) == 1
    assert json.loads(programs.out) == []


@pytest.mark.parametrize(("command", "call", "answer", "facts"), VIEWS, ids=[row[0] for row in VIEWS])
def test_a_thing_is_shown_with_its_facts(daemon, contactctl, command, call, answer, facts) -> None:
    daemon.answers[call] = answer

    ran = contactctl(*command.split())

    assert (ran.code, ran.err) == (0, "")
    assert set(facts) - {line.strip() for line in ran.out.splitlines()} == set()


@pytest.mark.parametrize(("command", "call", "answer", "_facts"), VIEWS, ids=[row[0] for row in VIEWS])
def test_a_thing_is_one_document_for_programs(daemon, contactctl, command, call, answer, _facts) -> None:
    daemon.answers[call] = answer

    ran = contactctl(*command.split(), "--json")

    document = json.loads(ran.out)
    assert set(document) >= {field.name for field, _ in answer.ListFields()}


@pytest.mark.parametrize(
    ("command", "call", "asked"),
    [
        ("plugins show zoho-books", "GetPlugin", {"name": "plugins/zoho-books"}),
        ("connections show main", "GetConnection", {"name": "workspaces/default/connections/main"}),
        ("connections organizations main", "ListOrganizations", {"parent": "workspaces/default/connections/main"}),
        ("lists show customers", "GetList", {"name": "workspaces/default/lists/customers"}),
        ("fields source main --module items", "ListSourceFields", {"module": "items"}),
        ("contacts show 7", "GetContact", {"name": "workspaces/default/contacts/7"}),
        ("contacts show a@b.c", "LookupContact", {"parent": "workspaces/default", "email": "a@b.c"}),
        ("contacts list --list customers", "ListContacts", {"list": "workspaces/default/lists/customers"}),
        ("contacts list --limit 5", "ListContacts", {"list": "", "page_size": 6}),
        ("contacts list --limit 0", "ListContacts", {"page_size": 1000}),
        ("notifications list --unread", "ListNotifications", {"unread_only": True}),
        ("notifications read 3", "MarkNotificationRead", {"name": "workspaces/default/notifications/3"}),
        ("runs list", "ListRuns", {"parent": "workspaces/default/syncs/-"}),
        ("runs list books-main", "ListRuns", {"parent": "workspaces/default/syncs/books-main"}),
        ("runs show 12", "GetRun", {"name": "workspaces/default/syncs/-/runs/12"}),
        ("workspaces show sales", "GetWorkspace", {"name": "workspaces/sales"}),
        ("syncs preview x --limit 9", "PreviewSync", {"name": "workspaces/default/syncs/x", "limit": 9}),
    ],
)
def test_what_people_type_becomes_what_the_contract_wants(daemon, contactctl, command, call, asked) -> None:
    contactctl(*command.split())

    (request,) = daemon.requests(call)
    assert {field: getattr(request, field) for field in asked} == asked


def test_all_pages_are_asked_for(daemon, contactctl) -> None:
    pages = {
        "": ListSyncsResponse(syncs=[sample.ACTIVE], next_page_token="two"),
        "two": ListSyncsResponse(syncs=[sample.DRAFT]),
    }
    daemon.answers["ListSyncs"] = lambda request: pages[request.page_token]

    ran = contactctl("syncs", "list")

    assert len(ran.out.splitlines()) == 3


def test_a_long_listing_says_that_there_is_more(daemon, contactctl) -> None:
    many = [Contact(name=f"workspaces/default/contacts/{number}") for number in range(1, 102)]
    daemon.answers["ListContacts"] = ListContactsResponse(contacts=many)

    people, programs = contactctl("contacts", "list"), contactctl("contacts", "list", "--json")

    assert len(people.out.splitlines()) == 101
    assert people.err == "only the first 100 are shown; --limit 0 shows all\n"
    assert len(json.loads(programs.out)) == 101
    assert programs.err == ""


def test_a_listing_longer_than_a_page_of_drawing_has_one_header(daemon, contactctl) -> None:
    many = [Contact(name=f"workspaces/default/contacts/{number}") for number in range(1, 2502)]
    daemon.answers["ListContacts"] = ListContactsResponse(contacts=many)

    ran = contactctl("contacts", "list", "--limit", "0")

    assert len(ran.out.splitlines()) == 2502
