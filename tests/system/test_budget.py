"""Calls that are counted: the real daemon, the real connectors, and a Zoho that blocks those who ask too often."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from contactd_zoho_sandbox.remote.behavior import Call, busiest_minute
from demo import play
from demo.stage import PATIENCE, UNHURRIED, Stage, stage
from fakes.typed import Typed
from requirements.proof import connect, refused

#: Few enough that two syncs which need a call for each customer meet the end of it at once.
PACE = 20


@pytest.fixture
def on() -> Iterator[Stage]:
    """Give a stage whose daemon serves."""
    with stage(loud=False) as bare:
        on = Typed(bare.folder, bare.sandbox, bare.daemon, loud=False)
        on.daemon.start()
        yield on


def connected(on: Stage, pace: str = UNHURRIED) -> None:
    """Connect both products to one organization, each with a sync that needs a call for every customer."""
    on.ctl("lists create customers")
    for name in ("books", "invoice"):
        connect(on, name, kind=f"zoho-{name}", pace=pace)
        on.ctl(f"syncs create by-{name} --connection {name} --list customers --new-field country=country")


def waiting(on: Stage, sync: str, reason: str) -> dict[str, Any]:
    """Wait until the newest run of a sync waits for *reason*, and give it."""
    ends = time.monotonic() + PATIENCE
    while True:
        run: dict[str, Any] = on.ask(f"runs list {sync}")[0]
        if run.get("waiting_reason") == reason:
            return run
        assert time.monotonic() < ends, str(run)
        time.sleep(0.05)


def calls(on: Stage) -> list[Call]:
    """Give the calls that were made for the organization."""
    return [call for call in on.sandbox.journal() if call.organization == play.chinook(on.sandbox)]


def restart(on: Stage) -> None:
    on.daemon.kill()
    on.daemon.start()


def test_two_products_of_one_organization_share_one_budget_also_after_a_restart(on: Stage) -> None:
    connected(on, f"--set calls_per_minute={PACE}")
    on.ctl("syncs initiate by-books --yes")
    on.ctl("syncs initiate by-invoice --yes")

    first, second = waiting(on, "by-books", "quota"), waiting(on, "by-invoice", "quota")
    made = calls(on)
    restart(on)
    waiting(on, "by-books", "quota")
    quota = on.ask("connections show books")["quota"]

    told = f"The {PACE} calls a minute that are made for 'Chinook Records' are used up."
    assert first["waiting_message"].startswith(told)
    assert second["waiting_until"]
    assert 0 < len(made) <= PACE
    assert busiest_minute(calls(on)) <= PACE
    assert (quota["limit"], quota["share"], quota["limit_told"]) == (1_000_000, 500_000, True)
    assert len(made) <= quota["made"] <= PACE
    assert quota["per_minute"] == PACE
    # One grant and one token for each connection, whatever asked, ran or was restarted since.
    assert len(on.sandbox.journal("/oauth/v2/token")) == 4


def test_nobody_calls_during_a_block_and_everybody_is_told_of_it(on: Stage) -> None:
    connected(on)
    on.sandbox.set_limits(per_minute=30)
    on.ctl("syncs initiate by-books --yes")

    blocked = waiting(on, "by-books", "throttled")
    made = calls(on)
    on.ctl("syncs initiate by-invoice --yes")
    other = waiting(on, "by-invoice", "throttled")
    told = refused(on, "connections organizations invoice")
    restart(on)
    waiting(on, "by-invoice", "throttled")
    shown = on.ctl("connections show invoice")

    assert [call.status for call in made].count(429) == 1
    assert calls(on) == made
    assert "as its vendor blocks it: " in other["waiting_message"]
    assert other["waiting_until"] == blocked["waiting_until"]
    assert "No call is made for 'Chinook Records', as its vendor blocks it: " in told
    assert "blocked until " in shown


def test_half_of_a_day_is_left_to_the_other_tools_of_an_organization(on: Stage) -> None:
    connected(on)
    on.sandbox.set_limits(per_day=60)
    on.ctl("syncs initiate by-books --yes")

    run = waiting(on, "by-books", "quota")
    quota = on.ask("connections show books")["quota"]

    assert run["waiting_message"].startswith("Of today's 60 calls for 'Chinook Records' contactd has made 30, ")
    assert run["waiting_until"] > quota["day_end_time"]
    assert len(calls(on)) <= 30
    assert (quota["made"], quota["share"], quota["limit"], quota.get("others", 0)) == (30, 30, 60, 0)
