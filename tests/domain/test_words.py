"""One vocabulary: contract, tables and commands use these words, and no others (daemon/REQUIREMENTS.md 1.8)."""

from enum import StrEnum

import pytest

from contactd.domain import words

#: The table, told once more.
WORDS = {
    "ConnectionState": "pending enabled credential_invalid disabled",
    "SyncState": "draft active paused inactive completed disconnected deleted",
    "RunState": "waiting admitted running held succeeded failed cancelled",
    "Trigger": "first schedule manual edit catch_up undo",
    "Mode": "incremental full sweep",
    "Waiting": "slot throttled quota drained paused retry source_away store_away daemon_away",
    "Outcome": "added readded updated unchanged removed skipped failed",
    "Reason": (
        " malformed rejected not_customer inactive before_window criteria empty_email invalid_pattern role_address "
        "blocked complaint erased bounced do_not_mail file_duplicate limit unknown_record "
        "linked ownership email_changed email_changed_merged detached"
    ),
    "LinkState": "owner shadow stale skipped gone",
    "ContactStatus": "live deleted erased",
    "SubscriptionType": "marketing non_marketing unsubscribed",
    "LawfulBasis": " consent contract legal_obligation vital_interests public_task legitimate_interests",
    "Membership": "subscribed unsubscribed removed",
    "SuppressionKind": "hard_bounce do_not_mail complaint blocked erased",
    "SetBy": "self account system",
    "FieldOrigin": "built_in manual sync",
    "Recurrence": "once daily weekly monthly cron",
    "Misfire": "run_once skip",
    "FormerMembers": "leave move",
    "Inactive": "sync skip remove",
    "RoleAddress": "skip allow",
    "Typo": "off known",
    "OnLeave": "keep detach",
    "Suppressed": "skip refresh",
    "CountsView": "new old",
    "Severity": "info warning error",
}


def vocabulary() -> dict[str, type[StrEnum]]:
    return {
        name: kind
        for name, kind in vars(words).items()
        if isinstance(kind, type) and issubclass(kind, StrEnum) and kind.__module__ == words.__name__
    }


def test_every_kind_of_word_stands_in_the_table() -> None:
    assert set(vocabulary()) == set(WORDS)


@pytest.mark.parametrize("kind", WORDS)
def test_the_words_are_those_of_the_table(kind: str) -> None:
    assert {word.value for word in vocabulary()[kind]} == set(WORDS[kind].split(" "))


@pytest.mark.parametrize("kind", WORDS)
def test_a_word_is_called_what_it_says(kind: str) -> None:
    assert {word.name.lower() for word in vocabulary()[kind]} == {word.value or "none" for word in vocabulary()[kind]}


def test_a_run_is_live_until_it_ends() -> None:
    assert set(words.LIVE_RUNS) == {"waiting", "admitted", "running", "held"}
