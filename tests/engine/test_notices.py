"""What people are told of without having asked, beside the ends of runs."""

from sqlalchemy import select, update

from contactd.domain.words import RunState
from contactd.store import field_values, fields, notifications, syncs, tables
from contactd.store.tables import table
from contactd_sdk import AuthFailed
from fakes.house import House, record
from fakes.house_rules import second_sync


def told(house: House) -> list[str]:
    with house.database.reading() as r:
        return [row.kind for row in reversed(notifications.page(r, house.sync.workspace_id, limit=20))]


def limit(house: House, contacts: int) -> None:
    with house.database.transaction() as tx:
        tx.execute(update(table(tables.Workspace)).values(contact_limit=contacts))


def attention(house: House) -> tuple[str, ...]:
    with house.database.reading() as r:
        return syncs.by_id(r, house.sync.id).attention


def test_r36_a_run_that_meets_the_limit_tells_people_and_the_sync_wants_attention(house: House) -> None:
    limit(house, 2)

    house.run([record(1), record(2), record(3)])

    assert told(house) == ["run_succeeded", "limit_reached"]
    assert attention(house) == ("limit",)


def test_a_raised_limit_ends_the_attention_and_a_run_with_room_its_mark(house: House) -> None:
    limit(house, 2)
    house.run([record(1), record(2), record(3)])
    limit(house, 10)
    raised = attention(house)

    house.run([record(1), record(2), record(3)])

    limit(house, 3)
    assert (raised, attention(house)) == ((), ())
    assert told(house).count("limit_reached") == 1


def test_a_refused_credential_makes_the_sync_inactive_and_tells_people(house: House) -> None:
    def refuse(_page: int) -> None:
        raise AuthFailed("the account refuses us")

    house.source.before_page = refuse

    run = house.run([record(1)])

    assert run.state is RunState.FAILED
    assert told(house) == ["sync_deactivated", "run_failed"]


def test_a_refused_credential_makes_every_sync_of_the_connection_inactive(house: House) -> None:
    def refuse(_page: int) -> None:
        raise AuthFailed("the account refuses us")

    first, sibling = house.sync, second_sync(house, same_connection=True)
    stranger = second_sync(house)
    house.source.before_page = refuse

    house.run([record(1)])

    with house.database.reading() as r:
        states = [syncs.by_id(r, one.id) for one in (first, sibling, stranger)]
    assert [one.state for one in states] == ["inactive", "inactive", "active"]
    assert states[1].inactive_reason == "the account refuses us"
    assert told(house) == ["sync_deactivated", "sync_deactivated", "run_failed"]


def test_a_credential_that_is_refused_after_it_was_replaced_is_nobodys_any_more(house: House) -> None:
    def replace_and_refuse(_page: int) -> None:
        with house.database.transaction() as tx:
            tx.fast("UPDATE connection SET credential_generation = credential_generation + 1")
        raise AuthFailed("the account refuses us")

    house.source.before_page = replace_and_refuse
    run = house.run([record(1)])
    house.source.before_page = lambda _page: None
    with house.database.transaction() as tx:
        tx.fast("UPDATE run SET state = 'admitted'")

    again = house.carry(run.id)

    assert (run.state, run.waiting_reason) == (RunState.WAITING, "retry")
    assert (again.state, told(house)) == (RunState.SUCCEEDED, ["run_succeeded"])


def test_what_changed_is_found_after_any_revision(house: House) -> None:
    house.run([record(1)])
    house.run([record(2)])
    with house.database.transaction() as tx:
        notifications.mark_read(tx, 1)

    with house.database.reading() as r:
        everything = notifications.changed(r, house.sync.workspace_id, revision=0, after=0, limit=9)
        rest = notifications.changed(
            r, house.sync.workspace_id, revision=everything[0].revision, after=everything[0].id, limit=9
        )

    assert [(row.id, row.read) for row in everything] == [(2, False), (1, True)]
    assert [row.id for row in rest] == [1]


def test_a_field_that_is_mapped_is_in_use_and_one_that_is_not_leaves_no_value(house: House) -> None:
    house.run([record(1, company="Acme"), record(2, company="Chinook")])
    with house.database.reading() as r:
        company = fields.get(r, house.sync.workspace_id, "company")
        users = field_values.users(r, company)

    with house.database.transaction() as tx:
        marked = field_values.mark(tx, company)
        last = field_values.erase(tx, marked, after=0)
        over = field_values.erase(tx, marked, after=last or 0)
        field_values.forget(tx, marked)

    contact = table(tables.Contact)
    with house.database.reading() as r:
        kept = [row.fields for row in r.rows(select(contact.c.fields))]
        free = not fields.taken(r, house.sync.workspace_id, "company")
    assert (list(users), over, free) == (["main"], None, True)
    assert kept == ['{"first-name":"First"}'] * 2
