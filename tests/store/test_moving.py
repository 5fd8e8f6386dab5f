"""A store that is moved from a file to a server: all of it arrives, however often whoever moves it is ended."""

import re
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from contactd.domain.refusals import Conflict
from contactd.store import moved, schema
from contactd.store.moving import Step, move
from contactd.store.opening import open_store
from contactd.store.tables import METADATA
from fakes.everything import everything
from fakes.postgres import Schemas, cut
from store.moving import ROWS, Killed, Stage, put
from store.test_schema import shape


@pytest.fixture
def on(tmp_path: Path, postgres: Schemas) -> Stage:
    return Stage(tmp_path, postgres.make())


def test_every_row_of_every_table_arrives_as_it_was(on: Stage) -> None:
    before = on.held()

    done = on.move()

    assert on.arrived() == before
    assert {len(rows) for rows in before.values()} == {ROWS}
    assert {found.rows for found in done.sums.values()} == {ROWS}
    assert on.held() == before


def test_the_daemons_of_a_place_stay_there(on: Stage) -> None:
    on.move()

    with on.source() as source, on.target() as target:
        assert {name: len(everything(source)[name]) for name in moved.LEFT} == {"daemon": ROWS}
        assert {name: len(everything(target)[name]) for name in moved.LEFT} == {"daemon": 0}


def test_the_new_place_has_the_shape_of_one_that_was_made_there(on: Stage, postgres: Schemas) -> None:
    on.move()

    with on.target() as target, closing(open_store(postgres.make(), clock=lambda: 0)) as made:
        schema.prepare(made)
        assert shape(target) == shape(made)


def test_a_move_goes_on_where_it_was_killed_while_it_copied(on: Stage) -> None:
    before = on.held()
    tables = len(METADATA.tables)

    # Each of them comes three steps further: every second one leaves a table half copied.
    for _ in range(2 * tables // 3):
        on.move_killed_after(3)
        with pytest.raises(Conflict, match="is only half there, as a move into it was interrupted; go on with it"):
            on.served(file=False)
    heard: list[Step] = []
    on.move(heard.append)

    assert len([step for step in heard if step.what == "copied"]) < 3
    assert on.arrived() == before


def test_a_move_goes_on_where_it_was_killed_after_that(on: Stage) -> None:
    before = on.held()
    heard: list[Step] = []
    with pytest.raises(Killed):
        on.move(lambda step: stop_at(step, "given up"))

    for file in (True, False):
        with pytest.raises(Conflict) as caught:
            on.served(file=file)
        assert caught.value.reason == ("STORE_MOVED" if file else "STORE_HALF_MOVED")
    on.move(heard.append)

    assert on.arrived() == before
    assert {step.what for step in heard} == {"indexed", "verified", "given up"}
    on.served(file=False)


def stop_at(step: Step, what: str) -> None:
    if step.what == what:
        raise Killed


def test_a_move_that_has_ended_is_told_as_such_and_its_file_is_served_no_more(on: Stage) -> None:
    on.move()
    again = on.move()

    assert again.again
    there = r"'postgresql://contactd@.*/postgres\?options=-csearch_path%3Dstore_\w+'"
    with pytest.raises(Conflict, match=f"was moved to {there}, and lives there now") as caught:
        on.served(file=True)
    assert caught.value.reason == "STORE_MOVED"
    on.served(file=False)


def test_a_file_that_was_served_meanwhile_is_moved_anew(on: Stage) -> None:
    on.move_killed_after(30)
    on.served(file=True)
    with on.source() as source, source.transaction() as tx:
        tx.fast("UPDATE access_token SET name = 'changed' WHERE id = 0")
    before = on.held()

    on.move()

    assert "changed" in str(before["access_token"])
    assert on.arrived() == before


def test_a_move_that_another_version_began_begins_anew(on: Stage) -> None:
    before = on.held()
    on.move_killed_after(30)
    with psycopg.connect(on.url) as session:
        session.execute("UPDATE store_move SET value = '0001' WHERE name = 'shape'")
        session.execute("ALTER TABLE access_token DROP COLUMN role")

    on.move()

    assert on.arrived() == before


def test_a_store_of_an_older_contactd_is_brought_up_to_date_first(tmp_path: Path, postgres: Schemas) -> None:
    source, target = (open_store(url, clock=lambda: 0) for url in (f"sqlite://{tmp_path}/old.db", postgres.make()))
    with closing(source), closing(target):
        with source.transaction() as tx:
            schema.migrate(tx.connection, "0001")
            tx.fast("INSERT INTO counter (name, value) VALUES ('contact', 7)")

        move(source, target, told=lambda _step: None)
        schema.prepare(target)

        with target.reading() as r:
            assert r.fast("SELECT value FROM counter WHERE name = 'contact'") == [(7,)]
            assert r.fast("SELECT count(*) FROM shelf") == [(0,)]


def test_runs_that_wait_or_are_held_go_along(on: Stage) -> None:
    put(on, "UPDATE run SET state = 'waiting' WHERE id = 0")
    put(on, "UPDATE run SET state = 'held' WHERE id = 1")

    on.move()

    arrived = str(on.arrived()["run"])
    assert (arrived.count("waiting"), arrived.count("held")) == (1, 1)


def test_a_store_that_was_moved_is_not_moved_elsewhere_unless_it_is_opened_again(on: Stage, postgres: Schemas) -> None:
    on.move()
    on.url = postgres.make()
    with pytest.raises(Conflict, match="was moved to") as caught:
        on.move()
    with on.source() as source:
        was = moved.reopen(source)
    on.served(file=True)
    on.move()

    assert caught.value.reason == "STORE_MOVED"
    assert str(was).startswith("postgresql://contactd@")
    assert on.arrived() == on.held()


def test_texts_with_nul_arrive_as_every_store_keeps_them(on: Stage) -> None:
    keys = [f"k\0{number:02}" for number in range(25)]
    for key in keys:
        put(on, "INSERT INTO counter (name, value) VALUES (?, 1)", key)

    done = on.move()

    assert done.sums["counter"].mended == len(keys)
    assert {f"k\ufffd{number:02}" for number in range(25)} <= set(
        re.findall(r"k\ufffd\d\d", str(on.arrived()["counter"]))
    )


def test_a_server_that_was_restarted_between_two_steps_is_missed_by_nobody(on: Stage) -> None:
    before, heard = on.held(), []

    def restarted(step: Step) -> None:
        heard.append(step)
        if len(heard) % 40 == 0:
            cut(on.url)

    on.move(restarted)

    assert on.arrived() == before


def test_great_rows_are_taken_along_by_fewer_at_a_time(on: Stage) -> None:
    put(on, "DELETE FROM shelf")
    put(
        on,
        "INSERT INTO shelf WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 500)"
        " SELECT 1, 'contacts', n, n, n, '', zeroblob(50000) FROM numbers",
    )
    heard: list[Step] = []

    with on.source() as source, on.target() as target:
        move(source, target, told=heard.append)

    assert [step.done for step in heard if (step.what, step.table) == ("copied", "shelf")] == [200, 400, 500]
