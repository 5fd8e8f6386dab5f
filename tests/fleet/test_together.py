"""People ask one daemon, and another one carries the run: what they want and what they see is the same."""

from crash.told import tell
from fleet.conftest import Sets


def test_who_asks_one_daemon_steers_and_sees_the_run_that_another_one_carries(several: Sets) -> None:
    scene = several("control", "worker", pause=0.1)
    control, worker = scene.daemons
    scene.begin()

    scene.wait_carried(1, [worker])
    scene.ctl("syncs pause sync-1")
    scene.wait(lambda: scene.row(1, "state", "waiting_reason") == ("waiting", "paused"), "a run that is paused")
    scene.ctl("syncs resume sync-1")
    scene.let_go()
    seen = scene.ctl("runs watch 1")
    scene.check_over()
    refused = scene.refused(worker, "syncs list")

    assert "succeeded" in seen
    assert "this daemon carries runs, and answers for nothing but itself" in refused
    assert scene.at(worker, "info").startswith("contactd ")
    assert scene.said(control, "run_begun") == []


#: Each run that a worker which lives has as its job.
JOBS = (
    "SELECT job.args->>'run', job.status::text FROM procrastinate_jobs job"
    " JOIN procrastinate_workers worker ON worker.id = job.worker_id"
)


def test_a_run_that_waits_for_its_source_is_cancelled_through_another_daemon_amid_the_call(several: Sets) -> None:
    # Longer than the test would wait.
    scene = several("control", "worker", pause=600)
    scene.begin()
    scene.wait_state(1, "running")
    carried = scene.eye.rows(JOBS)

    scene.ctl("runs cancel 1")

    scene.wait_state(1, "cancelled")
    scene.wait(lambda: scene.eye.rows("SELECT count(*) FROM procrastinate_jobs") == [(0,)], "the end of the job")
    assert carried == [("1", "doing")]
    assert scene.row(1, "pages", "owner") == (0, "")


def test_what_a_worker_holds_back_is_confirmed_through_another_daemon(several: Sets) -> None:
    scene = several("control", "worker")
    scene.begin()
    scene.wait_until_over()
    (sync,) = scene.syncs
    sync.known = dict(sync.world)
    for number in list(sync.world)[:30]:
        del sync.world[number]
    tell(sync.place, list(sync.world.values()), page_size=4)

    scene.ctl("syncs run sync-1 --sweep")
    scene.wait_state(2, "held")
    scene.ctl("runs confirm 2")
    scene.wait_until_over()

    scene.check_over()


def test_workers_keep_the_schedule_by_themselves(several: Sets) -> None:
    scene = several("control", "worker", "worker")
    control, *_ = scene.daemons
    scene.ctl("syncs edit sync-1 --daily 03:00 --zone UTC")
    scene.begin()
    scene.wait_until_over()
    control.stop()

    scene.alter("UPDATE sync SET next_run_at = 1")
    scene.wait(lambda: len(scene.eye.rows("SELECT 1 FROM run WHERE state = 'succeeded'")) == 2, "the run of the clock")

    assert scene.eye.rows("SELECT run_trigger FROM run WHERE id = 2") == [("catch_up",)]
    scene.check()
