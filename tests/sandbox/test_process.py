"""The program: it says when it answers, ends well, keeps its store, and tells faults in sentences."""

import json
import os
import select
import signal
import socket
import subprocess
import sys

import pytest

from contactd_zoho_sandbox.control import Control, Sandbox, SandboxError

COMMAND = [sys.executable, "-m", "contactd_zoho_sandbox"]


def test_a_restart_keeps_contacts_tokens_and_organizations(tmp_path, caller_for):
    store = tmp_path / "sandbox.db"
    with Sandbox.start(store=store, load="chinook") as sandbox:
        before = caller_for(sandbox)
        refresh_token = sandbox.tokens().refresh_token
        contact_id = sandbox.add("Kept", email="kept@posteo.de", custom={"cf_favorite_genre": "Latin"})
        sandbox.delete(sandbox.find("ftremblay@gmail.com"))
        sandbox.mutate(5)
        rows = before.contacts(sort_column="created_time")
        ready = sandbox.ready

    with Sandbox.start(store=store, load="chinook") as sandbox:
        again = caller_for(sandbox)
        old_token = type(before)(sandbox.url, before.organization_id, before.token)
        refreshed = again.form(
            "/oauth/v2/token",
            grant_type="refresh_token",
            refresh_token=refresh_token,
            client_id=ready.client_id,
            client_secret=ready.client_secret,
        )

        assert again.contacts(sort_column="created_time") == rows
        assert old_token.get("/contacts").status == 200
        assert "access_token" in refreshed.body
        assert sandbox.ready.organizations == ready.organizations
        assert sandbox.ready.client_secret == ready.client_secret
        assert sandbox.ready.grant_code != ready.grant_code
        assert sandbox.add("Newer") > contact_id


def test_a_crash_loses_nothing_that_was_answered(tmp_path):
    store = tmp_path / "sandbox.db"
    with Sandbox.start(store=store) as sandbox:
        contact_id = sandbox.add("Acknowledged", email="ack@posteo.de")
        sandbox.kill()

    with Sandbox.start(store=store) as sandbox:
        assert sandbox.find("ack@posteo.de") == contact_id


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_with_0_at_a_signal_even_while_it_holds_a_call(number):
    sandbox = Sandbox.start()
    fault_id = sandbox.plant(kind="hold", path="/oauth/user/info")
    address = sandbox.url.removeprefix("http://").split(":")
    with socket.create_connection((address[0], int(address[1]))) as held:
        held.sendall(b"GET /oauth/user/info HTTP/1.1\r\nHost: x\r\n\r\n")
        sandbox.wait_struck(fault_id)

        sandbox.process.send_signal(number)

        assert sandbox.process.wait(30) == 0
    assert sandbox.stop() == 0


def test_it_ends_when_the_one_who_started_it_does():
    sandbox = Sandbox.start()

    assert sandbox.process.stdin is not None
    sandbox.process.stdin.close()

    assert sandbox.process.wait(30) == 0
    sandbox.stop()


def test_it_prints_one_line_and_writes_it_where_it_is_told(tmp_path):
    file = tmp_path / "ready.json"
    reader, writer = os.pipe()
    process = subprocess.Popen(
        [*COMMAND, "--load", "chinook", "--ready-file", file, "--ready-fd", str(writer)],
        stdout=subprocess.PIPE,
        pass_fds=[writer],
    )
    os.close(writer)
    with process, os.fdopen(reader) as told:
        assert select.select([told], [], [], 60)[0]
        line = told.read()
        url = json.loads(line)["url"]
        state = Control(url).state()
        process.terminate()
        printed = process.communicate()[0].decode()

    assert process.returncode == 0
    assert printed == line == file.read_text()
    assert line.count("\n") == 1
    names = {"url", "client_id", "client_secret", "grant_code", "email", "organizations", "centers"}
    assert set(json.loads(line)) == names
    assert state["client_secret"] == json.loads(line)["client_secret"]


def refused(*arguments):
    ended = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, check=False, timeout=60)
    assert ended.stdout == ""
    assert "Traceback" not in ended.stderr
    return ended.returncode, ended.stderr


def test_a_taken_port_is_told():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        code, told = refused("--port", str(port))

    assert code == 1
    assert told.startswith(f"The port {port} of 127.0.0.1 cannot be taken")


def test_a_store_has_one_sandbox_at_a_time(tmp_path):
    store = tmp_path / "sandbox.db"
    with Sandbox.start(store=store):
        code, told = refused("--store", str(store))

    assert code == 1
    assert told.startswith(f"The store '{store}' cannot be opened (database is locked)")


def test_a_file_that_is_no_store_is_left_alone(tmp_path):
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Ann, this is no database at all.\n" * 100)

    code, told = refused("--store", str(letter))

    assert code == 1
    assert "cannot be opened" in told
    assert letter.read_text().startswith("Dear Ann")


@pytest.mark.parametrize(
    "arguments", [["--bad-share", "2"], ["--generate", "-1"], ["--port", "70000"], ["--load", "northwind"]]
)
def test_impossible_arguments_are_refused_as_usage(arguments):
    code, told = refused(*arguments)

    assert code == 2
    assert arguments[0] in told


def test_the_client_says_that_it_did_not_start(tmp_path, capfd):
    with pytest.raises(SandboxError, match="ended"):
        Sandbox.start(store=tmp_path / "no" / "folder.db")

    assert "cannot be opened" in capfd.readouterr().err
