"""Rows of the decision table that depend on what a sync or workspace is set to (daemon/REQUIREMENTS.md 1.5)."""

import json
from datetime import timedelta

from contactd.domain.clock import micros
from contactd.domain.words import Mode
from contactd.store import notifications, syncs
from fakes.house import EPOCH, House, counts, record
from fakes.house_rules import add_topics, by_hand, contact, row_of, second_sync, set_sync, set_workspace, suppress, told


def test_what_was_changed_before_the_window_is_skipped(house: House) -> None:
    set_sync(house, retrieve_after=micros(EPOCH + timedelta(minutes=10)))

    run = house.run([record(1, modified=10), record(2, modified=11)])

    assert counts(run) == {"skipped:before_window": 1, "added": 1}


def test_a_record_outside_the_criteria_is_skipped_and_its_contact_stays(house: House) -> None:
    set_sync(house, criteria='company is "Acme"', criteria_types={"company": "text"})
    house.run([record(1, company="Acme"), record(2, company="Other")])

    run = house.run([record(1, company="Other", modified=5), record(2, company="Other")])

    assert counts(run) == {"skipped:criteria": 2}
    assert list(house.contacts()) == ["person1@example.com"]


def test_who_leaves_the_criteria_may_leave_the_list(house: House) -> None:
    set_sync(house, criteria='company is "Acme"', criteria_types={"company": "text"}, policies={"on_leave": "detach"})
    house.run([record(1, company="Acme"), record(2, company="Acme")])

    run = house.run([record(1, company="Other", modified=5), record(2, company="Acme")])

    assert counts(run) == {"removed:detached": 1, "unchanged": 1}
    assert list(house.contacts()) == ["person2@example.com"]
    assert contact(house, "person1@example.com").status == "live"


def test_who_left_the_list_and_comes_back_is_on_it_again(house: House) -> None:
    set_sync(house, criteria='company is "Acme"', criteria_types={"company": "text"}, policies={"on_leave": "detach"})
    house.run([record(1, company="Acme")])
    house.run([record(1, company="Other", modified=5)])

    run = house.run([record(1, company="Acme", modified=9)])

    assert counts(run) == {"updated:linked": 1}
    assert list(house.contacts()) == ["person1@example.com"]


def test_policies_let_misspelt_domains_and_roles_in(house: House) -> None:
    set_sync(house, policies={"typo": "off", "role_exceptions": ["Info@Example.com"]})

    run = house.run([record(1, "a@gnail.com"), record(2, "info@example.com"), record(3, "sales@example.com")])

    assert counts(run) == {"added": 2, "skipped:role_address": 1}


def test_who_gets_no_mail_may_be_kept_up_to_date(house: House) -> None:
    set_sync(house, policies={"suppressed": "refresh"})
    house.run([record(1, company="Acme")])
    by_hand(house, "person1@example.com", subscription_type="unsubscribed")

    run = house.run([record(1, company="Other", modified=5)])

    assert counts(run) == {"skipped:do_not_mail": 1}
    assert house.contacts()["person1@example.com"]["company"] == "Other"
    assert contact(house, "person1@example.com").subscription_type == "unsubscribed"


def test_a_record_whose_new_address_is_suppressed_is_stale(house: House) -> None:
    house.run([record(1)])
    suppress(house, "new@example.com", "hard_bounce")

    run = house.run([record(1, "new@example.com", modified=5)])

    assert counts(run) == {"skipped:bounced": 1}
    assert contact(house, "person1@example.com").stale == 1


def test_a_run_stops_taking_records_at_the_limit_and_says_so(house: House) -> None:
    set_workspace(house, contact_limit=2)

    run = house.run([record(1), record(2), record(3), record(4)])

    assert (run.with_errors, counts(run)) == (True, {"added": 2, "skipped:limit": 2})
    with house.database.reading() as r:
        kinds = {one.kind for one in notifications.page(r, house.sync.workspace_id, limit=10)}
        assert "limit_reached" in kinds
        assert "limit" in syncs.by_id(r, house.sync.id).attention


def test_contacts_of_one_page_count_against_the_limit_too(house: House) -> None:
    set_workspace(house, contact_limit=2)
    house.source.page_size = 4

    run = house.run([record(1), record(2), record(3), record(4)])

    assert counts(run) == {"added": 2, "skipped:limit": 2}


def test_what_met_the_limit_is_read_again_when_there_is_room(house: House) -> None:
    set_workspace(house, contact_limit=1)
    house.run([record(1), record(2)])
    set_workspace(house, contact_limit=5)

    run = house.run(mode=Mode.INCREMENTAL)

    assert counts(run) == {"unchanged": 1, "added": 1}


def test_only_marketing_contacts_count_against_the_limit(house: House) -> None:
    set_workspace(house, contact_limit=1)
    set_sync(house, subscription_type="non_marketing")

    run = house.run([record(1), record(2)])

    assert counts(run) == {"added": 2}


def test_a_contact_knows_of_the_topics_and_the_basis_of_its_sync(house: House) -> None:
    topics = add_topics(house, "news", "offers")
    set_sync(house, lawful_basis="consent")

    house.run([record(1)])

    number = contact(house, "person1@example.com").id
    with house.database.reading() as r:
        assert r.fast("SELECT topic_id, state FROM topic_member WHERE contact_id = ? ORDER BY 1", (number,)) == [
            (topic, "subscribed") for topic in topics
        ]
    assert contact(house, "person1@example.com").lawful_basis == "consent"
    assert told(house) == []


def test_what_a_contact_agrees_to_later_is_written_down(house: House) -> None:
    set_sync(house, subscription_type="non_marketing")
    house.run([record(1)])
    add_topics(house, "news", "tips")
    set_sync(house, subscription_type="marketing", lawful_basis="contract")

    run = house.run()

    assert counts(run) == {"updated": 1}
    assert told(house) == [
        ("subscription_type", "non_marketing", "marketing"),
        ("lawful_basis", "", "contract"),
        ("topics/news", "", "subscribed"),
        ("topics/tips", "", "subscribed"),
    ]
    changed = set(json.loads(row_of(house, run.id, "1").changed))
    assert changed == {"topics/news", "topics/tips", "subscription_type", "lawful_basis"}
    assert counts(house.run()) == {"unchanged": 1}


def test_i11_a_sync_gives_no_basis_and_no_topic_where_nobody_is_asked_for_them_any_more(house: House) -> None:
    _, second = add_topics(house, "news", "offers")
    set_sync(house, lawful_basis="consent")
    set_workspace(house, gdpr_enabled=0)
    with house.database.transaction() as tx:
        tx.fast("UPDATE topic SET deleted_at = 1 WHERE id = ?", (second,))

    house.run([record(1)])

    assert contact(house, "person1@example.com").lawful_basis == ""
    with house.database.reading() as r:
        assert r.fast("SELECT topic_id FROM topic_member") == []


def test_another_lawful_basis_is_noted_once_and_changes_nothing(house: House) -> None:
    set_sync(house, lawful_basis="consent")
    house.run([record(1)])
    set_sync(house, lawful_basis="contract")

    run = house.run()
    house.run([record(1, first="Anna", modified=5)])

    assert counts(run) == {"unchanged": 1}
    assert told(house) == [("lawful_basis", "consent", "contract")]
    assert contact(house, "person1@example.com").lawful_basis == "consent"


def test_a_sync_raises_nobody_that_it_did_not_make(house: House) -> None:
    set_sync(house, subscription_type="non_marketing")
    house.run([record(1)])
    house.sync = second_sync(house)

    run = house.run()

    assert counts(run) == {"updated:linked": 1}
    assert contact(house, "person1@example.com").subscription_type == "non_marketing"


def test_a_sync_may_be_told_to_raise_the_type(house: House) -> None:
    set_sync(house, subscription_type="non_marketing")
    house.run([record(1)])
    house.sync = second_sync(house)
    set_sync(house, policies={"raise_type": True})

    house.run()

    assert contact(house, "person1@example.com").subscription_type == "marketing"


def test_who_objected_to_one_topic_is_not_told_of_it(house: House) -> None:
    news, offers = add_topics(house, "news", "offers")
    suppress(house, "person1@example.com", "do_not_mail", scope="topic", scope_id=news)

    run = house.run([record(1)])

    assert counts(run) == {"added": 1}
    with house.database.reading() as r:
        assert r.fast("SELECT topic_id FROM topic_member") == [(offers,)]
