"""Connections, lists and fields are made: what exactly is sent, and how secrets get in."""

import os
import subprocess
import sys

import grpc
import pytest

from contactd_proto.v1.field_pb2 import FIELD_TYPE_PHONE, FieldType
from contactd_proto.v1.plugin_pb2 import ListPluginsResponse
from fakes import sample_answers as sample
from fakes.control_plane import refusal

CONNECT = ("connections", "create", "main", "--kind", "zoho-books")


@pytest.fixture
def secret_file(tmp_path):
    file = tmp_path / "secret"
    file.write_text("hunter2\n")
    return file


def test_a_list_is_made(daemon, contactctl) -> None:
    daemon.answers["CreateList"] = sample.CUSTOMERS

    ran = contactctl("lists", "create", "customers", "--title", "Customers", "--description", "All of them")

    assert ran.code == 0
    assert daemon.sent("CreateList") == {
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
    assert daemon.sent("CreateConnection") == {
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


def test_a_setting_that_is_missing_is_told_with_the_option_that_gives_it(daemon, contactctl) -> None:
    faults = [
        ("connection.settings[client_id]", "setting 'client_id' is missing: The id."),
        ("settings[client_secret]", "setting 'client_secret' is missing: The secret."),
        ("connection.settings[region]", "setting 'region' must be a whole number"),
        ("connection.title", "the title is missing"),
    ]
    daemon.answers |= {
        "ListPlugins": ListPluginsResponse(plugins=[sample.READY]),
        "CreateConnection": refusal(
            grpc.StatusCode.INVALID_ARGUMENT,
            "; ".join(message for _, message in faults),
            reason="INVALID_ARGUMENT",
            violations=faults,
        ),
    }

    ran = contactctl(*CONNECT)

    assert ran.code == 1
    assert ran.err.splitlines()[5:] == [
        "  give it with --set client_id=VALUE",
        "  give it with --secret-file client_secret=PATH",
    ]


def test_a_kind_that_only_the_daemon_can_refuse_is_left_to_it(daemon, contactctl) -> None:
    daemon.answers["ListPlugins"] = ListPluginsResponse()

    contactctl("connections", "create", "main", "--kind", "unheard-of", "--set", "a=1")

    assert daemon.requests("CreateConnection")[0].connection.kind == "unheard-of"


def test_a_grant_code_comes_from_a_file_or_a_pipe(daemon, contactctl, secret_file) -> None:
    daemon.answers["CompleteAuthorization"] = sample.ENABLED

    from_file = contactctl("connections", "authorize", "main", "--code-file", str(secret_file))
    contactctl("connections", "authorize", "main", "--code-file", "-", stdin="1000.grant\n")

    assert [request.code for request in daemon.requests("CompleteAuthorization")] == ["hunter2", "1000.grant"]
    assert "warning: the account's address is not the workspace's own" in from_file.out


def test_standard_input_that_cannot_be_read_is_told(contactctl, tmp_path) -> None:
    only_for_writing = os.open(tmp_path / "file", os.O_WRONLY | os.O_CREAT)

    ran = subprocess.run(
        [sys.executable, "-m", "contactctl", "connections", "authorize", "main", "--code-file", "-"],
        stdin=only_for_writing,
        capture_output=True,
        text=True,
        env=contactctl.whole_environ(),
        check=False,
    )

    assert ran.returncode == 2
    assert ran.stderr == "contactctl: grant code cannot be read from standard input: Bad file descriptor\n"
    os.close(only_for_writing)


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
