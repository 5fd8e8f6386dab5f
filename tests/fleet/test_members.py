"""Who is in a fleet, and what a run waits for that nobody there can carry, as whoever asks is told."""

import json
from pathlib import Path
from typing import Any

from fleet.conftest import Sets
from fleet.stage import Several


def members(scene: Several) -> dict[str, Any]:
    """Give what is told of every daemon, by instance."""
    return {one["name"].removeprefix("daemons/"): one for one in json.loads(scene.ctl("daemons list --json"))}


def waits(scene: Several) -> Any:
    """Give why the first run waits, or its state where it does not."""
    run = json.loads(scene.ctl("runs show 1 --json"))
    return run["waiting_reason"] if run["state"] == "STATE_WAITING" else run["state"]


def test_everybody_sees_who_is_there_and_a_run_waits_for_one_that_has_its_plugin(several: Sets, tmp_path: Path) -> None:
    scene = several("control", size=120)
    (tmp_path / "none").mkdir()
    without, having = scene.fleet.add("worker", plugins=tmp_path / "none"), scene.fleet.add("worker")

    without.start()
    scene.begin()
    nobody = scene.ctl("runs show 1")
    having.start()
    scene.wait_carried(1, [having])
    there, first = members(scene), having.instance()
    having.kill()
    scene.wait(lambda: members(scene)[first]["state"] == "STATE_AWAY", "the absence of the one that was killed")
    scene.wait(lambda: waits(scene) == "daemon_away", "the word of the run that nobody can carry")
    having.start()
    scene.wait_carried(1, [having])
    back, second = members(scene), having.instance()
    scene.wait_until_over()
    idle = without.instance()
    without.stop()

    scene.check_over()
    assert "no daemon that carries runs has the plugin for 'plain'; install it beside one" in " ".join(nobody.split())
    assert {one["role"] for one in there.values()} == {"DAEMON_ROLE_CONTROL", "DAEMON_ROLE_WORKER"}
    assert (there[idle]["kinds"], there[idle]["state"]) == ([], "STATE_THERE")
    assert ("plain" in there[first]["kinds"], there[first]["state"]) == (True, "STATE_THERE")
    assert there[first]["runs"] == ["workspaces/default/syncs/sync-1/runs/1"]
    assert {(one, back[one]["state"]) for one in (first, second)} == {(first, "STATE_AWAY"), (second, "STATE_THERE")}
    assert (back[first]["runs"], back[second]["runs"]) == ([], there[first]["runs"])
    assert idle in back
    assert idle not in members(scene)
