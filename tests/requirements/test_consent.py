"""R2, R3 and R5 in every way in which the owner of an account can consent; the programs are real ones."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from contactd_zoho_sandbox import owner
from demo.stage import BIN, Stage
from requirements.proof import create, grant, last_run, number_of, proves, stored

#: A browser without a screen, whose owner accepts whatever it opens.
BROWSER = f"{sys.executable} -m contactd_zoho_sandbox.owner %s"

NOWHERE = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "BROWSER": "", "SSH_CONNECTION": ""}


@contextmanager
def typing(on: Stage, line: str, **environ: str) -> Iterator[subprocess.Popen[str]]:
    """Let a command run beside the test, which reads what it says and types at it."""
    pipe = subprocess.PIPE
    env = {**os.environ, **NOWHERE, **environ, "CONTACTCTL_ADDRESS": on.daemon.address}
    command = [str(BIN / "contactctl"), *line.split()]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=env) as process:
        try:
            yield process
        finally:
            process.kill()


def said(process: subprocess.Popen[str], start: str) -> str:
    """Give the line that begins with *start*, once it is said."""
    assert process.stderr is not None
    told = []
    for line in process.stderr:
        told.append(line)
        if line.startswith(start):
            return line.strip()
    raise AssertionError(f"nothing begins with '{start}' in: {told}")


def row(on: Stage, name: str) -> tuple[object, ...]:
    query = "SELECT state, account_email, organization_name, consent_sealed IS NULL FROM connection WHERE name = ?"
    ((found),) = stored(on, query, name)
    return tuple(found)


def test_all_that_needs_a_token_shares_one(on: Stage) -> None:
    for name in ("first", "second"):
        on.ctl(f"syncs create {name} --connection books --list customers")
        on.ctl(f"syncs initiate {name} --yes --watch")
    on.ctl("syncs run first --sweep --watch")

    on.ask("connections organizations books")

    calls = [call.path for call in on.sandbox.journal("/oauth/v2/token")]
    assert stored(on, "SELECT count(*) FROM run WHERE state = 'succeeded'") == [(3,)]
    assert on.sandbox.state()["refreshes"] == len(calls) - on.sandbox.state()["exchanges"] == 1


@proves("R75")
def test_a_run_goes_on_with_the_credential_that_replaces_its_own(on: Stage) -> None:
    held = on.sandbox.plant(kind="hold", path="/books/v3/contacts")
    on.ctl("syncs run first --full")
    on.sandbox.wait_struck(held, 1)

    on.ctl(f"connections rotate books --code-file {grant(on)}")
    on.sandbox.release(held)
    on.ctl(f"runs watch {number_of(last_run(on, 'first'))}")

    statuses = [call.status for call in on.sandbox.journal("/books/v3/contacts")][-3:]
    query = "SELECT state FROM run WHERE id = ?"
    assert stored(on, query, number_of(last_run(on, "first"))) == [("succeeded",)]
    assert 401 in statuses
    assert on.sandbox.journal("*/revoke")[-1].status == 200


@proves("R2")
def test_an_owner_consents_in_the_browser_of_this_machine(on: Stage) -> None:
    create(on, "browsing")

    with typing(on, "connections authorize browsing --redirect-port 0", BROWSER=BROWSER) as contactctl:
        out, err = contactctl.communicate(timeout=60)

    assert contactctl.returncode == 0, err
    assert "contactctl connections organizations browsing" in out
    assert row(on, "browsing") == ("pending", on.sandbox.ready.email, "", 1)


@proves("R2", "R3")
def test_over_ssh_the_address_is_pasted_and_the_only_organization_is_chosen(on: Stage) -> None:
    create(on, "pasting")
    canada = on.sandbox.ready.centers[1]

    with typing(on, "connections authorize pasting", SSH_CONNECTION="here", BROWSER=BROWSER) as contactctl:
        callback = owner.consent(said(contactctl, "http"), who=canada.email)
        out, err = contactctl.communicate(f"what?\n{callback}\n", timeout=60)

    assert contactctl.returncode == 0, err
    assert "this is not the address" in err
    assert "contactctl syncs create" in out
    assert row(on, "pasting") == ("enabled", canada.email, "Maple Leaf Records", 1)
    assert [one["title"] for one in on.ask("connections organizations pasting")] == ["Maple Leaf Records"]


@proves("R2")
def test_an_owner_who_refuses_is_told_as_a_sentence(on: Stage) -> None:
    create(on, "refusing")

    with typing(on, "connections authorize refusing --no-browser --redirect-port 0", BROWSER=BROWSER) as contactctl:
        owner.visit(owner.consent(said(contactctl, "http"), accept=False))
        _, err = contactctl.communicate(timeout=60)

    assert contactctl.returncode == 1
    assert "the owner of the account did not consent (access_denied)" in err
    assert row(on, "refusing") == ("pending", "", "", 1)


@pytest.mark.parametrize(("center", "state"), [(0, "pending"), (1, "enabled")])
@proves("R2")
def test_an_owner_types_a_code_on_another_device(on: Stage, center: int, state: str) -> None:
    create(on, f"typing-{center}")
    who = on.sandbox.ready.centers[center].email
    on.sandbox.set_limits(device_interval=1)

    with typing(on, f"connections authorize typing-{center} --device") as contactctl:
        _, address, *_, code, _, _, _, _ = said(contactctl, "open http").replace(",", "").split()
        owner.type_code(address, code, who=who)
        _, err = contactctl.communicate(timeout=60)

    on.sandbox.set_limits(device_interval=30)
    assert contactctl.returncode == 0, err
    assert row(on, f"typing-{center}")[:2] == (state, who)


@proves("R2")
def test_who_stops_waiting_leaves_nothing_behind(on: Stage) -> None:
    create(on, "stopping")

    with typing(on, "connections authorize stopping --device") as contactctl:
        said(contactctl, "open http")
        begun = row(on, "stopping")
        contactctl.send_signal(signal.SIGINT)
        _, err = contactctl.communicate(timeout=60)

    assert contactctl.returncode == 130
    assert "nothing of it is kept" in err
    assert (begun[3], row(on, "stopping")[3]) == (0, 1)


@proves("R5")
def test_the_grant_of_a_stranger_is_given_back(on: Stage) -> None:
    on.ctl("workspaces create strict --title Strict --edition campaigns --owner somebody@example.com")
    create(on, "books", workspace="strict")
    line = "--workspace strict connections authorize books --redirect-port 0"

    with typing(on, line, BROWSER=BROWSER) as contactctl:
        _, err = contactctl.communicate(timeout=60)

    assert contactctl.returncode == 1
    assert "asks for the same one" in err
    assert on.sandbox.journal("*/revoke")[-1].status == 200
    query = "SELECT c.grant_sealed FROM connection c JOIN workspace w ON w.id = c.workspace_id WHERE w.name = 'strict'"
    assert stored(on, query) == [(None,)]
