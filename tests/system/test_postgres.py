"""The main job with its store on PostgreSQL: what people see is what they see with a file."""

import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from contactd_zoho_sandbox.control import Sandbox
from demo import play
from demo.stage import BIN, PATIENCE, CommandFailed, Daemon, Stage, hosts_of, stage
from fakes.postgres import Schemas, Server
from fakes.typed import Typed
from system.chinook import contacts_of, expected_contacts
from system.test_kill import CUSTOMERS, set_up, wait_for_pages, wait_until_over
from system.test_main_job import FIRST, SECOND, counts


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Give a server that a test may restart."""
    with Server() as server:
        yield server


@pytest.fixture(scope="module")
def stores(server: Server) -> Schemas:
    return Schemas(server.url())


@pytest.fixture
def store(stores: Schemas) -> str:
    """Give the URL of an empty store."""
    return stores.take()


def test_both_acts_end_with_the_same_table_however_the_daemon_dies(store: str) -> None:
    with stage(loud=False, store=store) as on:
        for step in play.FIRST_ACT:
            step(on)
        before = contacts_of(on.ask("contacts list --list customers"))
        on.daemon.kill()
        on.daemon.start()
        for step in play.SECOND_ACT:
            step(on)

        assert on.ask("info")["store_kind"] == "postgresql"
        assert before == expected_contacts()
        assert [counts(on.ask(f"runs show {run}")) for run in (1, 2)] == [FIRST, SECOND]
        after = contacts_of(on.ask("contacts list --list customers"))
        assert after == expected_contacts(changed={play.CHANGED: "Bjørn Erik"}, gone=play.DELETED)
        assert not (on.folder / "contactd.db").exists()


@pytest.fixture
def on(tmp_path_factory: pytest.TempPathFactory, store: str) -> Iterator[Stage]:
    """Give a stage with five pages of customers, a connection, a list and a draft."""
    folder = Path(tmp_path_factory.mktemp("postgres", numbered=True))
    with Sandbox.start(generate=CUSTOMERS) as sandbox:
        daemon = Daemon(folder, store)
        daemon.configure(hosts=hosts_of(sandbox))
        on = Typed(folder, sandbox, daemon, loud=False)
        try:
            daemon.start()
            set_up(on)
            yield on
        finally:
            daemon.kill()


def test_a_run_goes_on_when_the_server_was_restarted_under_it(on: Stage, server: Server) -> None:
    held = on.sandbox.plant(kind="hold", path="/books/v3/contacts", query={"page": "3"})
    on.ctl("syncs initiate main --yes")
    on.sandbox.wait_struck(held)
    wait_for_pages(on, 2)

    server.stop()
    on.sandbox.release(held)
    with pytest.raises(CommandFailed, match="the store does not answer now"):
        on.ctl("runs show 1")
    server.start()
    run = wait_until_over(on, 1)

    assert run["state"] == "STATE_SUCCEEDED"
    assert (int(run["counts"]["total"]), int(run["counts"]["added"])) == (CUSTOMERS, CUSTOMERS)
    assert len(on.ask("contacts list --list customers")) == CUSTOMERS


@pytest.fixture
def daemon(tmp_path: Path, store: str) -> Iterator[Daemon]:
    """Give a daemon that serves an empty store."""
    daemon = Daemon(tmp_path, store)
    daemon.configure()
    daemon.start()
    yield daemon
    daemon.kill()


def ctl(daemon: Daemon, line: str) -> subprocess.CompletedProcess[str]:
    command = [str(BIN / "contactctl"), "--address", daemon.address, *line.split()]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def contactd(config: Path) -> subprocess.CompletedProcess[str]:
    command = [str(BIN / "contactd"), "run", "--config", str(config)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_a_daemon_that_is_up_before_its_server_waits_for_it(tmp_path: Path, server: Server, store: str) -> None:
    daemon = Daemon(tmp_path, store)
    daemon.configure()
    server.stop()
    starting = threading.Thread(target=daemon.start)
    starting.start()
    wait_for_word(daemon, "store_awaited")

    server.start()
    starting.join(PATIENCE)

    assert ctl(daemon, "info").returncode == 0
    daemon.kill()


def wait_for_word(daemon: Daemon, word: str) -> None:
    log, ends = daemon.folder / "contactd.log", time.monotonic() + PATIENCE
    while not log.exists() or word not in log.read_text():
        assert time.monotonic() < ends
        time.sleep(0.02)


def test_a_server_that_does_not_let_it_in_is_told_without_the_password(tmp_path: Path, server: Server) -> None:
    # The server of the tests asks nobody for a password, so it is the role that is wrong.
    daemon = Daemon(tmp_path, server.url().replace("contactd@", "nobody:hunter2@"))
    daemon.configure()

    told = contactd(daemon.config)

    assert told.returncode == 78
    assert 'role "nobody" does not exist; make the role' in told.stderr
    assert "hunter2" not in told.stderr + told.stdout
