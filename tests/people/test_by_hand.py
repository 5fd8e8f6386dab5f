"""Contacts that people make, change, delete and bring back; what syncs then leave alone (R14, R65)."""

import pytest

from contactd.domain.refusals import Conflict, Invalid, Stale
from contactd.domain.words import ContactStatus, Membership, Mode, SubscriptionType
from contactd.engine.people import contact_edits, contacts
from contactd.engine.people.contact_edits import Change
from contactd.engine.people.contacts import Person
from contactd.engine.requests import Asking
from contactd.store import lists, topics
from fakes.house import House, counts, record
from fakes.house_rules import add_topics
from people.desk import BY, HOME, Desk


def faults(refused: pytest.ExceptionInfo[Invalid]) -> dict[str, str]:
    return {fault.field: fault.message for fault in refused.value.faults}


def test_a_contact_made_by_hand_has_its_values_lists_and_consent(desk: Desk) -> None:
    made = desk.create("Jo@Example.com", values={"first-name": " Jo ", "company": "Acme"}, lists=("all",))

    assert (made.email, made.key) == ("Jo@Example.com", "jo@example.com")
    assert made.fields == {"first-name": "Jo", "company": "Acme"}
    assert made.origins == {"first-name": "manual", "company": "manual"}
    assert (made.lists, made.manual) == (("all",), True)
    assert desk.agreed(made) == [("subscription_type", "", "marketing", BY)]


def test_everything_wrong_with_a_new_contact_is_told_at_once(desk: Desk) -> None:
    with pytest.raises(Invalid) as refused:
        desk.create("jo@gnail.com", values={"shoe-size": "44"}, lists=("vip",), lawful_basis="consent")

    told = faults(refused)
    assert set(told) == {"email", "values.shoe-size", "lists", "lawful_basis"}
    assert "Did you mean 'jo@gmail.com'?" in told["email"]


@pytest.mark.parametrize("address", ["", "no address", "jo@localhost", "info@example.com"])
def test_an_address_that_a_sync_would_skip_is_refused(desk: Desk, address: str) -> None:
    with pytest.raises(Invalid) as refused:
        desk.create(address)

    assert set(faults(refused)) == {"email"}


def test_a_role_address_is_taken_where_the_workspace_allows_it(desk: Desk) -> None:
    desk.workspace(policies='{"role_exceptions": ["info@example.com"]}')

    assert desk.create("info@example.com").email == "info@example.com"


def test_a_repeated_request_makes_one_contact_and_keeps_nothing_of_it(desk: Desk, house: House) -> None:
    asking = Asking("7d7f4d0c-6f0a-4f5e-9f43-0a4b5b1f9d11", b"the body")
    person = Person(email="jo@example.com")

    first = contacts.create(desk.parts, HOME, person, by=BY, asking=asking)
    second = contacts.create(desk.parts, HOME, person, by=BY, asking=asking)

    assert second == first
    with house.database.reading() as r:
        ((answer,),) = r.fast("SELECT answer FROM request")
    assert len(answer) < len("jo@example.com")


def test_nobody_has_two_contacts(desk: Desk) -> None:
    first = desk.create("jo@example.com")

    with pytest.raises(Invalid) as refused:
        desk.create("JO@example.com")

    assert f"contact {first.id} has this address already" in faults(refused)["email"]


def test_the_contact_limit_holds_by_hand_too(desk: Desk) -> None:
    desk.workspace(contact_limit=1)
    desk.create("jo@example.com")

    with pytest.raises(Conflict):
        desk.create("al@example.com")

    assert desk.create("al@example.com", subscription_type=SubscriptionType.NON_MARKETING).id == 2


def test_a_lawful_basis_is_asked_for_with_gdpr_on(desk: Desk) -> None:
    desk.workspace(gdpr_enabled=1)

    with pytest.raises(Invalid) as refused:
        desk.create("jo@example.com")

    assert set(faults(refused)) == {"lawful_basis"}
    made = desk.create("jo@example.com", lawful_basis="contract")
    assert ("lawful_basis", "", "contract", BY) in desk.agreed(made)


def test_what_a_person_wrote_no_sync_overwrites(desk: Desk, house: House) -> None:
    house.run([record(1, company="Acme")])
    contact = desk.contact("person1@example.com")

    desk.edit(contact, values={"first-name": "Ann"})
    run = house.run([record(1, first="Anna", company="Acme Ltd")])

    after = desk.by_id(contact.id)
    assert after.fields == {"first-name": "Ann", "company": "Acme Ltd"}
    assert counts(run) == {"updated": 1}


def test_a_field_that_is_given_back_is_written_by_the_next_reading(desk: Desk, house: House) -> None:
    house.run([record(1)])
    contact = desk.edit(desk.contact("person1@example.com"), values={"first-name": "Ann"})

    desk.edit(contact, reset=("first-name",))
    house.run()

    after = desk.by_id(contact.id)
    assert (after.fields["first-name"], after.origins) == ("First", {})


def test_a_cleared_field_stays_empty(desk: Desk, house: House) -> None:
    house.run([record(1, company="Acme")])
    contact = desk.contact("person1@example.com")

    desk.edit(contact, values={"company": None})
    house.run()

    assert desk.by_id(contact.id).fields == {"first-name": "First"}


def test_a_person_takes_a_contact_off_a_list_and_no_sync_puts_it_back(desk: Desk, house: House) -> None:
    house.run([record(1)])
    contact = desk.contact("person1@example.com")

    desk.edit(contact, leave_lists=("all",))
    house.run()

    (member,) = desk.by_id(contact.id).memberships
    assert (member.of, member.state, member.sync) == ("all", Membership.REMOVED, "")


def test_an_edit_that_changes_nothing_leaves_no_trace(desk: Desk) -> None:
    contact = desk.create("jo@example.com", values={"first-name": "Jo"})
    told = len(desk.events())

    same = desk.edit(contact, values={"first-name": "Jo"}, leave_lists=("all",))

    assert (same, len(desk.events())) == (contact, told)


def test_an_edit_of_what_somebody_else_changed_meanwhile_is_refused(desk: Desk) -> None:
    contact = desk.create("jo@example.com")
    desk.edit(contact, values={"first-name": "Jo"})

    with pytest.raises(Stale):
        contact_edits.edit(desk.parts, HOME, contact.id, Change(reset=()), by=BY, etag=str(contact.revision))


def test_a_value_that_does_not_fit_its_field_is_refused(desk: Desk) -> None:
    contact = desk.create("jo@example.com")

    with pytest.raises(Invalid) as refused:
        desk.edit(contact, values={"first-name": "Jo", "email": "x"}, reset=("shoe-size",))

    assert set(faults(refused)) == {"values.email", "reset"}


def test_a_new_address_is_checked_like_a_first_one(desk: Desk) -> None:
    other, contact = desk.create("al@example.com"), desk.create("jo@example.com")

    with pytest.raises(Invalid) as refused:
        desk.edit(contact, email="al@example.com")

    assert f"contact {other.id} has this address" in faults(refused)["email"]


def test_the_address_of_a_deleted_contact_can_be_taken(desk: Desk) -> None:
    gone, contact = desk.create("al@example.com"), desk.create("jo@example.com")
    desk.delete(gone)

    assert desk.edit(contact, email="Al@example.com").key == "al@example.com"
    with pytest.raises(Conflict, match="another contact has the address"):
        desk.undelete(gone)


def test_an_address_that_a_person_wrote_is_kept_until_it_is_given_back(desk: Desk, house: House) -> None:
    house.run([record(1), record(2)])
    contact = desk.edit(desk.contact("person1@example.com"), email="ann@example.com")
    kept = house.run([record(1, first="Ann", modified=1), record(2)])
    after = desk.by_id(contact.id)

    desk.edit(contact, reset=("email",))
    given_back = house.run()

    assert (after.key, after.fields["first-name"]) == ("ann@example.com", "Ann")
    assert counts(kept) == {"updated": 1, "unchanged": 1}
    assert desk.by_id(contact.id).key == "person1@example.com"
    assert counts(given_back) == {"updated:email_changed": 1, "unchanged": 1}


def test_a_record_that_was_not_read_again_carries_the_address_that_a_person_wrote(desk: Desk, house: House) -> None:
    house.run([record(1)])
    desk.edit(desk.contact("person1@example.com"), email="ann@example.com")

    run = house.run([record(2, "ann@example.com", modified=9)], Mode.INCREMENTAL)

    assert counts(run) == {"skipped:file_duplicate": 1}
    assert house.links() == {"1": ("ann@example.com", "owner"), "2": ("ann@example.com", "shadow")}


def test_an_address_of_a_deleted_contact_has_one_owner_once_another_contact_is_given_it(
    desk: Desk, house: House
) -> None:
    house.run([record(1), record(2)])
    desk.delete(desk.contact("person2@example.com"))

    desk.edit(desk.contact("person1@example.com"), email="person2@example.com")

    assert house.links() == {"1": ("person2@example.com", "owner"), "2": (None, "skipped")}


def test_an_objection_goes_along_to_a_new_address(desk: Desk) -> None:
    contact = desk.create("jo@example.com", lists=("all",))
    desk.unsubscribe(contact, by_self=True)

    desk.edit(contact, email="jo@example.org")
    desk.delete(contact)

    with pytest.raises(Invalid, match="unsubscribed"):
        desk.create("jo@example.org")


def test_a_deleted_contact_is_on_no_list_and_comes_back_when_its_record_is_read(desk: Desk, house: House) -> None:
    house.run([record(1)])
    contact = desk.contact("person1@example.com")

    gone = desk.delete(contact)
    run = house.run()

    assert (gone.status, gone.lists) == (ContactStatus.DELETED, ())
    assert counts(run) == {"readded": 1}
    assert desk.by_id(contact.id).lists == ("all",)


def test_a_deleted_contact_is_brought_back_by_hand(desk: Desk) -> None:
    contact = desk.create("jo@example.com", values={"first-name": "Jo"}, lists=("all",))

    back = desk.undelete(desk.delete(contact))

    assert (back.status, back.fields, back.lists) == (ContactStatus.LIVE, {"first-name": "Jo"}, ())
    with pytest.raises(Conflict):
        desk.undelete(back)


def test_whom_a_run_removed_is_subscribed_to_nothing_and_brought_back_to_nothing(desk: Desk, house: House) -> None:
    add_topics(house, "news", "offers")
    house.run([record(1), record(2)])
    house.run([record(1, deleted=True, modified=5), record(2)])
    with house.database.transaction() as tx:
        told = topics.get(tx, house.sync.workspace_id, "news").subscribed
        # A list that its sync filled before it was given another one.
        tx.fast(
            "INSERT INTO list_member (list_id, contact_id, state, revision) SELECT id, 1, 'subscribed', 1"
            " FROM mailing_list WHERE name = 'all'"
        )
        listed = lists.get(tx, house.sync.workspace_id, "all").subscribed

    back = desk.undelete(desk.by_id(1))

    assert (told, listed) == (1, 1)
    assert (back.lists, back.topics) == ((), ())


def test_making_a_contact_anew_brings_the_deleted_one_back(desk: Desk) -> None:
    contact = desk.create("jo@example.com", values={"first-name": "Jo"})
    desk.delete(contact)

    again = desk.create("jo@example.com", values={"last-name": "Doe"})

    assert (again.id, again.status, again.fields) == (contact.id, ContactStatus.LIVE, {"last-name": "Doe"})


def test_events_name_contacts_by_number_only(desk: Desk) -> None:
    contact = desk.create("jo@example.com", values={"first-name": "Jolanda"})
    desk.edit(contact, email="jo@example.org", values={"last-name": "Doe"})
    desk.unsubscribe(contact, evidence="Jolanda called")
    desk.delete(contact)

    told = [event for event in desk.events() if event[0].startswith("contact_")]

    assert [kind for kind, _, _ in told] == [
        "contact_created",
        "contact_edited",
        "contact_unsubscribed",
        "contact_deleted",
    ]
    assert {subject for _, subject, _ in told} == {f"workspaces/default/contacts/{contact.id}"}
    assert not [detail for _, _, detail in told if "@" in detail or "Jolanda" in detail or "Doe" in detail]
