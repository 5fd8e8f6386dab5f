"""Taking back what a run did to contacts that others know too, and to what they agreed to."""

import json
from typing import Any

from contactd.domain.nouns import MappingLine, Run, Schedule
from contactd.domain.undoing import WHY_KEPT, Kept
from contactd.domain.words import Mode, SubscriptionType, SyncState
from contactd.store import lists, mappings, syncs
from fakes.house import House, counts, record


def another_sync(house: House) -> None:
    """Let the house run another sync from now on, into a list of its own."""
    with house.database.transaction() as tx:
        mailing = lists.create(tx, workspace_id=1, name="other", title="Other", description="")
        sync = syncs.create(
            tx,
            workspace_id=1,
            connection_id=house.sync.connection_id,
            list_id=mailing.id,
            name="other",
            description="",
            module="contacts",
            subscription_type=SubscriptionType.MARKETING,
            update_empty=False,
            schedule=Schedule(),
            by="test",
        )
        lines = [("email", "email"), ("first", "first-name"), ("company", "company")]
        mappings.begin(tx, sync, [MappingLine(source_field=source, target_field=target) for source, target in lines])
        house.sync = syncs.move(tx, sync, SyncState.ACTIVE, next_run_at=None, by="test")


def change(house: House, sql: str, *values: object) -> None:
    with house.database.transaction() as tx:
        tx.fast(sql, values)


def asked(house: House, sql: str) -> list[tuple[Any, ...]]:
    with house.database.reading() as r:
        return r.fast(sql)


def people(house: House) -> list[tuple[Any, ...]]:
    """Give what there is of every contact."""
    rows = asked(
        house,
        "SELECT id, status, email, email_key, fields, provenance, subscription_type, lawful_basis, stale"
        " FROM contact ORDER BY id",
    )
    return [(*row[:4], json.loads(row[4]), *row[5:]) for row in rows]


def links(house: House) -> list[tuple[Any, ...]]:
    return asked(house, "SELECT sync_id, source_id, contact_id, email_key, state FROM link ORDER BY sync_id, source_id")


def details(house: House, run: Run) -> dict[str, str]:
    return {row[0]: row[1] for row in asked(house, f"SELECT source_id, detail FROM outcome WHERE run_id = {run.id}")}


def test_a_contact_that_another_sync_holds_by_now_is_kept(house: House) -> None:
    first = house.sync
    run = house.run([record(1)])
    another_sync(house)
    house.run([record(77, "person1@example.com", modified=-5, company=None)])
    change(house, "UPDATE contact SET touched_run = ?", run.id)
    house.sync = first

    undone = house.undo(run)

    assert details(house, undone) == {"1": WHY_KEPT[Kept.HELD]}
    assert [row[1] for row in people(house)] == ["live"]


def test_a_contact_that_was_only_linked_is_let_go_and_stays(house: House) -> None:
    house.run([record(1)])
    before = people(house)
    another_sync(house)
    run = house.run([record(77, "person1@example.com", first="Newer", modified=50)])

    undone = house.undo(run)

    assert counts(run) == {"updated:linked": 1}
    assert counts(undone) == {"updated": 1}
    assert people(house) == before
    assert [link[2:] for link in links(house)] == [(1, "person1@example.com", "owner"), (None, None, "skipped")]
    assert asked(house, "SELECT count(*) FROM list_member") == [(1,)]


def test_what_is_taken_back_makes_other_syncs_look_again(house: House) -> None:
    house.run([record(1)])
    another_sync(house)
    run = house.run([record(77, "person1@example.com", first="Newer", modified=50)])
    change(house, "UPDATE link SET content_hash = ?", b"known")

    house.undo(run)

    assert asked(house, "SELECT content_hash FROM link ORDER BY sync_id") == [(None,), (None,)]


def test_contacts_that_a_changed_address_merged_are_two_again(house: House) -> None:
    house.run([record(1), record(2)])
    before, linked = people(house), links(house)
    run = house.run([record(1, "person2@example.com", modified=5), record(2)])

    undone = house.undo(run)

    assert run.counts.total == 2
    assert undone.counts.total == 1
    assert people(house) == before
    assert links(house) == linked
    assert asked(house, "SELECT count(*) FROM list_member") == [(2,)]


def test_a_contact_that_a_shadow_took_over_meanwhile_goes_back_with_its_owner(house: House) -> None:
    house.run([record(1), record(2), record(3, "person1@example.com", first="Shadow")])
    before, linked = people(house), links(house)
    run = house.run(
        [
            record(1, "person2@example.com", modified=5),
            record(2),
            record(3, "person1@example.com", first="Shadow"),
        ]
    )

    house.undo(run)

    assert people(house) == before
    assert links(house) == linked


def test_a_shadow_that_got_a_contact_of_its_own_is_a_shadow_again(house: House) -> None:
    house.run([record(1), record(3, "person1@example.com", first="Shadow")])
    before, linked = [row for row in people(house) if row[1] == "live"], links(house)
    run = house.run([record(1, "new@example.com", modified=5), record(3, "person1@example.com", first="Shadow")])

    house.undo(run)

    assert counts(run) == {"updated:email_changed": 1, "updated:ownership": 1}
    assert [row for row in people(house) if row[1] == "live"] == before
    assert links(house) == linked


def test_topics_and_lawful_basis_go_back_with_their_consent(house: House) -> None:
    house.run([record(1)])
    columns = "id, workspace_id, name, title, version, created_at"
    change(house, f"INSERT INTO topic ({columns}) VALUES (5, 1, 'news', '', 1, 0), (6, 1, 'tips', '', 1, 0)")
    change(house, "UPDATE workspace SET gdpr_enabled = 1")
    change(house, "UPDATE sync SET topics = '[5]', lawful_basis = 'contract', mapping_version = 1")
    run = house.run([record(1, modified=5)])
    told = asked(house, "SELECT topic_id, state FROM topic_member")

    undone = house.undo(run)

    assert told == [(5, "subscribed")]
    assert counts(undone) == {"updated": 1}
    assert asked(house, "SELECT count(*) FROM topic_member") == [(0,)]
    assert people(house)[0][7] == ""
    events = asked(house, "SELECT subject, old, new, actor FROM consent_event ORDER BY id")
    assert sorted(event for event in events if event[3] == f"run/{undone.id}") == [
        ("lawful_basis", "contract", "", f"run/{undone.id}"),
        ("topics/news", "subscribed", "", f"run/{undone.id}"),
    ]


def test_a_contact_whose_address_went_bad_is_not_stale_any_more(house: House) -> None:
    house.run([record(1)])
    before = people(house)
    run = house.run([record(1, "person1@gnail.com", modified=5)])

    undone = house.undo(run)

    assert counts(run) == {"skipped:invalid_pattern": 1}
    assert counts(undone) == {"updated": 1}
    assert people(house) == before


def test_a_contact_that_a_later_run_gave_to_another_record_stays(house: House) -> None:
    run = house.run([record(1, "jo@example.com")])
    there = [record(2, "jo@example.com")]
    house.run(there, Mode.SWEEP)

    undone = house.undo(run)
    again = house.run(there)

    assert list(details(house, undone).values()) == [WHY_KEPT[Kept.LATER_RUN]]
    assert counts(again) == {"unchanged": 1}
    assert list(house.contacts()) == ["jo@example.com"]
