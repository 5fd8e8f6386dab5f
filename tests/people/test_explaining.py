"""Why is this contact here, or why not? Every reason, and what is left when the ledger's rows are gone."""

from collections.abc import Callable

import pytest

from contactd.domain.changes import Change
from contactd.domain.erasing import digest
from contactd.domain.explaining import Explanation
from contactd.domain.reasons import SENTENCES
from contactd.domain.refusals import NotFound
from contactd.domain.words import LinkState, Outcome, Reason, SetBy, SuppressionKind
from contactd.engine.people import explain
from contactd.store import suppressions
from contactd_sdk import Malformed
from fakes.house import House, record
from people.desk import BY, HOME, Desk


def address(desk: Desk, text: str) -> Explanation:
    return explain.address(desk.parts, HOME, text)


def of_record(desk: Desk, source_id: str) -> Explanation:
    return explain.record(desk.parts, HOME, "main", source_id)


def change(house: House, sql: str, *values: object) -> None:
    with house.database.transaction() as tx:
        tx.fast(sql, values)


def test_a_contact_is_explained_by_the_record_that_holds_it(desk: Desk, house: House) -> None:
    run = house.run([record(1, company="Acme")])

    told = address(desk, "Person1@Example.com")

    assert told.verdict == "The contact is here because of record '1' of 'main'."
    (known,) = told.records
    assert (known.run, known.first_run, known.mapping_version, known.state) == (run.id, run.id, 1, LinkState.OWNER)
    assert [event.subject for event in told.consent] == ["subscription_type"]
    assert [(moment.what, moment.run) for moment in told.history] == [("added", run.id)]
    assert Change("company", None, "Acme") in told.history[0].changes


def test_what_a_person_changed_is_not_told_of_the_run_that_made_the_contact(desk: Desk, house: House) -> None:
    house.run([record(1)])
    desk.edit(desk.contact("person1@example.com"), values={"company": "By hand"})

    told = address(desk, "person1@example.com")

    assert told.history[0].changes == [
        Change("status", None, "live"),
        Change("email", None, "person1@example.com"),
        Change("subscription_type", None, "marketing"),
        Change("list", None, "subscribed"),
        Change("first-name", None, "First"),
    ]


def test_every_change_is_told_with_before_and_after(desk: Desk, house: House) -> None:
    house.run([record(1)])
    house.run([record(1, first="Anna", modified=5)])
    house.run([record(1, first="Berta", modified=9)])
    desk.edit(desk.contact("person1@example.com"), values={"company": "Acme"})

    told = address(desk, "person1@example.com")

    assert Change("first-name", None, "First") in told.history[0].changes
    assert [moment.changes for moment in told.history[1:3]] == [
        [Change("first-name", "First", "Anna")],
        [Change("first-name", "Anna", "Berta")],
    ]
    by_hand = told.history[-1]
    assert (by_hand.actor, by_hand.what, by_hand.run, by_hand.detail) == (BY, "contact_edited", None, "company")
    assert by_hand.changes == [Change("company", None, "Acme")]


def test_a_contact_is_explained_by_its_number_and_by_its_record_alike(desk: Desk, house: House) -> None:
    house.run([record(1)])
    number = desk.contact("person1@example.com").id

    by_number = explain.contact(desk.parts, HOME, number)

    assert by_number == of_record(desk, "1") == address(desk, "person1@example.com")


def test_who_was_made_by_hand_is_here_because_of_a_person(desk: Desk) -> None:
    desk.create("jo@example.com")

    told = address(desk, "jo@example.com")

    assert told.verdict == "The contact is here because of a person."
    assert [moment.actor for moment in told.history] == [BY]


def test_who_is_here_and_unsubscribed_gets_no_mail(desk: Desk, house: House) -> None:
    house.run([record(1)])
    desk.unsubscribe(desk.contact("person1@example.com"), by_self=True, evidence="link of 3 May")

    told = address(desk, "person1@example.com")

    assert told.verdict.endswith(SENTENCES[Reason.DO_NOT_MAIL])
    assert [(entry.kind, entry.evidence) for entry in told.suppressions] == [
        (SuppressionKind.DO_NOT_MAIL, "link of 3 May")
    ]
    assert told.consent[-1].new == "unsubscribed"


def test_who_was_removed_is_told_with_the_run_that_did_it(desk: Desk, house: House) -> None:
    house.run([record(1), record(2)])
    run = house.run([record(1, deleted=True, modified=5), record(2)])

    told = address(desk, "person1@example.com")

    assert told.verdict == f"The contact was here and is deleted, last changed by the run {run.id} of 'main'."
    assert Change("status", "live", "deleted") in told.history[-1].changes


def test_who_was_deleted_by_hand_is_told_with_who_did_it(desk: Desk, house: House) -> None:
    house.run([record(1)])
    desk.delete(desk.contact("person1@example.com"))

    told = address(desk, "person1@example.com")

    assert told.verdict == f"The contact was here and is deleted, last changed by {BY}."


def test_a_record_that_went_bad_leaves_a_contact_and_says_so(desk: Desk, house: House) -> None:
    house.run([record(1)])
    house.run([record(1, "person1@gnail.com", modified=5)])

    told = address(desk, "person1@example.com")

    assert "The record's address went bad; the contact keeps this one." in told.verdict
    assert told.records[0].detail == "person1@gmail.com"


def test_nobody_is_known_by_an_address_that_nothing_carries(desk: Desk) -> None:
    told = address(desk, "nobody@example.com")

    assert told.verdict == "No contact has this address, and no sync knows a record with it."


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("patriciazylker.com", Reason.INVALID_PATTERN),
        ("jane@aol", Reason.INVALID_PATTERN),
        ("john@gnail.com", Reason.INVALID_PATTERN),
        ("info@example.com", Reason.ROLE_ADDRESS),
        (" ", Reason.EMPTY_EMAIL),
    ],
)
def test_an_address_that_nobody_has_is_checked_itself(desk: Desk, text: str, reason: Reason) -> None:
    told = address(desk, text)

    assert (told.reason, told.verdict) == (reason, f"No contact. {SENTENCES[reason]}")


def test_a_misspelt_domain_is_told_with_what_was_meant(desk: Desk) -> None:
    assert address(desk, "john@gnail.com").suggestion == "john@gmail.com"


def suppressed(kind: SuppressionKind) -> Callable[[House], None]:
    def set_up(house: House) -> None:
        with house.database.transaction() as tx:
            suppressions.add(tx, workspace_id=1, key="person1@example.com", kind=kind, set_by=SetBy.SYSTEM)

    return set_up


#: Runs that do not take a record, by the reason: what is there before, and the records.
NOT_TAKEN = {
    Reason.NOT_CUSTOMER: (None, [record(1, customer=False)]),
    Reason.EMPTY_EMAIL: (None, [record(1, "")]),
    Reason.INVALID_PATTERN: (None, [record(1, "john@gnail.com")]),
    Reason.ROLE_ADDRESS: (None, [record(1, "info@example.com")]),
    Reason.BLOCKED: (suppressed(SuppressionKind.BLOCKED), [record(1)]),
    Reason.COMPLAINT: (suppressed(SuppressionKind.COMPLAINT), [record(1)]),
    Reason.BOUNCED: (suppressed(SuppressionKind.HARD_BOUNCE), [record(1)]),
    Reason.DO_NOT_MAIL: (suppressed(SuppressionKind.DO_NOT_MAIL), [record(1)]),
    Reason.FILE_DUPLICATE: (None, [record(1, "a@example.com", created=9), record(2, "a@example.com")]),
    Reason.UNKNOWN_RECORD: (None, [record(1, deleted=True)]),
}


@pytest.mark.parametrize("reason", NOT_TAKEN)
def test_a_record_that_was_not_taken_is_explained_by_its_id(desk: Desk, house: House, reason: Reason) -> None:
    before, records = NOT_TAKEN[reason]
    if before is not None:
        before(house)
    run = house.run(records)

    told = of_record(desk, "1")

    assert (told.contact, told.records[0].reason, told.records[0].run) == (None, reason, run.id)
    assert told.verdict == f"No contact: the run {run.id} of 'main' did not take record '1'. {SENTENCES[reason]}"


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason is not Reason.NONE])
def test_there_is_a_sentence_for_every_reason(desk: Desk, house: House, reason: Reason) -> None:
    house.run([record(1, "")])
    change(house, "UPDATE link SET reason = ?", reason.value)

    told = of_record(desk, "1")

    assert told.verdict.endswith(SENTENCES[reason].replace("{detail}", ""))


def test_a_record_that_cannot_be_read_is_explained_by_what_stands_for_its_id(desk: Desk, house: House) -> None:
    house.source.malformed = [Malformed("<html>", "no JSON")]
    run = house.run([])
    place = next(iter(house.outcomes(run)))

    assert of_record(desk, place).verdict.endswith(SENTENCES[Reason.MALFORMED])


def test_a_duplicate_is_told_with_the_record_that_has_the_address(desk: Desk, house: House) -> None:
    house.run([record(1, "a@example.com"), record(2, "a@example.com")])

    told = address(desk, "a@example.com")

    assert {one.source_id: one.winner for one in told.records} == {"1": "", "2": "1"}
    assert told.verdict == "The contact is here because of record '1' of 'main'."


def test_an_address_that_was_not_taken_is_explained_by_its_record(desk: Desk, house: House) -> None:
    suppressed(SuppressionKind.COMPLAINT)(house)
    run = house.run([record(1)])

    told = address(desk, "person1@example.com")

    assert told.verdict.startswith(f"No contact: the run {run.id} of 'main' did not take record '1'.")
    assert told.records[0].outcome is Outcome.SKIPPED


def test_a_record_that_was_mended_since_says_nothing_of_its_old_address(desk: Desk, house: House) -> None:
    house.run([record(1, "john@gnail.com")])
    house.run([record(1, "john@gmail.com", modified=5)])

    assert address(desk, "john@gnail.com").records == []


def test_of_an_erased_address_a_digest_is_left(desk: Desk, house: House) -> None:
    key = desk.parts.sealer.derived(suppressions.PURPOSE)
    left = digest("gone@example.com", key)
    with house.database.transaction() as tx:
        kind, by = SuppressionKind.ERASED, SetBy.SELF
        suppressions.add(tx, workspace_id=1, key=None, kind=kind, set_by=by, key_hash=left)

    told = address(desk, "Gone@example.com")

    assert (told.digest, told.contact, told.records) == (left.hex(), None, [])
    assert told.verdict.startswith("The person was erased; only a keyed hash of the address is kept")
    assert "gone@" not in repr(told)


def test_it_is_still_explained_when_the_ledger_is_pruned(desk: Desk, house: House) -> None:
    house.run([record(1), record(2, "")])
    house.run([record(1, first="Anna", modified=5), record(2, "")])
    change(house, "DELETE FROM outcome")
    change(house, "DELETE FROM event")

    here, not_here = address(desk, "person1@example.com"), of_record(desk, "2")

    assert here.verdict == "The contact is here because of record '1' of 'main'."
    assert [(moment.what, moment.run) for moment in here.history] == [("added", 1)]
    assert (here.records[0].outcome, here.records[0].run) == (Outcome.UPDATED, 2)
    assert not_here.verdict.endswith(SENTENCES[Reason.EMPTY_EMAIL])


def test_a_record_that_was_never_read_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFound, match="the sync 'main' has never read a record '99'"):
        of_record(desk, "99")


def test_what_a_person_did_is_told_with_before_and_after_and_goes_with_an_erasure(desk: Desk, house: House) -> None:
    house.run([record(1)])
    number = desk.contact("person1@example.com").id
    desk.edit(desk.contact("person1@example.com"), email="new@example.com", leave_lists=("all",))
    told = address(desk, "new@example.com").history[-1]

    with house.database.reading() as r:
        kept = r.fast("SELECT count(*) FROM hand_change WHERE contact_id = ?", (number,))
    desk.erase("new@example.com")

    with house.database.reading() as r:
        left = r.fast("SELECT count(*) FROM hand_change")
    assert told.changes == [
        Change("email", "person1@example.com", "new@example.com"),
        Change("lists/all", "subscribed", "removed"),
    ]
    assert (kept, left) == ([(1,)], [(0,)])
