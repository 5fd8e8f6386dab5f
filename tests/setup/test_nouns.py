"""Workspaces, lists, fields, notifications and contacts."""

import json

import pytest

from contactd.domain.editions import EDITIONS
from contactd.domain.refusals import Exists, Invalid, NotFound
from contactd.domain.words import FieldOrigin, Severity
from contactd.engine.house import fields as field_verbs
from contactd.engine.house import lists as list_verbs
from contactd.engine.house import notifications as notification_verbs
from contactd.store import contacts, fields, lists, notifications, revisions, tables, workspaces
from contactd_sdk import FieldType

BY = "ann"
UUID = "7d7f4d0c-6f0a-4f5e-9f43-0a4b5b1f9d11"
DAY = 24 * 3600


@pytest.fixture
def store_url(either_store: str) -> str:
    """Try all of it on both kinds of store."""
    return either_store


@pytest.fixture
def home(database):
    with database.reading() as r:
        return workspaces.get(r, "default")


@pytest.fixture
def people(database, home, clock):
    """Five contacts, of which 2 is deleted; the list `all` has 1, 2, 3 and once had 4."""
    contact, member = tables.table(tables.Contact), tables.table(tables.ListMember)
    with database.transaction() as tx:
        list_id = lists.create(tx, workspace_id=home.id, name="all", title="All", description="").id
        for number in range(1, 6):
            tx.execute(
                contact.insert().values(
                    id=number,
                    workspace_id=home.id,
                    email=f"Person{number}@example.com",
                    email_key=f"person{number}@example.com",
                    fields=json.dumps({"tier": number, "tags": ["a"], "gone": None}),
                    subscription_type="marketing",
                    status="deleted" if number == 2 else "live",
                    created_at=clock(),
                    updated_at=clock(),
                    revision=number,
                )
            )
        states = {1: "subscribed", 2: "removed", 3: "subscribed", 4: "unsubscribed"}
        for number, state in states.items():
            tx.execute(member.insert().values(list_id=list_id, contact_id=number, state=state, revision=1))
    return list_id


def test_a_new_store_has_one_workspace_with_its_built_in_fields(database, home):
    with database.reading() as r:
        built_in = [(field.name, field.type, field.origin) for field in fields.every(r, home.id)]

    assert (home.name, home.edition) == ("default", "open")
    assert built_in == [
        ("email", FieldType.EMAIL, FieldOrigin.BUILT_IN),
        ("first-name", FieldType.TEXT, FieldOrigin.BUILT_IN),
        ("last-name", FieldType.TEXT, FieldOrigin.BUILT_IN),
    ]


def test_preparing_a_store_again_makes_no_second_workspace(database):
    with database.transaction() as tx:
        workspaces.prepare(tx)

    with database.reading() as r:
        assert [row.name for row in workspaces.page(r, limit=10)] == ["default"]


def test_every_edition_is_a_row():
    assert set(EDITIONS) == {"open", "campaigns", "classic", "marketinghub"}


def test_a_list_is_called_after_its_title(parts):
    made = list_verbs.create(parts, "default", title="All Customers", description="Everybody.", by=BY)

    assert (made.name, made.title, made.description, made.subscribed) == (
        "all-customers",
        "All Customers",
        "Everybody.",
        0,
    )


def test_a_second_list_of_the_same_title_gets_a_number(parts):
    list_verbs.create(parts, "default", title="All Customers", by=BY)

    assert list_verbs.create(parts, "default", title="All Customers", by=BY).name == "all-customers-2"


def test_a_list_without_a_title_is_titled_by_its_id(parts):
    assert list_verbs.create(parts, "default", name="all", by=BY).title == "all"


def test_the_id_of_a_list_is_used_once(parts):
    list_verbs.create(parts, "default", name="all", by=BY)

    with pytest.raises(Exists):
        list_verbs.create(parts, "default", name="all", by=BY)


def test_an_unknown_list_is_told_with_how_to_make_it(database, home):
    with database.reading() as r, pytest.raises(NotFound) as caught:
        lists.get(r, home.id, "all")

    assert caught.value.message == "no list is called 'all'; make it with `contactctl lists create all`"


@pytest.mark.usefixtures("people")
def test_a_list_counts_those_who_are_subscribed(database, home):
    with database.reading() as r:
        assert lists.get(r, home.id, "all").subscribed == 2


def test_lists_come_by_name_a_page_at_a_time(parts, home):
    for name in ("c", "a", "b"):
        list_verbs.create(parts, "default", name=name, by=BY)

    with parts.database.reading() as r:
        first = lists.page(r, home.id, limit=2)
        rest = lists.page(r, home.id, after=first[-1].name, limit=2)

    assert [[row.name for row in page] for page in (first, rest)] == [["a", "b"], ["c"]]


def test_a_field_is_made_by_hand(parts):
    made = field_verbs.create(parts, "default", title="Customer tier", type=FieldType.NUMBER, by=BY)

    assert (made.name, made.type, made.origin) == ("customer-tier", FieldType.NUMBER, FieldOrigin.MANUAL)


def test_a_built_in_field_cannot_be_made_again(parts):
    with pytest.raises(Exists):
        field_verbs.create(parts, "default", name="email", type=FieldType.TEXT, by=BY)


def ensured(database, home, name, kind):
    with database.transaction() as tx:
        return fields.ensure(
            tx, workspace_id=home.id, name=name, title="Tier", type=kind, sync_id=1, by=BY, place="mapping.lines[3]"
        )


def test_a_new_field_is_made_only_if_it_is_absent(database, home):
    first = ensured(database, home, "tier", FieldType.NUMBER)

    again = ensured(database, home, "tier", FieldType.NUMBER)

    assert again == first
    assert first.origin is FieldOrigin.SYNC


def test_a_text_field_takes_every_type(database, home):
    assert ensured(database, home, "first-name", FieldType.NUMBER).type is FieldType.TEXT


def test_a_field_of_another_type_is_refused_at_its_line(database, home):
    ensured(database, home, "tier", FieldType.NUMBER)

    with pytest.raises(Invalid) as caught:
        ensured(database, home, "tier", FieldType.TEXT)

    assert caught.value.faults[0].field == "mapping.lines[3]"
    assert "of type number, which cannot take values of type text" in caught.value.message


def test_every_change_has_a_revision_of_its_own(parts):
    with parts.database.reading() as r:
        before = revisions.latest(r)

    list_verbs.create(parts, "default", title="All", by=BY)

    with parts.database.reading() as r:
        assert revisions.latest(r) == before + 1


@pytest.mark.usefixtures("people")
def test_contacts_come_by_number_and_the_deleted_are_left_out(database, home):
    with database.reading() as r:
        everybody = contacts.page(r, home.id, limit=10)
        later = contacts.page(r, home.id, after=3, limit=1)

    assert [contact.id for contact in everybody] == [1, 3, 4, 5]
    assert [contact.id for contact in later] == [4]


def test_the_contacts_of_a_list_are_its_subscribers(database, home, people):
    with database.reading() as r:
        members = contacts.page(r, home.id, wanted=contacts.Wanted(list_id=people), limit=10)
        later = contacts.page(r, home.id, wanted=contacts.Wanted(list_id=people), after=1, limit=10)

    assert [(contact.id, contact.lists) for contact in members] == [(1, ("all",)), (3, ("all",))]
    assert [contact.id for contact in later] == [3]


@pytest.mark.usefixtures("people")
def test_a_contact_is_found_by_number_and_by_key_deleted_ones_too(database, home):
    with database.reading() as r:
        by_number = contacts.get(r, home.id, 2)
        by_key = contacts.by_key(r, home.id, "person2@example.com")

    assert by_number == by_key
    assert (by_number.email, by_number.fields) == ("Person2@example.com", {"tier": 2, "tags": ["a"], "gone": None})


def test_an_unknown_address_is_not_repeated(database, home):
    with database.reading() as r, pytest.raises(NotFound) as caught:
        contacts.by_key(r, home.id, "nobody@example.com")

    assert caught.value.message == "no contact has this address"
    assert "nobody" not in str(caught.value.facts)


def told(database, home, message):
    with database.transaction() as tx:
        return notifications.create(
            tx,
            workspace_id=home.id,
            kind="run_failed",
            severity=Severity.ERROR,
            message=message,
            sync_id=None,
            run_id=None,
        )


def test_notifications_come_newest_first_and_are_read_once(parts, home):
    first, second = told(parts.database, home, "one"), told(parts.database, home, "two")

    read = notification_verbs.mark_read(parts, "default", first, by=BY)
    again = notification_verbs.mark_read(parts, "default", first, by=BY)

    assert read.read
    assert again == read
    with parts.database.reading() as r:
        assert [row.id for row in notifications.page(r, home.id, limit=10)] == [second, first]
        assert [row.id for row in notifications.page(r, home.id, limit=10, unread_only=True)] == [second]
        assert [row.id for row in notifications.page(r, home.id, before=second, limit=10)] == [first]
        assert notifications.unread(r, home.id) == 1


def test_an_unknown_notification_is_not_found(parts):
    with pytest.raises(NotFound) as caught:
        notification_verbs.mark_read(parts, "default", 99, by=BY)

    assert caught.value.message == "no notification is called '99'"
