"""The commands that change something: what exactly they send."""

import json
from uuid import UUID

import pytest
from google.protobuf.json_format import MessageToDict

from contactd_proto.v1.contact_pb2 import SUBSCRIPTION_TYPE_NON_MARKETING
from contactd_proto.v1.field_pb2 import FIELD_TYPE_PHONE, FieldType
from contactd_proto.v1.plugin_pb2 import ListPluginsResponse
from contactd_proto.v1.run_pb2 import RunMode
from contactd_proto.v1.sync_pb2 import (
    FieldFault,
    InitiateSyncResponse,
    MappingLine,
    Schedule,
    SyncWarning,
    ValidateSyncResponse,
)
from fakes import sample_answers as sample

CREATE = ("syncs", "create", "books-main", "--connection", "main", "--list", "customers")
CONNECT = ("connections", "create", "main", "--kind", "zoho-books")


def sent(message: object) -> dict[str, object]:
    """Give what was sent, without the request id that is new each time."""
    fields = MessageToDict(message, preserving_proto_field_name=True)
    UUID(fields.pop("request_id"))
    return fields


@pytest.fixture
def secret_file(tmp_path):
    file = tmp_path / "secret"
    file.write_text("hunter2\n")
    return file


def test_a_list_is_made(daemon, contactctl) -> None:
    daemon.answers["CreateList"] = sample.CUSTOMERS

    ran = contactctl("lists", "create", "customers", "--title", "Customers", "--description", "All of them")

    assert ran.code == 0
    assert sent(daemon.requests("CreateList")[0]) == {
        "parent": "workspaces/default",
        "list_id": "customers",
        "list": {"title": "Customers", "description": "All of them"},
    }


def test_what_has_no_title_is_titled_like_its_id(daemon, contactctl) -> None:
    contactctl("lists", "create", "customers")

    assert daemon.requests("CreateList")[0].list.title == "customers"


def test_what_has_no_id_gets_one_from_the_daemon(daemon, contactctl) -> None:
    contactctl("lists", "create", "--title", "Our Customers")

    assert daemon.requests("CreateList")[0].list_id == ""


def test_a_field_is_made(daemon, contactctl) -> None:
    daemon.answers["CreateField"] = sample.MOBILE

    ran = contactctl("fields", "create", "mobile", "--title", "Mobile", "--type", "phone")

    assert "mobile" in ran.out
    request = daemon.requests("CreateField")[0]
    assert (request.field_id, request.field.title, request.field.type) == ("mobile", "Mobile", FIELD_TYPE_PHONE)


def test_every_type_of_the_contract_can_be_said() -> None:
    from contactctl.commands.fields import TYPES

    assert [f"FIELD_TYPE_{name.upper()}" for name in TYPES] == list(FieldType.keys())[1:]


def test_a_connection_takes_its_secrets_from_files(daemon, contactctl, secret_file) -> None:
    daemon.answers |= {
        "ListPlugins": ListPluginsResponse(plugins=[sample.READY]),
        "CreateConnection": sample.PENDING,
    }

    ran = contactctl(
        *CONNECT,
        *("--title", "Chinook", "--set", "client_id=1000.ABC=", "--secret-file", f"client_secret={secret_file}"),
    )

    assert ran.code == 0
    assert sent(daemon.requests("CreateConnection")[0]) == {
        "parent": "workspaces/default",
        "connection_id": "main",
        "connection": {
            "title": "Chinook",
            "kind": "zoho-books",
            "settings": {"client_id": "1000.ABC=", "client_secret": "hunter2"},
        },
    }


def test_a_secret_can_come_through_a_pipe(daemon, contactctl) -> None:
    daemon.answers["ListPlugins"] = ListPluginsResponse(plugins=[sample.READY])

    contactctl(*CONNECT, "--secret-file", "client_secret=-", stdin="hunter2\n")

    assert daemon.requests("CreateConnection")[0].connection.settings["client_secret"] == "hunter2"


def test_a_secret_on_the_command_line_is_refused_and_not_repeated(daemon, contactctl) -> None:
    daemon.answers["ListPlugins"] = ListPluginsResponse(plugins=[sample.READY])

    ran = contactctl(*CONNECT, "--set", "client_secret=hunter2")

    assert ran.code == 2
    assert "'client_secret' is a secret: give it with --secret-file client_secret=PATH" in ran.err
    assert "hunter2" not in ran.err
    assert daemon.requests("CreateConnection") == []


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (("--set", "hunter2"), "--set takes KEY=VALUE"),
        (("--set", "=hunter2"), "--set takes KEY=VALUE"),
        (("--set", "a=1", "--set", "a=hunter2"), "--set was given 'a' twice"),
        (("--secret-file", "a=-", "--secret-file", "b=-"), "only one secret can come from standard input"),
        (("--secret-file", "a=/nowhere"), "a cannot be read from /nowhere: No such file or directory"),
        (("--secret-file", "a=-"), "a is empty: nothing came from standard input"),
        (("--set", "a=hunter2", "--secret-file", "a=-"), "'a' was given with --set and with --secret-file"),
    ],
)
def test_settings_that_make_no_sense_are_refused(daemon, contactctl, options, word) -> None:
    daemon.answers["ListPlugins"] = ListPluginsResponse(plugins=[sample.READY])

    ran = contactctl(*CONNECT, *options)

    assert ran.code == 2
    assert word in ran.err
    assert "hunter2" not in ran.err
    assert daemon.requests("CreateConnection") == []


def test_a_kind_that_only_the_daemon_can_refuse_is_left_to_it(daemon, contactctl) -> None:
    daemon.answers["ListPlugins"] = ListPluginsResponse()

    contactctl("connections", "create", "main", "--kind", "unheard-of", "--set", "a=1")

    assert daemon.requests("CreateConnection")[0].connection.kind == "unheard-of"


def test_a_grant_code_comes_from_a_file_or_a_pipe(daemon, contactctl, secret_file) -> None:
    daemon.answers["CompleteAuthorization"] = sample.ENABLED

    from_file = contactctl("connections", "authorize", "main", "--code-file", str(secret_file))
    contactctl("connections", "authorize", "main", stdin="1000.grant\n")

    assert [request.code for request in daemon.requests("CompleteAuthorization")] == ["hunter2", "1000.grant"]
    assert "warning: the account's address is not the workspace's own" in from_file.out


def test_a_file_that_is_no_text_is_no_secret(contactctl, tmp_path) -> None:
    (tmp_path / "noise").write_bytes(b"\xff\xfe")

    ran = contactctl("connections", "authorize", "main", "--code-file", f"{tmp_path}/noise")

    assert (ran.code, "it is not text" in ran.err) == (2, True)


def test_an_organization_is_chosen(daemon, contactctl) -> None:
    daemon.answers["SelectOrganization"] = sample.ENABLED

    contactctl("connections", "select", "main", "10234695", "--etag", "c1")

    request = daemon.requests("SelectOrganization")[0]
    assert (request.name, request.organization_id, request.etag) == (
        sample.ENABLED.name,
        "10234695",
        "c1",
    )


def test_a_sync_has_the_suggested_mapping_when_nothing_is_added(daemon, contactctl) -> None:
    daemon.answers["CreateSync"] = sample.DRAFT

    ran = contactctl(*CREATE)

    assert ran.code == 0
    assert sent(daemon.requests("CreateSync")[0]) == {
        "parent": "workspaces/default",
        "sync_id": "books-main",
        "sync": {
            "connection": "workspaces/default/connections/main",
            "list": "workspaces/default/lists/customers",
            "subscription_type": "SUBSCRIPTION_TYPE_MARKETING",
            "schedule": {"recurrence": "RECURRENCE_ONCE"},
        },
    }
    assert daemon.requests("SuggestMapping") == []


def test_lines_are_added_to_the_suggested_mapping(daemon, contactctl) -> None:
    daemon.answers |= {"SuggestMapping": sample.SUGGESTED, "CreateSync": sample.DRAFT}

    contactctl(*CREATE, "--map", "mobile=mobile", "--new-field", "cf_region", "--map", "given=first-name")

    assert list(daemon.requests("CreateSync")[0].mapping.lines) == [
        MappingLine(source_field="email", target_field="email"),
        MappingLine(source_field="mobile", target_field="mobile"),
        MappingLine(source_field="given", target_field="first-name"),
        MappingLine(source_field="cf_region", create=True),
    ]


def test_the_suggestion_can_be_left_out(daemon, contactctl) -> None:
    contactctl(*CREATE, "--no-suggested", "--map", "email=email")
    contactctl(*CREATE, "--no-suggested")

    one, none = (request.mapping for request in daemon.requests("CreateSync"))
    assert [line.source_field for line in one.lines] == ["email"]
    assert daemon.requests("CreateSync")[1].HasField("mapping")
    assert list(none.lines) == []
    assert daemon.requests("SuggestMapping") == []


def test_a_sync_is_made_as_it_was_described(daemon, contactctl) -> None:
    contactctl(
        *CREATE,
        *("--description", "Customers", "--type", "non-marketing", "--update-empty", "--module", "contacts"),
        *("--weekly", "mon", "06:30", "--zone", "Europe/Brussels"),
    )

    sync = daemon.requests("CreateSync")[0].sync
    assert (sync.description, sync.module, sync.update_empty_values) == ("Customers", "contacts", True)
    assert sync.subscription_type == SUBSCRIPTION_TYPE_NON_MARKETING
    assert sync.schedule == Schedule(
        recurrence=Schedule.RECURRENCE_WEEKLY, time="06:30", time_zone="Europe/Brussels", weekday=1
    )


@pytest.mark.parametrize("options", [("--daily", "06:30", "--once"), ("--map", "x"), ("--monthly", "32", "06:30")])
def test_a_sync_that_is_described_wrongly_is_not_sent(daemon, contactctl, options) -> None:
    ran = contactctl(*CREATE, *options)

    assert ran.code == 2
    assert daemon.heard == []


def test_a_mapping_is_replaced_as_a_whole(daemon, contactctl) -> None:
    daemon.answers["SetMapping"] = sample.MAPPING

    contactctl(
        *("syncs", "mapping", "books-main", "--set", "email=email", "--new-field", "cf_region=region"),
        *("--etag", "m0"),
    )

    mapping = daemon.requests("SetMapping")[0].mapping
    assert (mapping.name, mapping.etag) == ("workspaces/default/syncs/books-main/mapping", "m0")
    assert [line.create for line in mapping.lines] == [False, True]


@pytest.mark.parametrize(("verb", "call"), [("pause", "PauseSync"), ("resume", "ResumeSync")])
def test_a_sync_is_paused_and_resumed(daemon, contactctl, verb, call) -> None:
    daemon.answers[call] = sample.ACTIVE

    people, programs = contactctl("syncs", verb, "books-main"), contactctl("--json", "syncs", verb, "books-main")

    assert people.out == "books-main is active\n"
    assert json.loads(programs.out)["etag"] == "s1"


@pytest.mark.parametrize(("options", "mode"), [((), "INCREMENTAL"), (("--full",), "FULL"), (("--sweep",), "SWEEP")])
def test_a_sync_is_run(daemon, contactctl, options, mode) -> None:
    daemon.answers["RunSync"] = sample.WAITING

    ran = contactctl("syncs", "run", "books-main", *options)

    assert "Waits    Zoho asked us to wait, until 2026-03-09 09:30 UTC" in ran.out
    assert daemon.requests("RunSync")[0].mode == RunMode.Value(f"RUN_MODE_{mode}")
    UUID(daemon.requests("RunSync")[0].request_id)


@pytest.mark.parametrize(
    ("verb", "call"), [("cancel", "CancelRun"), ("confirm", "ConfirmRun"), ("reject", "RejectRun")]
)
def test_a_run_is_steered(daemon, contactctl, verb, call) -> None:
    daemon.answers[call] = sample.HELD

    ran = contactctl("runs", verb, "books-main/14")

    assert "Would remove  41 contacts" in ran.out
    assert daemon.requests(call)[0].name == "workspaces/default/syncs/books-main/runs/14"


BEGUN = InitiateSyncResponse(sync=sample.ACTIVE, run=sample.WAITING)
WARNED = ValidateSyncResponse(
    warnings=[SyncWarning(id="auto-upgrade", message="the plan may be upgraded"), SyncWarning(id="b", message="B")]
)


def test_a_sync_without_warnings_is_initiated_at_once(daemon, contactctl) -> None:
    daemon.answers |= {"ValidateSync": ValidateSyncResponse(), "InitiateSync": BEGUN}

    ran = contactctl("syncs", "initiate", "books-main", "--etag", "s1")

    assert ran.out == (
        "books-main is active; its first run is books-main/12\nwatch it: contactctl runs watch books-main/12\n"
    )
    assert sent(daemon.requests("InitiateSync")[0]) == {"name": sample.SYNC, "etag": "s1"}


@pytest.mark.parametrize("options", [("--yes",), ("--acknowledge", "auto-upgrade", "--acknowledge", "b")])
def test_acknowledged_warnings_are_shown_and_sent(daemon, contactctl, options) -> None:
    daemon.answers |= {"ValidateSync": WARNED, "InitiateSync": BEGUN}

    ran = contactctl("--json", "syncs", "initiate", "books-main", *options)

    assert "warning auto-upgrade: the plan may be upgraded\n" in ran.err
    assert list(daemon.requests("InitiateSync")[0].acknowledged_warnings) == ["auto-upgrade", "b"]
    assert json.loads(ran.out)["run"]["state"] == "STATE_WAITING"


def test_where_nobody_can_be_asked_a_warning_ends_the_command(daemon, contactctl) -> None:
    daemon.answers["ValidateSync"] = WARNED

    ran = contactctl("syncs", "initiate", "books-main", "--acknowledge", "b")

    assert ran.code == 1
    assert ran.err.endswith(
        "contactctl: 1 warning must be acknowledged before anything begins\n"
        "  --acknowledge auto-upgrade\n"
        "  --yes acknowledges them all\n"
    )
    assert daemon.requests("InitiateSync") == []


def test_a_sync_with_faults_is_not_initiated(daemon, contactctl) -> None:
    daemon.answers["ValidateSync"] = ValidateSyncResponse(
        faults=[FieldFault(field="mapping.lines", message="one line must map to email")]
    )

    ran = contactctl("syncs", "initiate", "books-main", "--yes")

    assert ran.code == 1
    assert ran.err == (
        "contactctl: books-main cannot be initiated as it is\n  mapping.lines: one line must map to email\n"
    )
    assert daemon.requests("InitiateSync") == []
