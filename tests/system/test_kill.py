"""kill -9 in the middle of a run: it goes on from its cursor, and the vendor is asked for nothing twice."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contactd_zoho_sandbox.control import Sandbox
from demo.stage import PATIENCE, UNHURRIED, Daemon, Stage, hosts_of
from fakes.typed import Typed

CUSTOMERS, PER_PAGE = 1000, 200


@pytest.fixture
def on(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Give a stage with five pages of customers, a connection, a list and a draft."""
    folder = Path(tmp_path_factory.mktemp("kill", numbered=True))
    with Sandbox.start(generate=CUSTOMERS) as sandbox:
        daemon = Daemon(folder)
        daemon.configure(hosts=hosts_of(sandbox))
        on = Typed(folder, sandbox, daemon, loud=False)
        try:
            daemon.start()
            set_up(on)
            yield on
        finally:
            daemon.kill()


def set_up(on: Stage) -> None:
    ready = on.sandbox.ready
    secret, code = on.folder / "client_secret", on.folder / "grant_code"
    secret.write_text(ready.client_secret)
    code.write_text(ready.grant_code)
    settings = f"--set client_id={ready.client_id} --set accounts_url={on.sandbox.url} {UNHURRIED}"
    on.ctl(f"connections create books --kind zoho-books {settings} --secret-file client_secret={secret}")
    on.ctl(f"connections authorize books --code-file {code}")
    organization = next(one for one in ready.organizations if one.name == "Generated Customers")
    on.ctl(f"connections select books {organization.organization_id}")
    on.ctl("lists create customers")
    on.ctl("syncs create main --connection books --list customers")


def wait_until_over(on: Stage, run: int) -> dict[str, Any]:
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        told: dict[str, Any] = on.ask(f"runs show {run}")
        if told["state"] in {"STATE_SUCCEEDED", "STATE_FAILED", "STATE_CANCELLED"}:
            return told
        time.sleep(0.05)
    raise AssertionError(f"the run is not over: {told}")


def test_a_run_that_is_killed_goes_on_from_its_cursor(on: Stage) -> None:
    held = on.sandbox.plant(kind="hold", path="/books/v3/contacts", query={"page": "4"})
    on.ctl("syncs initiate main --yes")
    on.sandbox.wait_struck(held)
    wait_for_pages(on, 3)

    on.daemon.kill()
    on.sandbox.release(held)
    on.sandbox.clear_journal()
    on.daemon.start()
    run = wait_until_over(on, 1)

    assert run["state"] == "STATE_SUCCEEDED"
    assert int(run["attempt"]) == 2
    assert (int(run["counts"]["total"]), int(run["counts"]["added"])) == (CUSTOMERS, CUSTOMERS)
    assert len(on.ask("contacts list --list customers")) == CUSTOMERS
    # What was committed is not read again, but for the page before: rows may have slid to it meanwhile.
    asked = [call.query for call in on.sandbox.journal("/books/v3/contacts")]
    assert not any("page=2&" in query for query in asked)


def wait_for_pages(on: Stage, pages: int) -> None:
    """Wait until *pages* are committed: then the run is held exactly there."""
    ends = time.monotonic() + PATIENCE
    while int(on.ask("runs show 1").get("pages", 0)) < pages:
        assert time.monotonic() < ends
        time.sleep(0.02)


def test_a_daemon_that_is_stopped_puts_its_run_back_and_goes_on(on: Stage) -> None:
    held = on.sandbox.plant(kind="hold", path="/books/v3/contacts", query={"page": "3"})
    on.ctl("syncs initiate main --yes")
    on.sandbox.wait_struck(held)

    code = on.daemon.stop()
    on.sandbox.release(held)
    on.daemon.start()
    run = wait_until_over(on, 1)

    assert code == 0
    assert (run["state"], int(run["counts"]["added"])) == ("STATE_SUCCEEDED", CUSTOMERS)


def test_a_paused_run_waits_and_goes_on_when_it_is_resumed(on: Stage) -> None:
    held = on.sandbox.plant(kind="hold", path="/books/v3/contacts", query={"page": "3"})
    on.ctl("syncs initiate main --yes")
    on.sandbox.wait_struck(held)

    on.ctl("syncs pause main")
    on.sandbox.release(held)
    waiting = wait_while_running(on)
    on.ctl("syncs resume main")
    run = wait_until_over(on, 1)

    assert (waiting["state"], waiting["waiting_reason"]) == ("STATE_WAITING", "paused")
    assert (run["state"], int(run["counts"]["added"])) == ("STATE_SUCCEEDED", CUSTOMERS)


def wait_while_running(on: Stage) -> dict[str, Any]:
    ends = time.monotonic() + PATIENCE
    while True:
        told: dict[str, Any] = on.ask("runs show 1")
        if told["state"] != "STATE_RUNNING":
            return told
        assert time.monotonic() < ends
        time.sleep(0.02)


def test_a_cancelled_run_ends_at_once_and_keeps_its_pages(on: Stage) -> None:
    held = on.sandbox.plant(kind="hold", path="/books/v3/contacts", query={"page": "3"})
    on.ctl("syncs initiate main --yes")
    on.sandbox.wait_struck(held)
    wait_for_pages(on, 2)

    on.ctl("runs cancel 1")
    run = wait_until_over(on, 1)
    on.sandbox.release(held)

    assert run["state"] == "STATE_CANCELLED"
    assert len(on.ask("contacts list --list customers")) == 2 * PER_PAGE


def test_a_throttled_run_waits_with_the_time_and_the_reason(on: Stage) -> None:
    on.sandbox.plant(kind="throttle", path="/books/v3/contacts", query={"page": "2"})
    on.ctl("syncs initiate main --yes")

    waiting = wait_while_running_or_new(on)

    assert (waiting["state"], waiting["waiting_reason"]) == ("STATE_WAITING", "throttled")
    assert waiting["waiting_until"] > waiting["create_time"]
    assert "Zoho Books blocked the organization" in waiting["waiting_message"]


def wait_while_running_or_new(on: Stage) -> dict[str, Any]:
    ends = time.monotonic() + PATIENCE
    while True:
        told: dict[str, Any] = on.ask("runs show 1")
        if told["state"] == "STATE_WAITING" and told.get("waiting_reason") != "slot":
            return told
        assert time.monotonic() < ends, told
        time.sleep(0.02)


def test_an_expired_token_is_renewed_in_the_middle_of_a_run(on: Stage) -> None:
    on.sandbox.plant(kind="expire", path="/books/v3/contacts", query={"page": "3"})

    on.ctl("syncs initiate main --yes")
    run = wait_until_over(on, 1)

    assert (run["state"], int(run["counts"]["added"]), int(run["attempt"])) == ("STATE_SUCCEEDED", CUSTOMERS, 1)


def test_a_revoked_grant_waits_for_a_person_and_goes_on_with_a_new_one(on: Stage) -> None:
    held = on.sandbox.plant(kind="hold", path="/books/v3/contacts", query={"page": "3"})
    on.ctl("syncs initiate main --yes")
    on.sandbox.wait_struck(held)
    on.sandbox.revoke_tokens()
    on.sandbox.release(held)
    # The page that was held may still be given; the next one is refused.
    run = wait_until_over(on, 1)

    connection, sync = on.ask("connections show books"), on.ask("syncs show main")
    code = on.folder / "new_code"
    code.write_text(on.sandbox.grant(seconds=600))
    on.ctl(f"connections authorize books --code-file {code}")
    on.ctl("syncs activate main")
    again = wait_until_over(on, 2)

    assert again["state"] == "STATE_SUCCEEDED"
    assert (run["state"], run["error"]["message"] != "") == ("STATE_FAILED", True)
    assert (connection["state"], sync["state"]) == ("STATE_CREDENTIAL_INVALID", "STATE_INACTIVE")
    assert len(on.ask("contacts list --list customers")) == CUSTOMERS
