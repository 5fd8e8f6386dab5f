"""Setting up a sync: the whole draft is checked, and every fault told at once."""

from dataclasses import replace
from uuid import uuid4

import pytest

from contactd.domain.nouns import Schedule
from contactd.domain.refusals import Conflict, Exists, Invalid, NotFound
from contactd.domain.words import FieldOrigin, Recurrence, SubscriptionType, SyncState
from contactd.engine.requests import Asking
from contactd.engine.syncs import mappings, syncs
from contactd.engine.syncs.syncs import Draft
from contactd.store import fields, workspaces
from contactd_sdk import FieldType
from syncs.house import HOME, House, lines

DRAFT = Draft(name="main", connection="memory", list="customers")


def faults_of(house: House, **wanted: object) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        house.draft(**wanted)
    return {fault.field: fault.message for fault in refused.value.faults}


def test_a_new_sync_is_a_draft_with_the_suggested_mapping(house: House) -> None:
    sync = house.draft()

    assert sync.state is SyncState.DRAFT
    assert (sync.connection, sync.list, sync.module) == ("memory", "customers", "contacts")
    assert sync.subscription_type is SubscriptionType.MARKETING
    mapped = [(line.source_field, line.target_field) for line in mappings.get(house.parts, HOME, "main").lines]
    assert mapped == [("email", "email"), ("first", "first-name"), ("last", "last-name")]


def test_its_making_is_told_with_who_made_it(house: House) -> None:
    house.draft(lines=lines("email=email", "company_name"))

    assert ("sync_created", "workspaces/default/syncs/main", "ann") in house.events()


def test_a_name_is_made_from_the_description(house: House) -> None:
    first = house.draft(name="", description="Customers of Books")
    second = house.draft(name="", description="Customers of Books")

    assert (first.name, second.name) == ("customers-of-books", "customers-of-books-2")


def test_a_name_that_is_taken_is_refused(house: House) -> None:
    house.draft()

    with pytest.raises(Exists, match="there is a sync called 'main' already"):
        house.draft()


def test_a_new_field_is_named_and_typed_like_its_source(house: House) -> None:
    house.draft(lines=lines("email=email", "owed"))

    with house.parts.database.reading() as r:
        made = fields.get(r, workspaces.get(r, HOME).id, "outstanding-amount")
    assert (made.title, made.type, made.origin) == ("Outstanding amount", FieldType.DECIMAL, FieldOrigin.SYNC)


def test_a_refused_draft_leaves_nothing_behind(house: House) -> None:
    faults_of(house, list="nobody", lines=lines("email=email", "owed"))

    with house.parts.database.reading() as r:
        assert fields.find(r, workspaces.get(r, HOME).id, "outstanding-amount") is None
    with pytest.raises(NotFound, match="no sync is called 'main'"):
        syncs.get(house.parts, HOME, "main")


def test_every_fault_is_told_at_once_by_its_path(house: House) -> None:
    faults = faults_of(
        house,
        name="Main!",
        list="nobody",
        subscription_type=SubscriptionType.UNSUBSCRIBED,
        schedule=Schedule(recurrence=Recurrence.DAILY, time="25:00", time_zone="Europe/Atlantis"),
        lines=lines("first=first-name", "compny_name=company"),
    )

    assert set(faults) == {
        "sync_id",
        "sync.list",
        "sync.subscription_type",
        "sync.schedule.time",
        "sync.schedule.time_zone",
        "mapping.lines[1].source_field",
        "mapping.lines[1].target_field",
        "mapping.lines",
    }


def test_an_unknown_list_is_told_with_the_command_that_makes_it(house: House) -> None:
    faults = faults_of(house, list="news")

    assert faults == {"sync.list": "no list is called 'news'; make it with `contactctl lists create news`"}


def test_an_unknown_connection_is_told_beside_the_other_faults(house: House) -> None:
    faults = faults_of(house, connection="boks", list="news")

    assert faults["sync.connection"].startswith("no connection is called 'boks'; ")
    assert "sync.list" in faults


def test_an_unknown_module_is_told_with_those_there_are(house: House) -> None:
    assert faults_of(house, module="invoices") == {
        "sync.module": "memory has no module 'invoices'; it has contacts, people"
    }


def test_a_connection_that_is_not_enabled_is_refused(house: House) -> None:
    house.change("UPDATE connection SET state = 'pending'")

    with pytest.raises(Conflict, match="the connection 'memory' is pending: complete its authorization"):
        house.draft()


def test_a_repeated_request_gets_the_first_answer(house: House) -> None:
    asking = Asking(str(uuid4()), b"body")

    first = syncs.create(house.parts, HOME, DRAFT, by="ann", asking=asking)
    again = syncs.create(house.parts, HOME, DRAFT, by="ann", asking=asking)

    assert again == first
    with pytest.raises(Invalid, match="came with another request"):
        syncs.create(house.parts, HOME, DRAFT, by="ann", asking=replace(asking, body=b"other"))
