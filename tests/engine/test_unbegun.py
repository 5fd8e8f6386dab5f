"""A run that cannot be begun, by a bug or by damage: it fails and says so, and is not handed out for ever."""

from contactd.domain.words import RunState
from contactd.engine.runs.stop import Stop
from fakes.house import House, record


def test_it_fails_with_an_incident_and_its_sync_runs_on(house: House) -> None:
    house.source.records = [record(1)]
    run = house.start()
    with house.database.transaction() as tx:
        tx.fast("UPDATE run SET config = '{' WHERE id = ?", (run,))

    house.runs.carry(run, Stop())
    failed, after = house.run_of(run), house.run([record(1)])

    with house.database.reading() as r:
        told = r.fast("SELECT message FROM notification WHERE run_id = ?", (run,))
        events = r.fast("SELECT kind FROM event WHERE kind = 'run_failed'")
    assert (failed.state, failed.error_reason, failed.finished_at) == (RunState.FAILED, "INTERNAL", house.now())
    assert "a fault of contactd itself; report incident " in failed.error_message
    assert [message.endswith(f" failed: {failed.error_message}") for (message,) in told] == [True]
    assert len(events) == 1
    assert after.state is RunState.SUCCEEDED
