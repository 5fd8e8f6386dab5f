"""Two daemons that read one organization at a time: one budget, one block and one token for both."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from contactd_zoho_sandbox.control import Sandbox
from contactd_zoho_sandbox.remote.behavior import busiest_minute
from crash.fleet import Fleet, Zygote, until
from crash.looking import Eye
from demo.stage import hosts_of
from fakes.postgres import Schemas
from fakes.typed import Typed
from requirements.proof import connect, refused
from system.test_budget import PACE, calls, connected, waiting


@pytest.fixture
def on(born: Zygote, tmp_path: Path, postgres: Schemas) -> Iterator[Typed]:
    """Give a stage at the first of two daemons, each of which carries one run."""
    store = postgres.take()
    with (
        Sandbox.start(store=tmp_path / "zoho.db", load="chinook") as sandbox,
        Fleet(born, tmp_path, store, tmp_path, size=2) as fleet,
    ):
        for daemon in fleet.daemons:
            fleet.configure(daemon, hosts=hosts_of(sandbox), more="[engine]\nslots = 1\n")
            daemon.start()
        yield Typed(tmp_path, sandbox, fleet.daemons[0], loud=False)
    postgres.give_back(store)


def begin_at_both(on: Typed, first: str, second: str, *, path: str = "/books/v3/contacts") -> None:
    """Let each daemon carry a run; a call at *path* that the first of them makes is answered once both do."""
    held = on.sandbox.plant(kind="hold", path=path)
    on.ctl(f"syncs initiate {first} --yes")
    on.sandbox.wait_struck(held)
    on.ctl(f"syncs initiate {second} --yes")
    with closing(Eye(on.daemon.store)) as eye:
        for _ in until("a run at each daemon"):
            if len(set(eye.rows("SELECT owner FROM run WHERE state = 'running'"))) == 2:
                break
    on.sandbox.release(held)


def test_two_daemons_stay_together_under_one_budget(on: Typed) -> None:
    connected(on, f"--set calls_per_minute={PACE}")

    begin_at_both(on, "by-books", "by-invoice")
    waiting(on, "by-books", "quota")
    waiting(on, "by-invoice", "quota")

    assert 0 < len(calls(on)) <= PACE
    assert busiest_minute(calls(on)) <= PACE


def test_neither_of_two_daemons_calls_during_a_block_that_one_of_them_met(on: Typed) -> None:
    connected(on)
    on.sandbox.set_limits(per_minute=30)

    begin_at_both(on, "by-books", "by-invoice")
    for sync in ("by-books", "by-invoice"):
        waiting(on, sync, "throttled")
    made = calls(on)
    told = [refused(on, f"connections organizations {name}") for name in ("books", "invoice")]

    # Each of them may have been amid a call as the other one met the block.
    assert [call.status for call in made].count(429) <= 2
    assert [call.status for call in made][:30].count(429) == 0
    assert all("as its vendor blocks it: " in each for each in told)
    assert calls(on) == made


def test_two_daemons_that_read_one_connection_get_one_token(on: Typed) -> None:
    connect(on)
    on.ctl("lists create customers")
    for sync in ("some", "others"):
        on.ctl(f"syncs create {sync} --connection books --list customers --criteria 'company_name is not \"{sync}\"'")
    with psycopg.connect(on.daemon.store) as session:
        session.execute("UPDATE connection SET token_expires = 0")
    on.sandbox.clear_journal()

    begin_at_both(on, "some", "others", path="/oauth/v2/token")
    for run in (1, 2):
        on.ctl(f"runs watch {run}")

    assert len(on.sandbox.journal("/oauth/v2/token")) == 1
