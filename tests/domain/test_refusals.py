"""What the daemon refuses is named for what the asker must do, in words that programs may rely on."""

import pytest

from contactd.domain.refusals import (
    Away,
    Conflict,
    ContactdError,
    Denied,
    Exhausted,
    Exists,
    Fault,
    Invalid,
    NotFound,
    Stale,
)

REASONS: dict[type[ContactdError], str] = {
    ContactdError: "REFUSED",
    NotFound: "NOT_FOUND",
    Conflict: "WRONG_STATE",
    Stale: "ETAG_MISMATCH",
    Exists: "ALREADY_EXISTS",
    Invalid: "INVALID_ARGUMENT",
    Denied: "PERMISSION_DENIED",
    Exhausted: "RESOURCE_EXHAUSTED",
    Away: "UNAVAILABLE",
}


def test_every_refusal_has_a_name_for_programs() -> None:
    kinds: list[type[ContactdError]] = [ContactdError, *ContactdError.__subclasses__()]

    assert {kind: kind.reason for kind in kinds} == REASONS


@pytest.mark.parametrize("kind", [Conflict, Stale, Exists, Denied, Exhausted, Away])
def test_a_refusal_is_a_sentence_with_its_facts(kind: type[ContactdError]) -> None:
    plain, told = kind("no", name="main"), kind("no", reason="BUSY")

    assert (str(plain), plain.message, plain.reason, plain.facts) == ("no", "no", REASONS[kind], {"name": "main"})
    assert (told.reason, told.facts) == ("BUSY", {})


def test_what_does_not_exist_is_told_by_its_kind_and_name() -> None:
    missing = NotFound("sync", "boks-main")

    assert missing.message == "no sync is called 'boks-main'"
    assert (missing.kind, missing.name, missing.facts) == ("sync", "boks-main", {"kind": "sync", "name": "boks-main"})
    assert NotFound("run", "7", "no run has the number 7").message == "no run has the number 7"


def test_all_faults_are_told_in_one_sentence() -> None:
    faults = (Fault("a", "give a"), Fault("b", "give b", "B_MISSING"))

    refused = Invalid(*faults)

    assert (refused.message, refused.faults, refused.reason) == ("give a; give b", faults, "INVALID_ARGUMENT")
    assert Invalid(reason="EMPTY").reason == "EMPTY"
    assert (faults[0].reason, faults[1].reason) == ("", "B_MISSING")
