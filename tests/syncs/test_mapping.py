"""Replacing a mapping: as a whole, checked as a whole, as a new version."""

import pytest

from contactd.domain.refusals import Invalid, Stale
from contactd.engine.syncs import mappings, syncs
from contactd.store import mappings as stored
from syncs.house import HOME, House, lines


def targets(house: House) -> list[str]:
    return [line.target_field for line in mappings.get(house.parts, HOME, "main").lines]


def replaced(house: House, *pairs: str, etag: str = "") -> int:
    return mappings.replace(house.parts, HOME, "main", lines(*pairs), etag=etag, by="ann").version


def faults_of(house: House, *pairs: str) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        replaced(house, *pairs)
    return {fault.field: fault.message for fault in refused.value.faults}


def test_a_mapping_is_replaced_whole_as_the_next_version(house: House) -> None:
    before = house.draft()

    version = replaced(house, "email=email", "company_name")

    after = syncs.get(house.parts, HOME, "main").sync
    assert (version, after.mapping_version) == (2, 2)
    assert targets(house) == ["email", "company"]
    assert after.version == before.version + 1
    assert house.events()[-1] == ("mapping_changed", "workspaces/default/syncs/main", "ann")


def test_a_run_keeps_the_version_that_it_began_with(house: House) -> None:
    _, run = house.ran()

    replaced(house, "email=email")

    with house.parts.database.reading() as r:
        began_with = stored.lines(r, run.sync_id, run.mapping_version)
    assert [line.target_field for line in began_with] == ["email", "first-name", "last-name"]


def test_a_mapping_that_changed_since_it_was_read_is_not_replaced(house: House) -> None:
    house.draft()
    replaced(house, "email=email", etag="1")

    with pytest.raises(Stale, match="the mapping of the sync 'main' was changed since it was read"):
        replaced(house, "email=email", etag="1")


def test_a_mapping_without_the_address_is_refused(house: House) -> None:
    house.draft()

    assert faults_of(house, "first=first-name") == {
        "mapping.lines": "the mapping has no line to 'email'; add one, such as `--map email=email`"
    }


def test_an_unknown_source_field_is_told_with_those_that_are_near(house: House) -> None:
    house.draft()

    faults = faults_of(house, "email=email", "compny_name=last-name", "Outstanding Amount=first-name", "zzz")

    assert faults == {
        "mapping.lines[1].source_field": "the source has no field 'compny_name'; did you mean 'company_name'?",
        "mapping.lines[2].source_field": "the source has no field 'Outstanding Amount'; did you mean 'owed'?",
        "mapping.lines[3].source_field": "the source has no field 'zzz'; "
        "`contactctl fields source` lists those that it has",
    }


def test_an_unknown_contact_field_is_told_with_both_ways_to_make_it(house: House) -> None:
    house.draft()

    faults = faults_of(house, "email=email", "company_name=firm")

    assert faults == {
        "mapping.lines[1].target_field": "no contact field is called 'firm'; make it with "
        "`contactctl fields create firm`, or let the mapping make it with `--new-field company_name=firm`"
    }


def test_a_line_that_goes_nowhere_is_refused(house: House) -> None:
    house.draft()

    assert list(faults_of(house, "email=email", "company_name=")) == ["mapping.lines[1].target_field"]


def test_two_lines_to_one_field_are_refused(house: House) -> None:
    house.draft()

    assert faults_of(house, "email=email", "first=first-name", "name=first-name") == {
        "mapping.lines[2].target_field": "'name' goes to 'first-name', and so does 'first'; "
        "leave one of the two lines out"
    }


def test_a_new_field_is_made_only_where_there_is_none(house: House) -> None:
    house.draft(lines=lines("email=email", "company_name"))

    replaced(house, "email=email", "company_name")

    assert targets(house) == ["email", "company"]


def test_a_field_of_another_type_is_not_taken_for_a_new_one(house: House) -> None:
    house.draft(lines=lines("email=email", "owed"))
    house.change("UPDATE field SET name = 'company' WHERE name = 'outstanding-amount'")

    faults = faults_of(house, "email=email", "company_name")

    assert "there is a field 'company' already, of type decimal" in faults["mapping.lines[1].target_field"]
    assert targets(house) == ["email", "outstanding-amount"]


def test_what_the_source_offers_can_be_asked_and_is_suggested(house: House) -> None:
    offered = mappings.source_fields(house.parts, HOME, "memory", "contacts")
    suggested = mappings.suggested(house.parts, HOME, "memory", "contacts")

    assert [field.name for field in offered][:5] == ["email", "first", "last", "company_name", "country"]
    assert [line.target_field for line in suggested] == ["email", "first-name", "last-name"]
