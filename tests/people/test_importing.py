"""Contacts and suppressions out of a file: each line has one outcome, and the same lines again change nothing."""

import pytest

from contactd.domain.refusals import Invalid
from contactd.domain.words import Membership, SetBy, SubscriptionType, SuppressionKind
from contactd.engine.people import importing
from contactd.engine.people.importing import Imported, Line, Terms
from contactd.engine.people.suppressions import Entry
from contactd.store import suppressions
from fakes.house import House, counts, record
from people.desk import BY, HOME, Desk


def take(desk: Desk, *lines: Line, **terms: object) -> list[Imported]:
    return importing.contacts(desk.parts, HOME, Terms(**terms), lines, by=BY)  # type: ignore[arg-type]


def told(imported: list[Imported]) -> list[str]:
    return [":".join(filter(None, (one.outcome, one.reason))) for one in imported]


def test_each_line_has_one_outcome_in_the_words_of_the_ledger(desk: Desk) -> None:
    desk.delete(desk.create("back@example.com"))
    desk.create("here@example.com", values={"first-name": "Here"}, lists=("all",))
    desk.create("same@example.com", lists=("all",))
    desk.suppress("bounced@example.com", SuppressionKind.HARD_BOUNCE)
    desk.erase("gone@example.com")
    lines = [
        ("new@example.com", {"first-name": "New"}),
        ("back@example.com", {}),
        ("here@example.com", {"first-name": "There"}),
        ("same@example.com", {}),
        ("NEW@example.com", {}),
        ("", {}),
        ("jo@gnail.com", {}),
        ("info@example.com", {}),
        ("bounced@example.com", {}),
        ("gone@example.com", {}),
    ]

    imported = take(desk, *(Line(number=n, email=e, values=v) for n, (e, v) in enumerate(lines, 2)), lists=("all",))

    assert told(imported) == [
        "added",
        "readded",
        "updated",
        "unchanged",
        "skipped:file_duplicate",
        "skipped:empty_email",
        "skipped:invalid_pattern",
        "skipped:role_address",
        "skipped:bounced",
        "skipped:erased",
    ]
    assert [one.line for one in imported] == list(range(2, 12))
    assert imported[6].suggestion == "jo@gmail.com"
    assert imported[4].explanation == "Line 2 of the file has the same e-mail address."


def test_the_same_lines_again_change_nothing(desk: Desk) -> None:
    lines = [Line(number=n, email=f"p{n}@example.com", values={"first-name": f"P{n}"}) for n in range(5)]
    take(desk, *lines, lists=("all",))
    events = len(desk.events())

    again = take(desk, *lines, lists=("all",))

    assert told(again) == ["unchanged"] * 5
    assert len(desk.events()) == events


def test_a_value_that_does_not_fit_fails_its_line_alone(desk: Desk) -> None:
    lines = [Line(number=1, email="a@example.com", values={"nope": "x"}), Line(number=2, email="a@example.com")]

    imported = take(desk, *lines)

    assert told(imported) == ["failed:rejected", "added"]


def test_fields_and_lists_that_are_not_there_are_refused_before_anything_is_taken(desk: Desk) -> None:
    with pytest.raises(Invalid) as refused:
        take(desk, Line(number=1, email="a@example.com"), fields=("company", "shoe-size"), lists=("vip",))

    assert [fault.field for fault in refused.value.faults] == ["fields", "lists"]
    assert "shoe-size" in refused.value.message


def test_a_line_that_repeats_an_earlier_one_is_a_duplicate(desk: Desk) -> None:
    assert told(take(desk, Line(number=900, email="a@example.com", repeats=3))) == ["skipped:file_duplicate"]


def test_an_import_stops_at_the_contact_limit(desk: Desk) -> None:
    desk.workspace(contact_limit=2)
    desk.create("a@example.com")

    imported = take(desk, *(Line(number=n, email=f"p{n}@example.com") for n in range(3)))

    assert told(imported) == ["added", "skipped:limit", "skipped:limit"]


def test_an_import_never_puts_back_whom_a_person_took_off(desk: Desk) -> None:
    contact = desk.create("a@example.com", lists=("all",))
    desk.edit(contact, leave_lists=("all",))

    imported = take(desk, Line(number=1, email="a@example.com"), lists=("all",))

    assert told(imported) == ["unchanged"]
    assert desk.by_id(contact.id).memberships[0].state is Membership.REMOVED


def test_what_was_imported_a_sync_keeps_up_to_date(desk: Desk, house: House) -> None:
    take(desk, Line(number=1, email="person1@example.com", values={"first-name": "Old"}), lists=("all",))

    run = house.run([record(1, first="New")])

    assert counts(run) == {"updated:linked": 1}
    assert desk.contact("person1@example.com").fields["first-name"] == "New"


def test_an_import_is_the_reason_for_what_was_agreed_to(desk: Desk) -> None:
    desk.workspace(gdpr_enabled=1)
    desk.topics("news", "offers")
    terms = {"topics": ("news",), "lawful_basis": "consent", "subscription_type": SubscriptionType.NON_MARKETING}

    take(desk, Line(number=1, email="a@example.com"), **terms)

    assert desk.agreed(desk.contact("a@example.com")) == [
        ("subscription_type", "", "non_marketing", "import"),
        ("lawful_basis", "", "consent", "import"),
        ("topics/news", "", "subscribed", "import"),
    ]


def test_no_call_takes_more_than_it_can_take_together(desk: Desk) -> None:
    with pytest.raises(Invalid, match="too many at once"):
        take(desk, *(Line(number=n, email="") for n in range(importing.MOST + 1)))


def test_suppressions_come_in_line_by_line(desk: Desk, house: House) -> None:
    house.run([record(1), record(2)])
    kind = SuppressionKind.DO_NOT_MAIL
    lines = [
        (1, Entry(email="person1@example.com", kind=kind, set_by=SetBy.SELF)),
        (2, Entry(email="nobody@example.com", kind=SuppressionKind.COMPLAINT)),
        (3, Entry(email="no address", kind=kind)),
        (4, Entry(email="person2@example.com", kind=kind, list_name="vip")),
        (5, Entry(email="PERSON1@example.com", kind=kind)),
    ]

    imported = importing.suppressions(desk.parts, HOME, lines, by=BY)
    run = house.run([record(1), record(2), record(3, "nobody@example.com")])

    assert told(imported) == ["added", "added", "failed:rejected", "failed:rejected", "unchanged"]
    assert counts(run) == {"skipped:do_not_mail": 1, "unchanged": 1, "skipped:complaint": 1}
    assert desk.contact("person1@example.com").subscription_type is SubscriptionType.UNSUBSCRIBED


def test_an_entry_is_lifted_unless_it_is_not_ours_to_lift(desk: Desk, house: House) -> None:
    entry = desk.suppress("person1@example.com", SuppressionKind.BLOCKED)
    first = house.run([record(1)])

    desk.lift(entry)

    assert counts(first) == {"skipped:blocked": 1}
    assert counts(house.run()) == {"added": 1}
    with house.database.reading() as r:
        assert suppressions.of_key(r, 1, "person1@example.com") == []
