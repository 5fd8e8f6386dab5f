"""A store that outgrows its file: the daemon on SQLite, moved to a server, goes on there as if nothing had happened."""

import subprocess
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

import grpc
import pytest

from contactd.store.opening import open_store
from contactd_proto.v1.notification_pb2 import ListNotificationsRequest, WatchNotificationsRequest
from contactd_proto.v1.notification_pb2_grpc import NotificationServiceStub
from contactd_zoho_sandbox.control import Sandbox
from demo.stage import BIN, Daemon, Stage, hosts_of
from fakes.postgres import Schemas
from fakes.typed import Typed
from store.moving import ours
from system.test_kill import CUSTOMERS, set_up, wait_until_over, wait_while_running

HOME = "workspaces/default"


@pytest.fixture
def on(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Give a stage with five pages of customers, whose store is a file, and a run that waits for its third page."""
    folder = Path(tmp_path_factory.mktemp("moving", numbered=True))
    with Sandbox.start(generate=CUSTOMERS) as sandbox:
        daemon = Daemon(folder)
        daemon.configure(hosts=hosts_of(sandbox))
        on = Typed(folder, sandbox, daemon, loud=False)
        try:
            daemon.start()
            set_up(on)
            held = sandbox.plant(kind="hold", path="/books/v3/contacts", query={"page": "3"})
            on.ctl("syncs initiate main --yes")
            sandbox.wait_struck(held)
            on.ctl("syncs pause main")
            sandbox.release(held)
            wait_while_running(on)
            yield on
        finally:
            daemon.kill()


def contactd(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([BIN / "contactd", *arguments], capture_output=True, text=True, timeout=60, check=False)


def migrate(on: Stage, url: str) -> subprocess.CompletedProcess[str]:
    return contactd("store", "migrate", "--config", str(on.daemon.config), "--to", url)


def seen(on: Stage) -> dict[str, Any]:
    """Give what people see, ids among it."""
    commands = ("contacts list", "syncs list", "connections list", "runs list main", "lists list", "fields list")
    return {command: on.ask(command) for command in commands}


def latest(on: Stage) -> int:
    with grpc.insecure_channel(on.daemon.address) as channel:
        return int(NotificationServiceStub(channel).ListNotifications(ListNotificationsRequest(parent=HOME)).revision)


def watched(on: Stage, after: int) -> tuple[int, str]:
    """Watch notifications from a revision on; give the first of them, with its revision."""
    with grpc.insecure_channel(on.daemon.address) as channel:
        request = WatchNotificationsRequest(parent=HOME, after_revision=after)
        answers = NotificationServiceStub(channel).WatchNotifications(request, timeout=20)
        *_, first = islice(answers, 2)
        answers.cancel()
        return first.revision, first.notification.run


def test_a_store_that_was_moved_goes_on_where_its_file_was(on: Stage, postgres: Schemas) -> None:
    url = postgres.make()
    before, revision = seen(on), latest(on)
    refused = migrate(on, url)
    on.daemon.stop()
    with closing(open_store(f"sqlite://{on.folder}/contactd.db", clock=lambda: 0)) as source:
        held = ours(source)

    done = migrate(on, url)

    assert (refused.returncode, done.returncode) == (75, 0), done.stderr
    assert "is held by a contactd that runs (process " in refused.stderr
    assert "and every count and checksum agrees" in done.stdout
    with closing(open_store(url, clock=lambda: 0)) as target:
        assert ours(target) == held
    file = contactd("run", "--config", str(on.daemon.config))
    assert file.returncode == 78
    assert "' was moved to 'postgresql://contactd@" in file.stderr
    serve_there(on, url)
    assert on.ask("info")["store_kind"] == "postgresql"
    assert seen(on) == before
    goes_on(on, revision)


def serve_there(on: Stage, url: str) -> None:
    on.daemon.store = url
    on.daemon.configure(hosts=hosts_of(on.sandbox))
    on.daemon.start()


def goes_on(on: Stage, revision: int) -> None:
    """See that the run goes on from its page, the next one finds nothing changed, and who watches misses nothing."""
    on.sandbox.clear_journal()
    on.ctl("syncs resume main")
    first = wait_until_over(on, 1)
    on.ctl("syncs run main --full --watch")
    second = on.ask("runs list main")[0]
    asked = [call.query for call in on.sandbox.journal("/books/v3/contacts")]
    assert (first["state"], first["counts"]["total"], first["counts"]["added"]) == ("STATE_SUCCEEDED", "1000", "1000")
    assert not any("page=1&" in query for query in asked[:3])
    assert second["name"].endswith("/2")
    assert (second["counts"]["total"], second["counts"]["unchanged"]) == ("1000", "1000")
    at, run = watched(on, revision)
    assert at > revision
    assert run.endswith("/runs/1")
