"""Who shares the store, and a run that none of them can carry, as people see it."""

import json

from contactd.domain.nouns import Daemon
from contactd.store import attempts, daemons, due
from fakes.daemons import daemon
from setup.running import Typing
from syncs.house import House
from syncs.test_typed_setup import CREATE, DAILY
from syncs.test_typed_waiting import waits


def enter(house: House, *others: Daemon) -> None:
    """Let daemons share the store of the house."""
    with house.parts.database.transaction() as tx:
        for one in others:
            daemons.look_after(tx, one)


def test_everybody_who_shares_the_store_is_listed_with_what_they_have_and_do(house: House, typed: Typing) -> None:
    worker = daemon(2, "worker", "memory", "acme", machine="beta")
    enter(house, daemon(1, "control"), worker)
    typed(*CREATE, *DAILY)
    typed("syncs", "initiate", "main")
    with house.parts.database.transaction() as tx:
        due.admit(tx, 1)
        attempts.begin(tx, 1, owner=worker.owner)

    seen, told = typed("daemons", "list"), typed.told("daemons", "list")

    assert "00000002" in seen
    assert "acme, memory" in " ".join(seen.split())
    assert told == [
        {
            "name": f"daemons/{'00000001' * 4}",
            "machine": "alpha",
            "role": "DAEMON_ROLE_CONTROL",
            "version": "1.2.3",
            "start_time": "1970-01-01T00:00:00.000007Z",
            "state": "STATE_THERE",
            "kinds": [],
            "runs": [],
        },
        {
            "name": f"daemons/{'00000002' * 4}",
            "machine": "beta",
            "role": "DAEMON_ROLE_WORKER",
            "version": "1.2.3",
            "start_time": "1970-01-01T00:00:00.000007Z",
            "kinds": ["acme", "memory"],
            "runs": ["workspaces/default/syncs/main/runs/1"],
            "state": "STATE_THERE",
        },
    ]


def test_daemons_are_listed_page_by_page(house: House, typed: Typing) -> None:
    everybody = [daemon(number, machine=f"m{number % 7}") for number in range(60)]
    enter(house, *everybody)

    told = json.loads(typed("daemons", "list", "--json"))

    assert [one["machine"] for one in told] == sorted(one.machine for one in everybody)
    assert len({one["name"] for one in told}) == 60


def test_info_tells_the_role_of_the_daemon(typed: Typing) -> None:
    assert "Role       all" in typed("info")


def test_a_run_that_no_daemon_can_carry_says_so_until_one_is_there(house: House, typed: Typing) -> None:
    enter(house, daemon(1, "control", "memory"), daemon(2, "worker", "acme"))
    typed(*CREATE, *DAILY)
    typed("syncs", "initiate", "main")

    told, shown = waits(typed), " ".join(typed("runs", "show", "1").split())
    listed, sync = (
        " ".join(typed(noun, *rest).split()) for noun, *rest in (("runs", "list"), ("syncs", "show", "main"))
    )
    enter(house, daemon(3, "worker", "memory"))
    there = waits(typed)

    assert told[0] == "daemon_away"
    assert told[1].startswith("no daemon that carries runs has the plugin for 'memory'; install it beside one")
    assert told[1] in shown
    assert "waiting: no daemon is there that can carry it" in listed
    assert "waiting: no daemon is there that can carry it" in sync
    assert there == ("slot", "", None)
