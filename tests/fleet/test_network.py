"""Daemons that lose their server: by a cut, by silence, by a restart; and a queue that is damaged under them."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from crash.fleet import Fleet, Zygote
from crash.told import install_told
from fakes.postgres import Schemas, Server
from fleet.conftest import Sets
from fleet.network import way
from fleet.stage import Several


@pytest.mark.parametrize("how", ["cut", "swallow"])
def test_a_daemon_that_does_not_reach_the_server_loses_its_run_to_another_and_takes_part_again(
    several: Sets, tmp_path: Path, how: str
) -> None:
    scene = several("control", size=120)
    (control,) = scene.daemons
    with way(tmp_path / "way", scene.fleet.store) as path:
        far = scene.fleet.add(store=path.store)
        far.start()
        scene.begin()
        scene.wait_carried(1, [far])
        near = scene.fleet.add()

        getattr(path, how)()
        near.start()
        scene.wait_carried(1, [near])
        path.mend()
        scene.wait_until_over()

        scene.check_over()
        near.stop()
        scene.begin_again()
        scene.wait_until_over()
        scene.check_over()
        assert {line["run"] for line in scene.said(far, "run_begun")} == {1, 2}
        assert control.stop() == far.stop() == 0


def test_a_daemon_that_hears_nothing_from_its_server_stops_within_its_time_all_the_same(
    several: Sets, tmp_path: Path
) -> None:
    scene = several("control", size=400, more='[engine]\ndrain = "3s"\n')
    with way(tmp_path / "way", scene.fleet.store) as path:
        far = scene.fleet.add(store=path.store)
        far.start()
        scene.begin()
        scene.wait_carried(1, [far])
        path.swallow()
        # By then each of its threads is amid a question that nobody answers, the clock's, too.
        scene.wait(lambda: path.swallowed >= 3, "questions that nobody answers")

        code = far.stop()

        assert code == 0
        assert scene.said(far, "drain_overran")


DAMAGES = (
    "DROP TABLE procrastinate_jobs CASCADE",
    "DELETE FROM procrastinate_workers",
    "TRUNCATE procrastinate_workers CASCADE",
)


def test_a_queue_that_is_damaged_while_runs_are_carried_and_wait_keeps_nobody_from_coming_to_its_end(
    several: Sets,
) -> None:
    scene = several("all", "all", syncs=3, size=24, more="[engine]\nslots = 1\n")
    scene.begin()

    for damage in DAMAGES:
        scene.wait_for_runs(1)
        scene.alter(damage)
        scene.wait_until_over()
        scene.check_over()
        scene.begin_again()
    scene.wait_until_over()

    scene.check_over()


@pytest.fixture
def restarted(born: Zygote, tmp_path: Path) -> Iterator[tuple[Several, Server]]:
    """Give a scene of three daemons on a server that the test may restart."""
    with Server() as server:
        store = Schemas(server.url()).make()
        fleet = Fleet(born, tmp_path, store, install_told(tmp_path / "plugins"), size=3, more="[engine]\nslots = 1\n")
        with fleet, closing(Several(fleet, syncs=4, size=60)) as scene:
            scene.set_up()
            yield scene, server


def test_a_server_that_is_restarted_under_three_daemons_costs_time_and_no_page(
    restarted: tuple[Several, Server],
) -> None:
    scene, server = restarted
    scene.begin()
    scene.wait_for_runs(3)

    server.stop()
    server.start()
    scene.look_anew()
    scene.wait_until_over()

    scene.check_over()
    assert [daemon.stop() for daemon in scene.daemons] == [0, 0, 0]
