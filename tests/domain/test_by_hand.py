"""What a person may write on a contact, and what is told to one who may not."""

from typing import Any

import pytest

from contactd.domain.by_hand import converted, differences, overlaid, refusal
from contactd.domain.changes import Change
from contactd.domain.nouns import Contact, Member
from contactd.domain.reasons import SENTENCES
from contactd.domain.refusals import Fault
from contactd.domain.words import ContactStatus, Membership, Reason, SubscriptionType
from contactd_sdk import FieldType, Value

TYPES = {"company": FieldType.TEXT, "shoe-size": FieldType.NUMBER}


def contact(**more: Any) -> Contact:
    there: dict[str, Any] = {
        "id": 1,
        "workspace_id": 1,
        "workspace": "home",
        "email": "ann@example.com",
        "key": "ann@example.com",
        "fields": {"company": "Acme"},
        "origins": {},
        "subscription_type": SubscriptionType.MARKETING,
        "lawful_basis": "consent",
        "status": ContactStatus.LIVE,
        "stale": False,
        "manual": False,
        "memberships": (Member(of="customers", state=Membership.SUBSCRIBED),),
        "topics": (Member(of="news", state=Membership.SUBSCRIBED),),
        "created_run": None,
        "created_at": 1,
        "updated_at": 1,
        "revision": 1,
        **more,
    }
    return Contact(**there)


SHOWN = "`contactctl suppressions list --email` shows the entry."


@pytest.mark.parametrize(
    ("reason", "remedy"),
    [
        (Reason.EMPTY_EMAIL, "Give one such as jo@example.com."),
        (Reason.INVALID_PATTERN, "Give one such as jo@example.com."),
        (Reason.ROLE_ADDRESS, "Give a person's own, or allow it in the policies of the workspace."),
        (Reason.BLOCKED, SHOWN),
        (Reason.COMPLAINT, SHOWN),
        (Reason.ERASED, "Nobody takes that back."),
        (Reason.BOUNCED, SHOWN),
        (Reason.DO_NOT_MAIL, "`contactctl contacts subscribe` takes it back, unless the person said so."),
    ],
)
def test_who_types_an_address_that_is_not_taken_is_told_why_and_what_to_do(reason: Reason, remedy: str) -> None:
    said, _, _ = SENTENCES[reason].partition(" Correct it")

    fault = refusal("contact.email", "jo", reason)

    said = said.removesuffix(" Add one at the source.")
    assert fault == Fault("contact.email", f"'jo' cannot be taken. {said} {remedy}")


def test_who_types_an_address_is_told_nothing_of_a_source() -> None:
    assert refusal("email", "", Reason.EMPTY_EMAIL).message == (
        "'' cannot be taken. The record has no e-mail address. Give one such as jo@example.com."
    )


def test_what_was_meant_is_the_remedy_for_a_misspelt_address() -> None:
    fault = refusal("email", "jo@gnail.com", Reason.INVALID_PATTERN, "jo@gmail.com")

    assert fault.message == (
        "'jo@gnail.com' cannot be taken. The e-mail address is not one that mail can reach. "
        "Did you mean 'jo@gmail.com'?"
    )
    assert "Correct it at the source." in SENTENCES[Reason.INVALID_PATTERN]


def test_values_are_kept_as_their_fields_keep_them() -> None:
    assert converted({"company": " Acme ", "shoe-size": "41.0"}, TYPES) == ({"company": "Acme", "shoe-size": 41}, ())


def test_a_value_that_is_emptied_is_said_to_be() -> None:
    assert converted({"company": ""}, TYPES) == ({"company": None}, ())


def test_all_that_is_wrong_with_values_is_told_at_once() -> None:
    kept, faults = converted(
        {"email": "x", "hat": "x", "shoe-size": "large", "company": "Acme"}, TYPES, field="contact.values"
    )

    assert kept == {"company": "Acme"}
    assert [fault.field for fault in faults] == [
        "contact.values.email",
        "contact.values.hat",
        "contact.values.shoe-size",
    ]
    assert faults[0].message == "the address is no value; give it as 'email'"
    assert faults[1].message == "there is no field 'hat'; `contactctl fields list` shows those there are"
    assert faults[2].message.startswith("the value for 'shoe-size' is ")
    assert faults[2].message.endswith("; the field is of type number")


def test_values_stand_in_a_field_of_that_name() -> None:
    assert [fault.field for fault in converted({"hat": "x"}, TYPES)[1]] == ["values.hat"]


def test_what_is_written_stands_over_what_was_there() -> None:
    there: dict[str, Value] = {"company": "Acme", "city": "Ghent", "vip": True}

    assert overlaid(there, {"company": "New", "city": None, "hat": None}) == {"company": "New", "vip": True}


@pytest.mark.parametrize(
    ("after", "change"),
    [
        ({"status": ContactStatus.DELETED}, Change("status", "live", "deleted")),
        ({"email": "new@example.com"}, Change("email", "ann@example.com", "new@example.com")),
        (
            {"subscription_type": SubscriptionType.UNSUBSCRIBED},
            Change("subscription_type", "marketing", "unsubscribed"),
        ),
        ({"lawful_basis": "contract"}, Change("lawful_basis", "consent", "contract")),
        ({"lawful_basis": ""}, Change("lawful_basis", "consent", None)),
        ({"memberships": ()}, Change("lists/customers", "subscribed", None)),
        (
            {"topics": (Member(of="news", state=Membership.UNSUBSCRIBED),)},
            Change("topics/news", "subscribed", "unsubscribed"),
        ),
        ({"fields": {"company": "New"}}, Change("company", "Acme", "New")),
        ({"fields": {}}, Change("company", "Acme", None)),
        ({"fields": {"company": "Acme", "city": "Ghent"}}, Change("city", None, "Ghent")),
    ],
)
def test_what_a_person_changed_is_told(after: dict[str, Any], change: Change) -> None:
    assert differences(contact(), contact(**after)) == [change]


def test_a_contact_is_on_the_lists_that_it_is_subscribed_to() -> None:
    members = tuple(Member(of=state.value, state=state) for state in Membership)

    assert contact(memberships=members).lists == ("subscribed",)


def test_who_changes_nothing_is_told_nothing() -> None:
    assert differences(contact(), contact(revision=2)) == []
