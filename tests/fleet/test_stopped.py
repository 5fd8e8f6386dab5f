"""Daemons that are stopped in the middle of what they do, taken over from, and let go on as if nothing had been."""

from fleet.conftest import Sets
from fleet.stage import freeze, thaw


def test_a_daemon_that_was_asleep_while_its_run_was_taken_over_commits_no_page_twice_and_serves_on(
    several: Sets,
) -> None:
    scene = several("all", "all", size=120)
    scene.begin()
    asleep = scene.wait_carried(1)
    (other,) = scene.others(asleep)

    freeze(asleep)
    scene.wait_carried(1, [other])
    thaw(asleep)
    scene.wait_until_over()

    scene.wait(lambda: scene.said(asleep, "run_overtaken"), "the word of the one that was overtaken")
    scene.check_over()
    assert [line["run"] for line in scene.said(other, "run_begun")] == [1]
    other.stop()
    scene.daemons.sort(key=lambda one: one is other)
    scene.begin_again()
    scene.wait_until_over()
    scene.check_over()
