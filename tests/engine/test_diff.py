"""What a run changed, contact by contact, before and after."""

from collections import Counter

from contactd.domain.changes import Change, ContactChange
from contactd.domain.nouns import Run
from contactd.domain.undoing import WHY_KEPT, Kept
from contactd.store import effects
from contactd.store.effects import EFFECTIVE, Place
from fakes.house import House, record


def diff(house: House, run: Run, *, at_once: int = 2) -> dict[str, ContactChange]:
    """Give what *run* changed, by record, asked for in pieces."""
    told: dict[str, ContactChange] = {}
    place = Place()
    while True:
        with house.database.reading() as r:
            more, place = effects.changes(r, effects.scope_of(r, run), place, at_once)
        if not more:
            return told
        told |= {one.source_id: one for one in more}


def agrees_with_the_counts(house: House, run: Run) -> bool:
    by_outcome = Counter(one.outcome for one in diff(house, run).values())
    return by_outcome == Counter({outcome: run.counts.of(outcome) for outcome in EFFECTIVE})


def test_an_added_contact_is_told_with_all_that_it_got(house: House) -> None:
    run = house.run([record(1, company="Acme"), record(2), record(3)])

    told = diff(house, run)

    assert told["1"].changes == [
        Change("status", None, "live"),
        Change("email", None, "person1@example.com"),
        Change("subscription_type", None, "marketing"),
        Change("list", None, "subscribed"),
        Change("company", None, "Acme"),
        Change("first-name", None, "First"),
    ]
    assert agrees_with_the_counts(house, run)


def test_an_updated_contact_is_told_with_what_it_had_and_what_it_got(house: House) -> None:
    house.run([record(1, company="Acme"), record(2)])
    run = house.run([record(1, first="Anna", company="Umbrella", modified=5), record(2)])

    told = diff(house, run)

    assert list(told) == ["1"]
    assert sorted(told["1"].changes) == [
        Change("company", "Acme", "Umbrella"),
        Change("first-name", "First", "Anna"),
    ]
    assert agrees_with_the_counts(house, run)


def test_what_a_run_changed_is_told_although_a_later_one_changed_it_again(house: House) -> None:
    house.run([record(1)])
    run = house.run([record(1, first="Anna", modified=5)])
    house.run([record(1, first="Berta", modified=9)])

    told = diff(house, run)

    assert told["1"].changes == [Change("first-name", "First", "Anna")]


def test_an_added_contact_is_told_as_it_was_before_a_later_run_changed_it(house: House) -> None:
    run = house.run([record(1)])
    house.run([record(1, first="Anna", modified=5)])

    told = diff(house, run)

    assert Change("first-name", None, "First") in told["1"].changes


def test_a_removed_and_a_readded_contact_are_told(house: House) -> None:
    house.run([record(1), record(2)])
    removal = house.run([record(1, deleted=True, modified=5), record(2)])
    return_ = house.run([record(1, modified=9), record(2)])

    gone, back = diff(house, removal)["1"], diff(house, return_)["1"]

    assert gone.changes == [
        Change("status", "live", "deleted"),
        Change("list", "subscribed", None),
        Change("link", "1", None),
    ]
    assert Change("status", "deleted", "live") in back.changes
    assert agrees_with_the_counts(house, removal)
    assert agrees_with_the_counts(house, return_)


def test_a_changed_address_is_told(house: House) -> None:
    house.run([record(1)])
    run = house.run([record(1, "new@example.com", modified=5)])

    told = diff(house, run)

    assert Change("email", "person1@example.com", "new@example.com") in told["1"].changes


def test_who_was_handed_over_counts_once(house: House) -> None:
    house.run([record(1, "same@example.com"), record(2, "same@example.com", first="Other")])
    run = house.run([record(1, "alone@example.com", modified=5), record(2, "same@example.com", first="Other")])

    assert agrees_with_the_counts(house, run)
    assert run.counts.total == 2


def test_an_undo_tells_what_it_took_back_and_what_it_kept(house: House) -> None:
    house.run([record(1), record(2)])
    run = house.run([record(1, first="Anna", modified=5), record(2, first="Berta", modified=5)])
    with house.database.transaction() as tx:
        tx.fast("UPDATE contact SET touched_run = NULL WHERE email = 'person2@example.com'")

    told = diff(house, house.undo(run))

    assert told["1"].changes == [Change("first-name", "Anna", "First")]
    assert (told["2"].changes, told["2"].detail) == ([], WHY_KEPT[Kept.BY_HAND])


def test_a_run_that_changed_nobody_tells_nothing(house: House) -> None:
    house.run([record(1)])

    assert diff(house, house.run([record(1), record(2, "")])) == {}


def test_what_people_did_to_a_contact_since_is_not_told_of_the_run_that_made_it(house: House) -> None:
    run = house.run([record(1, company="Acme"), record(2)])
    with house.database.transaction() as tx:
        tx.fast(
            "UPDATE contact SET subscription_type = 'unsubscribed', touched_run = NULL,"
            """ fields = '{"first-name": "First", "company": "By hand"}', provenance = '{"company": "manual"}'"""
            " WHERE email = 'person1@example.com'"
        )
        tx.fast("UPDATE list_member SET state = 'unsubscribed'")
        tx.fast("UPDATE contact SET status = 'deleted', touched_run = NULL WHERE email = 'person2@example.com'")

    told = diff(house, run)

    assert told["1"].changes == [
        Change("status", None, "live"),
        Change("email", None, "person1@example.com"),
        Change("subscription_type", None, "marketing"),
        Change("list", None, "subscribed"),
        Change("first-name", None, "First"),
    ]
    assert Change("status", None, "live") in told["2"].changes
