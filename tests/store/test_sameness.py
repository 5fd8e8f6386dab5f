"""What a store gives back is the same wherever it is kept."""

from collections.abc import Callable
from contextlib import suppress

import pytest

from contactd.store import lists, tables
from contactd.store.database import Database
from contactd.store.sql import ANY_NUMBER, ANY_TEXT, insertion, translated, upsert

_META = tables.table(tables.StoreMeta)


@pytest.fixture
def database(opened: Callable[[], Database]) -> Database:
    return opened()


def put(database: Database, *names: str) -> None:
    with database.transaction() as tx:
        tx.many(insertion(_META, ("name", "value")), [(name, "") for name in names])


def test_texts_stand_in_the_order_of_their_octets(database: Database) -> None:
    names = ["B", "_", "a", "a b", "ab", "b", "ä"]
    put(database, *reversed(names))

    with database.reading() as r:
        found = [row.name for row in r.rows(_META.select().order_by(_META.c.name))]

    assert found == names


def test_a_text_with_nul_is_kept_with_the_character_for_what_cannot_be_shown(database: Database) -> None:
    put(database, "a\0b")
    with database.transaction() as tx:
        tx.execute(_META.insert().values(name="c\0d", value="\0"))

    with database.reading() as r:
        by_fast = r.fast(f"SELECT name FROM store_meta WHERE name IN {ANY_TEXT}", ('["a\\u0000b", "x"]',))
        by_core = r.first(_META.select().where(_META.c.name == "c\0d"))

    assert by_fast == [("a\ufffdb",)]
    assert by_core is not None
    assert (by_core.name, by_core.value) == ("c\ufffdd", "\ufffd")


def test_an_array_stands_for_any_of_its_members(database: Database) -> None:
    put(database, "one", "two", "three")

    with database.reading() as r:
        texts = r.fast(f"SELECT name FROM store_meta WHERE name IN {ANY_TEXT} ORDER BY name", ('["one", "two", "x"]',))
        none = r.fast(f"SELECT name FROM store_meta WHERE name IN {ANY_TEXT}", ("[]",))
        numbers = r.fast(f"SELECT id FROM workspace WHERE id IN {ANY_NUMBER}", ("[1, 9007199254740993]",))

    assert (texts, none, numbers) == ([("one",), ("two",)], [], [(1,)])


def test_a_row_is_put_or_replaced(database: Database) -> None:
    statement = upsert(_META, ("name", "value"))

    with database.transaction() as tx:
        tx.many(statement, [("a", "1"), ("b", "1")])
        tx.many(statement, [("a", "2")])

    with database.reading() as r:
        assert r.fast("SELECT name, value FROM store_meta ORDER BY name") == [("a", "2"), ("b", "1")]


def test_what_is_committed_meanwhile_is_not_seen(database: Database) -> None:
    put(database, "before")

    with database.reading() as r:
        first = r.fast("SELECT name FROM store_meta")
        put(database, "meanwhile")
        second = r.fast("SELECT name FROM store_meta")

    assert (first, second) == ([("before",)], [("before",)])


def test_a_transaction_that_fails_leaves_nothing_and_its_numbers_are_given_again(database: Database) -> None:
    with suppress(KeyError), database.transaction() as tx:
        first = tx.reserve("run")
        lists.create(tx, workspace_id=1, name="gone", title="", description="")
        raise KeyError

    with database.transaction() as tx:
        assert tx.reserve("run") == first
        assert tx.fast("SELECT name FROM mailing_list") == []


def test_a_percent_sign_is_no_placeholder() -> None:
    assert translated("SELECT 7 % ?", "postgresql") == "SELECT 7 %% %s"
