"""The sentence that answers why somebody is a contact, or is not."""

from typing import Any

import pytest

from contactd.domain.explaining import Explanation, KnownRecord, Moment
from contactd.domain.nouns import Suppression
from contactd.domain.words import ContactStatus, LinkState, Outcome, Reason, SetBy, SubscriptionType, SuppressionKind
from domain.test_by_hand import contact

ERASED = "The person was erased; only a keyed hash of the address is kept, and no sync brings them back."
HERE = "The contact is here because of record '9' of 'main'."
BOUNCED = "Mail to this e-mail address came back for good."
OBJECTED = "This e-mail address was unsubscribed and gets no mail."


def record(**more: Any) -> KnownRecord:
    there: dict[str, Any] = {
        "sync": "main",
        "source_id": "9",
        "state": LinkState.OWNER,
        "outcome": Outcome.ADDED,
        "reason": Reason.NONE,
        "detail": "",
        "run": 4,
        "at": 1,
        "mapping_version": 1,
        "first_run": 1,
        "winner": "",
        "contact_id": 1,
        **more,
    }
    return KnownRecord(**there)


def moment(**more: Any) -> Moment:
    there: dict[str, Any] = {
        "at": 1,
        "actor": "bo",
        "what": "removed",
        "sync": "main",
        "run": 4,
        "reason": Reason.NONE,
        "detail": "",
        "changes": (),
        **more,
    }
    return Moment(**there)


def suppression(kind: SuppressionKind, scope: str = "workspace") -> Suppression:
    return Suppression(
        id=1,
        workspace="home",
        email="ann@example.com",
        digest="",
        kind=kind,
        scope=scope,
        scope_id=None,
        scope_name="",
        set_by=SetBy.SYSTEM,
        evidence="",
        created_at=1,
    )


def verdict(**more: Any) -> str:
    there: dict[str, Any] = {
        "workspace": "home",
        "contact": None,
        "reason": Reason.NONE,
        "suggestion": "",
        "digest": "",
        "suppressions": (),
        "records": (),
        "consent": (),
        "history": (),
        **more,
    }
    return Explanation(**there).verdict


@pytest.mark.parametrize(
    "more",
    [{"digest": "abc"}, {"contact": contact(status=ContactStatus.ERASED)}, {"digest": "abc", "contact": contact()}],
)
def test_of_who_was_erased_nothing_else_is_told(more: dict[str, Any]) -> None:
    assert verdict(**more) == ERASED


def test_who_is_here_is_here_because_of_its_records() -> None:
    assert verdict(contact=contact(), records=[record()]) == HERE
    assert verdict(contact=contact(), records=[record(), record(sync="other", source_id="7")]) == (
        "The contact is here because of record '9' of 'main' and record '7' of 'other'."
    )


def test_a_person_goes_before_records() -> None:
    assert verdict(contact=contact(manual=True), records=[record()]) == (
        "The contact is here because of a person and record '9' of 'main'."
    )


@pytest.mark.parametrize(
    "other", [record(contact_id=None), record(state=LinkState.SHADOW), record(state=LinkState.SKIPPED)]
)
def test_a_record_that_holds_nobody_is_no_reason(other: KnownRecord) -> None:
    assert other.holds is False
    assert verdict(contact=contact(), records=[other]) == (
        "The contact is here because nothing has removed it; nothing holds it any more."
    )


def test_a_stale_record_holds_its_contact_and_is_told_to_be_one() -> None:
    told = verdict(contact=contact(stale=True), records=[record(state=LinkState.STALE)])

    assert told == f"{HERE} The record's address went bad; the contact keeps this one."


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"suppressions": [suppression(SuppressionKind.HARD_BOUNCE)]}, f"{HERE} {BOUNCED}"),
        ({"suppressions": [suppression(SuppressionKind.HARD_BOUNCE, "list")]}, HERE),
        ({"contact": contact(subscription_type=SubscriptionType.UNSUBSCRIBED)}, f"{HERE} {OBJECTED}"),
        (
            {
                "contact": contact(subscription_type=SubscriptionType.UNSUBSCRIBED),
                "suppressions": [
                    suppression(SuppressionKind.DO_NOT_MAIL),
                    suppression(SuppressionKind.HARD_BOUNCE),
                ],
            },
            f"{HERE} {BOUNCED}",
        ),
    ],
)
def test_who_is_here_and_gets_no_mail_is_told_why(more: dict[str, Any], told: str) -> None:
    assert verdict(**{"contact": contact(), "records": [record()], **more}) == told


def test_who_is_not_here_is_told_what_the_last_run_said() -> None:
    records = [
        record(run=4, outcome=Outcome.SKIPPED, reason=Reason.REJECTED, detail="birthday"),
        record(run=3, outcome=Outcome.SKIPPED, reason=Reason.CRITERIA),
    ]

    assert verdict(records=records) == (
        "No contact: the run 4 of 'main' did not take record '9'. "
        "The value for the field 'birthday' does not fit it. Mend it at the source, or map another."
    )


def test_an_outcome_stands_for_itself_where_there_is_no_reason() -> None:
    assert verdict(records=[record(outcome=Outcome.REMOVED)]) == (
        "No contact: the run 4 of 'main' did not take record '9'. It was removed."
    )


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"reason": Reason.EMPTY_EMAIL}, "No contact. The record has no e-mail address. Add one at the source."),
        (
            {"reason": Reason.ROLE_ADDRESS, "suppressions": [suppression(SuppressionKind.HARD_BOUNCE)]},
            f"No contact. {BOUNCED}",
        ),
        ({}, "No contact has this address, and no sync knows a record with it."),
    ],
)
def test_an_address_that_no_record_has_is_told_what_is_against_it(more: dict[str, Any], told: str) -> None:
    assert verdict(**more) == told


GONE = contact(status=ContactStatus.DELETED)


def test_who_is_gone_is_told_by_whom() -> None:
    records = [record(contact_id=None, state=LinkState.GONE)]

    assert verdict(contact=GONE, records=records, history=[moment(run=3), moment()]) == (
        "The contact was here and is deleted, last changed by the run 4 of 'main'."
    )
    assert verdict(contact=GONE, history=[moment(run=None)]) == (
        "The contact was here and is deleted, last changed by bo."
    )


def test_who_is_gone_is_told_why() -> None:
    assert verdict(contact=GONE, history=[moment(reason=Reason.REJECTED, detail="vip")]) == (
        "The contact was here and is deleted, last changed by the run 4 of 'main'. "
        "The value for the field 'vip' does not fit it. Mend it at the source, or map another."
    )


def test_of_who_is_gone_since_long_no_more_is_known() -> None:
    assert verdict(contact=GONE) == "The contact was here and is deleted."
