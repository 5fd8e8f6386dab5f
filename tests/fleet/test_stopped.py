"""Daemons that are stopped in the middle of what they do, taken over from, and let go on as if nothing had been."""

from crash.planted import End
from fleet.conftest import Sets
from fleet.stage import freeze, is_frozen, thaw

A_PAGE = End("engine.runs.run:take_pages", committed=False, asleep=True)


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
    other.stop()
    scene.daemons.sort(key=lambda one: one is other)
    scene.begin_again()
    scene.wait_until_over()
    scene.check_over()


def test_a_daemon_that_falls_asleep_amid_a_page_keeps_nobody_from_writing_for_long_and_commits_it_no_more(
    several: Sets,
) -> None:
    scene = several("control", size=120)
    asleep, other = scene.fleet.add("worker"), scene.fleet.add("worker")
    asleep.begin(A_PAGE)
    scene.begin()
    scene.wait(lambda: is_frozen(asleep), "the sleep of the daemon")
    other.start()

    scene.wait_carried(1, [other])
    thaw(asleep)
    scene.wait(lambda: scene.said(asleep, "run_overtaken"), "the word of the one that was overtaken")
    scene.wait_until_over()

    scene.check_over()
    assert scene.said(other, "run_begun")[0]["cursor"] is None
    other.stop()
    scene.begin_again()
    scene.wait_until_over()
    scene.check_over()
