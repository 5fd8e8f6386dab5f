"""What a sweep, and a run that is cut short, may and may not take from people."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec

from contactd.domain.clock import micros
from contactd.domain.nouns import Schedule
from contactd.domain.words import Mode, RunState, SubscriptionType, SyncState
from contactd.engine.runs.stop import Stop
from contactd.store import attempts, due, mappings, runs, syncs
from contactd_sdk import Malformed, Throttled
from fakes.house import EPOCH, House, counts, record


def test_an_unseen_shadow_that_is_still_there_takes_the_contact_over(house: House) -> None:
    house.run([record(1, "a@example.com", first="One"), record(2, "a@example.com", first="Two")])
    house.source.confirms = True
    # Customer 2 slipped between two pages of the listing.
    house.source.slipped = [record(2, "a@example.com", first="Two")]

    run = house.run([], Mode.SWEEP)

    assert counts(run) == {"updated:ownership": 1}
    assert house.contacts() == {"a@example.com": {"first-name": "Two"}}


def test_who_was_read_comes_back_with_an_address_whose_owner_is_gone_and_who_was_not_does_not(house: House) -> None:
    """A person had deleted the contact; the record that it was of is not there any more (row 19)."""
    house.run([record(1, "a@example.com", first="One"), record(2, "a@example.com", first="Two")])
    with house.database.transaction() as tx:
        tx.fast("UPDATE contact SET status = 'deleted', touched_run = NULL")
    house.source.confirms = True
    house.source.slipped = [record(2, "a@example.com", first="Two")]

    unread = counts(house.run([], Mode.SWEEP))
    read = counts(house.run([record(2, "a@example.com", first="Two", modified=5)]))

    assert unread == {}
    assert read == {"readded": 1}
    assert house.contacts() == {"a@example.com": {"first-name": "Two"}}


def test_who_was_read_in_a_sweep_comes_back_in_it(house: House) -> None:
    house.run([record(1, "a@example.com", first="One"), record(2, "a@example.com", first="Two")])
    with house.database.transaction() as tx:
        tx.fast("UPDATE contact SET status = 'deleted', touched_run = NULL")

    run = house.run([record(2, "a@example.com", first="Two")], Mode.SWEEP)

    assert counts(run) == {"readded": 1}
    assert house.contacts() == {"a@example.com": {"first-name": "Two"}}


def test_a_source_that_says_later_is_not_asked_the_same_again(house: House) -> None:
    house.source.page_size = 100
    everybody = [record(number) for number in range(1, 301)]
    house.run(everybody)
    house.source.confirms = True
    asked: list[str] = []

    def be_tired_once(ids: Sequence[str]) -> None:
        if "later" not in asked and len(asked) > 10:
            asked.append("later")
            raise Throttled("later", house.clock)
        asked.extend(ids)

    house.source.before_answer = be_tired_once
    first = house.run(everybody[30:], Mode.SWEEP)
    run = house.carry(first.id)

    assert (run.state, counts(run)["removed"]) == (RunState.SUCCEEDED, 30)
    assert len([name for name in asked if name != "later"]) == 30


def test_a_sweep_gets_on_however_few_calls_are_allowed_between_two_times_of_later(house: House) -> None:
    house.source.page_size = 100
    everybody = [record(number) for number in range(1, 13)]
    house.run(everybody)
    house.source.confirms = True
    left = [5]

    def allow_five(ids: Sequence[str]) -> None:
        left[0] -= len(ids)
        if left[0] < 0:
            raise Throttled("later", house.clock)

    house.source.before_answer = allow_five
    run = house.run(everybody[:1], Mode.SWEEP)
    times = 1
    while run.state is RunState.WAITING and times < 10:
        left[0] = 5
        run = house.carry(run.id)
        times += 1

    assert (run.state, counts(run)["removed"]) == (RunState.SUCCEEDED, 11)


def test_a_cancelled_sweep_removes_nobody(house: House) -> None:
    house.run([record(1), record(2)])
    house.source.confirms = True
    run = house.start(Mode.SWEEP)
    house.source.records = [record(1)]

    def cancel_meanwhile(_ids: Sequence[str]) -> None:
        with house.database.transaction() as tx:
            runs.cancel(tx, run, by="ann")

    house.source.before_answer = cancel_meanwhile
    ended = house.carry(run)

    assert ended.state is RunState.CANCELLED
    assert len(house.contacts()) == 2


def test_a_cancel_at_the_brake_is_not_lost(house: House) -> None:
    house.source.page_size = 100
    house.run([record(number) for number in range(1, 31)])
    run = house.start(Mode.SWEEP)
    with house.database.transaction() as tx:
        attempt = attempts.begin(tx, run, owner="test")
        runs.cancel(tx, run, by="ann")

    assert attempt is not None
    with house.database.transaction() as tx:
        attempts.wait_for_answer(tx, attempt)

    assert house.run_of(run).state is RunState.CANCELLED


def test_an_unchanged_owner_beside_an_older_newcomer_is_counted_once(house: House) -> None:
    house.source.page_size = 10
    house.run([record(3, "a@example.com")])

    run = house.run([record(1, "a@example.com"), record(3, "a@example.com")], Mode.SWEEP)

    assert counts(run) == {"updated:ownership": 1, "skipped:file_duplicate": 1}
    assert house.links()["3"] == ("a@example.com", "shadow")


def test_what_another_sync_of_the_same_list_holds_stays_on_it(house: House) -> None:
    house.run([record(1), record(2)])
    other = second_sync(house)
    carry_for(house, other)

    run = house.run([record(2)], Mode.SWEEP)

    assert counts(run) == {"unchanged": 1, "removed:detached": 1}
    assert sorted(house.contacts()) == ["person1@example.com", "person2@example.com"]


def second_sync(house: House) -> int:
    """Make another sync of the same connection into the same list."""
    with house.database.transaction() as tx:
        first = syncs.by_id(tx, house.sync.id)
        sync = syncs.create(
            tx,
            workspace_id=first.workspace_id,
            connection_id=first.connection_id,
            list_id=first.list_id,
            name="other",
            description="",
            module="contacts",
            subscription_type=SubscriptionType.MARKETING,
            update_empty=False,
            schedule=Schedule(),
            by="test",
        )
        mappings.begin(tx, sync, mappings.lines(tx, first.id, first.mapping_version))
        return syncs.move(tx, sync, SyncState.ACTIVE, next_run_at=None, by="test").id


def carry_for(house: House, sync_id: int) -> None:
    with house.database.transaction() as tx:
        sync = syncs.by_id(tx, sync_id)
        run = runs.create(tx, sync=sync, trigger=house.run_of(1).trigger, mode=Mode.FULL)
        due.admit(tx, run)
    house.runs.carry(run, Stop())


def test_a_record_that_cannot_be_read_is_counted_once_however_often_it_comes(house: House) -> None:
    house.source.malformed = [Malformed("{", "no JSON"), Malformed("{", "no JSON")]

    first = house.run([record(1)])
    again = house.run()

    assert counts(first) == {"added": 1, "failed:malformed": 1}
    assert counts(again) == {"unchanged": 1, "failed:malformed": 1}
    assert again.with_errors


def test_no_source_is_asked_after_a_record_that_could_not_be_read(house: House) -> None:
    house.source.malformed = [Malformed("{", "no JSON")]
    house.run([record(1), record(2)])
    house.source.malformed = []
    house.source.confirms = True
    asked: list[str] = []
    house.source.before_answer = asked.extend

    run = house.run([record(1)], Mode.SWEEP)

    assert asked == [record(2).id]
    assert counts(run) == {"unchanged": 1, "removed": 1}


def test_a_record_without_a_usable_id_cannot_be_read(house: House) -> None:
    nameless = [msgspec.structs.replace(record(1), id=odd) for odd in ("", "1\0a")]

    run = house.run([*nameless, record(2)])

    assert counts(run) == {"added": 1, "failed:malformed": 2}


def test_the_watermark_ends_where_the_reading_began_by_the_sources_clock(house: House) -> None:
    # Our clock is a hundred days ahead of what the source says.
    house.source.as_of = EPOCH + timedelta(minutes=30)

    house.run([record(1, modified=10), record(2, modified=50)])

    with house.database.reading() as r:
        watermark = syncs.by_id(r, house.sync.id).watermark
    assert watermark == micros(EPOCH + timedelta(minutes=30))


def test_a_source_that_says_later_and_means_now_is_not_asked_at_once(house: House) -> None:
    def refuse(_page: int) -> None:
        raise Throttled("later", EPOCH)

    house.source.before_page = refuse

    run = house.run([record(1)])

    assert (run.state, run.waiting_reason) == (RunState.WAITING, "throttled")
    assert run.waiting_until > house.now()


def test_an_address_that_another_sync_still_has_stays_when_this_one_changes_it(house: House) -> None:
    house.run([record(1, "b@example.com")])
    other = second_sync(house)
    house.source.records = [record(4, "b@example.com")]
    carry_for(house, other)

    house.source.records = [record(4, "z@example.com", modified=5)]
    carry_for(house, other)

    assert sorted(house.contacts()) == ["b@example.com", "z@example.com"]


def test_two_syncs_never_leave_one_address_to_two_contacts(house: House) -> None:
    house.run([record(1, "b@example.com")])
    other = second_sync(house)
    house.source.page_size = 10
    house.source.records = [record(1, "c@example.com"), record(3, "a@example.com"), record(4, "b@example.com")]
    carry_for(house, other)

    house.source.records = [
        record(1, "b@example.com", modified=5),
        record(3, "c@example.com", modified=5),
        record(4, "c@example.com", modified=5),
    ]
    carry_for(house, other)

    with house.database.reading() as r:
        keys = [key for (key,) in r.fast("SELECT email_key FROM contact WHERE status = 'live'")]
    assert sorted(keys) == ["b@example.com", "c@example.com"]


def test_a_deleted_record_that_was_never_here_is_told_the_same_every_time(house: House) -> None:
    told = [dict(counts(house.run([record(1, deleted=True)], Mode.SWEEP))) for _ in range(3)]

    assert told == [{"skipped:unknown_record": 1}] * 3
