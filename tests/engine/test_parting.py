"""What a sync takes along from whom it removes: all that it made them members of (daemon/decisions/0027)."""

import pytest

from contactd.domain.words import Mode
from contactd.store import lists
from fakes.house import House, counts, record
from fakes.house_rules import add_topics, second_sync, set_sync, told


@pytest.fixture
def news(house: House) -> int:
    """Give a list that the sync may fill from now on."""
    with house.database.transaction() as tx:
        return lists.create(tx, workspace_id=1, name="news", title="News", description="").id


def memberships(house: House) -> list[tuple[str, int, int]]:
    """Give all that contacts are subscribed to, as (what, which, contact)."""
    with house.database.reading() as r:
        found = [
            r.fast(f"SELECT '{of}', {of}_id, contact_id FROM {of}_member ORDER BY 2, 3") for of in ("list", "topic")
        ]
    return [(what, which, contact) for rows in found for what, which, contact in rows]


def test_a_removal_takes_a_list_that_the_sync_filled_before(house: House, news: int) -> None:
    house.run([record(1), record(2)])
    set_sync(house, list_id=news)
    house.run()

    run = house.run([record(2)], Mode.SWEEP)

    assert counts(run) == {"removed": 1, "unchanged": 1}
    assert memberships(house) == [("list", 1, 2), ("list", news, 2)]


def test_a_removal_takes_the_topics_that_the_sync_told_of(house: House) -> None:
    add_topics(house, "news", "tips")
    house.run([record(1)])

    house.run([], Mode.SWEEP)

    assert memberships(house) == []
    assert told(house) == [("topics/news", "subscribed", ""), ("topics/tips", "subscribed", "")]


def test_what_a_person_put_there_stays(house: House, news: int) -> None:
    topics = add_topics(house, "news", "tips")
    house.run([record(1)])
    with house.database.transaction() as tx:
        tx.fast("UPDATE contact SET manual = 1")
        tx.fast("UPDATE topic_member SET sync_id = NULL WHERE topic_id = ?", (topics[0],))
        tx.fast("INSERT INTO list_member VALUES (?, 1, 'subscribed', NULL, 1)", (news,))

    run = house.run([], Mode.SWEEP)

    assert counts(run) == {"removed:detached": 1}
    assert memberships(house) == [("list", news, 1), ("topic", topics[0], 1)]


def test_a_topic_that_another_sync_tells_of_too_is_that_ones_from_then_on(house: House) -> None:
    first, topics = house.sync, add_topics(house, "news", "tips")
    house.run([record(1)])
    house.sync = other = second_sync(house)
    set_sync(house, topics=topics[:1])
    house.run([record(7, "person1@example.com")])
    house.sync = first

    run = house.run([], Mode.SWEEP)

    assert counts(run) == {"removed:detached": 1}
    assert memberships(house) == [("list", 1, 1), ("topic", topics[0], 1)]
    with house.database.reading() as r:
        assert r.fast("SELECT sync_id FROM topic_member") == [(other.id,)]


def test_an_undo_gives_the_topics_back(house: House) -> None:
    add_topics(house, "news", "tips")
    house.run([record(1)])
    before = memberships(house)
    removed = house.run([], Mode.SWEEP)

    house.undo(removed)

    assert memberships(house) == before
