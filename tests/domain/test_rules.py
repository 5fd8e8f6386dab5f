"""What a run takes from the snapshot of its sync, and when a record must be looked at again because of it."""

from typing import Any

import pytest

from contactd.domain.clock import SECOND
from contactd.domain.rules import OVERLAP, Choices, Rules, precedence
from contactd.domain.words import Inactive, SubscriptionType

#: A snapshot in which everything is said.
SNAPSHOT: dict[str, Any] = {
    "list": 4,
    "mapping": [
        {"source_field": "mail", "target_field": "email"},
        {"source_field": "size", "target_field": "shoe-size", "source_type": "text"},
    ],
    "types": {"shoe-size": "number", "city": "text"},
    "choices": {"shoe-size": ["40"], "city": ["Ghent"]},
    "subscription_type": "non_marketing",
    "topics": {"7": "news"},
    "lawful_basis": "contract",
    "update_empty": True,
    "policies": {"strict": True},
    "after": 17,
    "criteria": 'country is "India"',
    "criteria_types": {"country": "country"},
    "now": 18,
    "priority": (2, 5),
    "limit": 100,
}

#: What older snapshots do not have.
LATER = ("choices", "topics", "lawful_basis", "criteria", "criteria_types", "now", "priority", "limit")


def read(config: dict[str, Any], **more: Any) -> Rules:
    return Rules.of(config, **{"run": 2, "sync": 3, "known_until": 16, **more})


def test_rules_are_what_the_snapshot_says() -> None:
    rules = read(SNAPSHOT, erasure_key=b"key")

    assert (rules.run, rules.sync, rules.list, rules.known_until, rules.erasure_key) == (2, 3, 4, 16, b"key")
    assert (rules.subscription_type, rules.topics, rules.lawful_basis) == ("non_marketing", {7: "news"}, "contract")
    assert rules.subscription_type is SubscriptionType.NON_MARKETING
    assert (rules.update_empty, rules.after, rules.now, rules.rank) == (True, 17, 18, (-2, 5))
    assert rules.choices == Choices(strict=True)
    assert rules.source_fields == {"mail", "size", "country"}
    assert rules.mapping.apply({"mail": "a@example.com", "size": "41.0"}).fields == {"shoe-size": 41}


def test_the_key_of_erasures_is_not_shown() -> None:
    assert "key" not in repr(read(SNAPSHOT, erasure_key=b"secret")).replace("key=", "")
    assert "secret" not in repr(read(SNAPSHOT, erasure_key=b"secret"))


def test_an_older_snapshot_says_less() -> None:
    rules = read({name: said for name, said in SNAPSHOT.items() if name not in LATER})

    assert (rules.topics, rules.lawful_basis, rules.criteria, rules.now) == ({}, "", None, 0)
    assert (rules.rank, rules.erasure_key) == ((0, 0), b"")
    assert rules.source_fields == {"mail", "size"}


def test_criteria_choose_among_records() -> None:
    rules = read(SNAPSHOT)

    assert rules.wants({"country": "IN"}) is True
    assert rules.wants({"country": "NP"}) is False
    assert read({**SNAPSHOT, "criteria": ""}).wants({}) is True


def test_criteria_look_at_the_moment_that_the_run_began() -> None:
    recent = {"criteria": "joined within last 2 days", "criteria_types": {"joined": "datetime"}}
    values = {"joined": "2026-01-30T00:00:00Z"}

    wanted = [
        read({**SNAPSHOT, **recent, "now": day * 86_400 * SECOND}).wants(values)
        for day in (20_484, 20_500)  # 31 January, 16 February 2026
    ]

    assert wanted == [True, False]


@pytest.mark.parametrize(
    ("said", "choices"),
    [
        ({}, Choices()),
        ({"inactive": "remove"}, Choices(inactive=Inactive.REMOVE)),
        ({"inactive": "skip"}, Choices(inactive=Inactive.SKIP)),
        ({"on_leave": "detach"}, Choices(detaches=True)),
        ({"typo": "off"}, Choices(typos=False)),
        ({"role_address": "allow"}, Choices(allow_roles=True)),
        ({"role_exceptions": ["Info@Example.com", "no"]}, Choices(role_exceptions=frozenset({"info@example.com"}))),
        ({"suppressed": "refresh"}, Choices(refreshes=True)),
        ({"strict": True}, Choices(strict=True)),
        ({"raise_type": True}, Choices(raise_type=True)),
    ],
)
def test_a_policy_is_a_choice_where_the_table_leaves_one(said: dict[str, Any], choices: Choices) -> None:
    assert Choices.of(said) == choices


#: Each is another decision for some record.
OTHERWISE: dict[str, Any] = {
    "list": 5,
    "mapping": [{"source_field": "mail", "target_field": "email"}],
    "subscription_type": "marketing",
    "topics": {},
    "lawful_basis": "consent",
    "update_empty": False,
    "policies": {},
    "after": None,
    "criteria": 'country is "Nepal"',
    "criteria_types": {"country": "text"},
}


@pytest.mark.parametrize("name", OTHERWISE)
def test_a_record_is_looked_at_again_under_other_rules(name: str) -> None:
    assert read({**SNAPSHOT, name: OTHERWISE[name]}).digest(b"a record") != read(SNAPSHOT).digest(b"a record")


@pytest.mark.parametrize(
    "more",
    [
        {"types": {"shoe-size": "text", "city": "text"}},
        {"choices": {"shoe-size": ["40", "41"], "city": ["Ghent"]}},
        {"choices": {"city": ["Ghent"]}},
    ],
)
def test_a_record_is_looked_at_again_where_a_field_takes_other_values(more: dict[str, Any]) -> None:
    assert read({**SNAPSHOT, **more}).digest(b"a record") != read(SNAPSHOT).digest(b"a record")


@pytest.mark.parametrize(
    "more",
    [
        {"types": {"shoe-size": "number", "city": "number"}},
        {"types": {"shoe-size": "number"}},
        {"choices": {"shoe-size": ["40"], "city": []}},
        {"now": 19},
        {"priority": (0, 1)},
        {"limit": None},
    ],
)
def test_what_bears_on_no_decision_is_no_reason_to_look_again(more: dict[str, Any]) -> None:
    assert read({**SNAPSHOT, **more}).digest(b"a record") == read(SNAPSHOT).digest(b"a record")


def test_every_part_of_a_snapshot_bears_on_decisions_or_is_said_not_to() -> None:
    assert set(SNAPSHOT) == {*OTHERWISE, "types", "choices", "now", "priority", "limit"}


def test_a_digest_is_short_and_another_for_another_record() -> None:
    rules = read(SNAPSHOT)

    assert len(rules.digest(b"a record")) == 16
    assert rules.digest(b"a record") != rules.digest(b"another")
    assert len(rules.version) == 32


def test_the_higher_priority_goes_first_and_among_equals_the_older_connection() -> None:
    places = [(3, 9), (2, 1), (2, 2), (0, 1), (-1, 1)]

    assert sorted(places, key=lambda place: precedence(*place)) == places


def test_a_run_looks_five_minutes_back() -> None:
    assert OVERLAP == 5 * 60 * SECOND
