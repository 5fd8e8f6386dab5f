"""Daemons of a fleet that are restarted one after the other, as an upgrade does, while runs are carried."""

import json
from collections.abc import Iterator

import pytest

from crash.fleet import Zygote, zygote
from fleet.conftest import Sets


@pytest.fixture(scope="module")
def born() -> Iterator[Zygote]:
    """Give what daemons are forked of that miss one another no sooner than they do."""
    with zygote() as made:
        yield made


def test_three_daemons_are_restarted_one_after_the_other_and_every_run_goes_on_at_another_one_at_once(
    several: Sets,
) -> None:
    scene = several("all", "all", "all", syncs=6, size=120, more="[engine]\nslots = 2\n")
    scene.begin()
    scene.wait_for_runs(6)

    codes = []
    for daemon in scene.daemons:
        codes.append(daemon.stop())
        daemon.start()
        scene.check()
    scene.wait_until_over()

    said = [json.loads(line) for daemon in scene.daemons for line in daemon.lines()]
    assert codes == [0, 0, 0]
    assert "drained" in {line.get("ending") for line in said}
    # Handed over, and not missed after a time.
    assert not {"run_lost", "run_overtaken", "drain_overran"} & {line["event"] for line in said}
    scene.check_over()
