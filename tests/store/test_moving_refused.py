"""What keeps a store from being moved, each told as what a person has to do about it."""

import re
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from contactd.domain.refusals import Conflict
from contactd.store import moved
from contactd.store.moving import Step, move
from contactd.store.opening import open_store
from fakes.postgres import Schemas
from store.moving import Stage, put


@pytest.fixture
def on(tmp_path: Path, postgres: Schemas) -> Stage:
    return Stage(tmp_path, postgres.make())


def refusal(on: Stage, reason: str) -> str:
    """Move the store, which is refused; give what is said. The file can be served as before."""
    with pytest.raises(Conflict) as caught:
        on.move()
    assert caught.value.reason == reason
    on.served(file=True)
    return caught.value.message


@pytest.mark.parametrize("state", ["admitted", "running"])
def test_runs_that_are_under_way_are_waited_for(on: Stage, state: str) -> None:
    put(on, "UPDATE run SET state = ? WHERE id = 0", state)

    told = refusal(on, "RUNS_LIVE")

    assert told.startswith("1 run is under way in the store ")
    assert "start it, tell it to stop, wait until it has, and move the store then" in told


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("CREATE TABLE letters (id int)", "a table 'letters' is in 'postgresql://"),
        ("CREATE TABLE alembic_version (version_num text)", "a store is in 'postgresql://"),
    ],
)
def test_a_place_that_is_not_empty_is_left_alone(on: Stage, what: str, told: str) -> None:
    with psycopg.connect(on.url) as session:
        session.execute(what)

    assert refusal(on, "STORE_NOT_EMPTY").startswith(told)


def test_a_place_that_another_store_is_half_moved_to_is_left_alone(on: Stage, tmp_path: Path) -> None:
    on.move_killed_after(1)
    (tmp_path / "other").mkdir()
    other = Stage(tmp_path / "other", on.url, rows=1)

    assert re.match(
        r"the store '.*contactd\.db' is half moved to '.*'; go on with that one", refusal(other, "STORE_NOT_EMPTY")
    )


@pytest.mark.parametrize("sql", ["UPDATE store_move SET value = 'other' WHERE name = 'id'", "DROP TABLE store_move"])
def test_a_place_that_is_somebody_elses_by_now_is_left_alone(on: Stage, sql: str) -> None:
    def taken(_step: Step) -> None:
        with psycopg.connect(on.url) as session:
            session.execute(sql)

    with pytest.raises(Conflict, match="the new place is not this move's any more, as somebody has emptied it"):
        on.move(taken)


DAMAGES = {
    "a number with a fraction": (
        "UPDATE budget SET day_left = 1.5",
        "day_left of the table 'budget' is no whole number",
    ),
    "a text in place of a number": ("UPDATE run SET pages = 'private'", "pages of the table 'run' is no whole number"),
    "a text in place of octets": ("UPDATE shelf SET payload = 'private'", "payload of the table 'shelf' is no octets"),
    "octets in place of a text": ("UPDATE contact SET email = x'ff'", "email of the table 'contact' is no text"),
    "a text that is none": (
        "UPDATE contact SET email = CAST(x'70726976617465ff' AS TEXT)",
        "a column of the table 'contact' is no text in UTF-8",
    ),
}


@pytest.mark.parametrize("what", DAMAGES)
def test_what_no_contactd_wrote_is_not_moved(on: Stage, what: str) -> None:
    damage, told = DAMAGES[what]
    put(on, damage)

    message = refusal(on, "STORE_DAMAGED")

    assert f"the store cannot be moved as it is: {told}" in message
    assert "private" not in message


def test_what_a_server_does_not_take_is_told_without_it(on: Stage) -> None:
    put(on, "UPDATE event SET subject = ? WHERE revision = 0", "".join(map(chr, range(1000, 9000))))

    message = refusal(on, "STORE_MOVE_REFUSED")

    assert "does not take what the file holds in the table 'event': index row requires 22968 bytes" in message
    assert message.endswith("; report it, the file is in use as before")


def test_a_table_that_did_not_arrive_as_it_is_ends_the_move_and_the_next_one_begins_anew(on: Stage) -> None:
    def spoil(step: Step) -> None:
        if (step.what, step.done) == ("indexed", 1):
            with psycopg.connect(on.url) as session:
                session.execute("UPDATE contact SET stale = stale + 1 WHERE id = 0")

    with pytest.raises(Conflict, match="the table 'contact' did not arrive as it is: the file has 15 rows") as caught:
        on.move(spoil)
    on.served(file=True)
    on.move()

    assert caught.value.reason == "STORE_MOVE_DIFFERS"
    assert on.arrived() == on.held()


def test_an_empty_file_is_no_store(tmp_path: Path, on: Stage) -> None:
    with (
        closing(open_store(f"sqlite://{tmp_path}/empty.db", clock=lambda: 0)) as source,
        on.target() as target,
        pytest.raises(Conflict, match="there is nothing in the store"),
    ):
        move(source, target, told=lambda _step: None)


def test_a_store_of_a_newer_contactd_is_not_moved(on: Stage) -> None:
    put(on, "UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(Conflict, match="was made by a newer contactd"):
        on.move()


def test_a_file_with_nothing_in_it_was_not_moved(tmp_path: Path) -> None:
    with closing(open_store(f"sqlite://{tmp_path}/empty.db", clock=lambda: 0)) as empty:
        assert moved.reopen(empty) is None
