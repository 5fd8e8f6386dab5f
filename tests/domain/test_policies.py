"""Policies: what is said is kept, what is not said is left open."""

import json
from dataclasses import fields

import pytest

from contactd.domain.editions import EDITIONS
from contactd.domain.policies import DEFAULTS, Policies, faults
from contactd.domain.words import Inactive, OnLeave, Recurrence, RoleAddress, Suppressed, Typo

SAID = Policies(
    inactive=Inactive.REMOVE,
    role_address=RoleAddress.ALLOW,
    role_exceptions=("info@example.com",),
    typo=Typo.OFF,
    on_leave=OnLeave.DETACH,
    suppressed=Suppressed.REFRESH,
    strict=True,
    raise_type=False,
)


@pytest.mark.parametrize("policies", [SAID, DEFAULTS, Policies(), Policies(strict=False)])
def test_policies_are_read_back_as_they_were_kept(policies: Policies) -> None:
    kept = json.loads(json.dumps(policies.document()))

    assert Policies.read(kept) == policies
    # A word is equal to its text, but rules ask which one it is.
    assert repr(Policies.read(kept)) == repr(policies)


def test_what_is_not_said_is_not_kept() -> None:
    assert Policies(strict=False).document() == {"strict": False}


def test_every_policy_has_a_default() -> None:
    assert [field.name for field in fields(Policies) if getattr(DEFAULTS, field.name) is None] == []


def test_exceptions_are_kept_by_their_keys() -> None:
    assert Policies(role_exceptions=(" Info@EXAMPLE.com ",)).document() == {"role_exceptions": ["info@example.com"]}


def test_an_exception_that_is_no_address_is_told_by_its_place() -> None:
    (fault,) = faults(Policies(role_exceptions=("info@example.com", "info")), "sync.policies")

    assert fault.field == "sync.policies.role_exceptions[1]"
    assert "'info' is not an e-mail address" in fault.message


def test_as_many_exceptions_as_a_person_keeps_are_taken() -> None:
    many = tuple(f"info@example{number}.com" for number in range(1000))

    assert faults(Policies(role_exceptions=many), "sync.policies") == ()


def test_more_exceptions_than_a_person_keeps_are_refused() -> None:
    many = tuple(f"info@example{number}.com" for number in range(1001))

    (fault,) = faults(Policies(role_exceptions=many), "sync.policies")

    assert "no more than 1000" in fault.message


#: Table 1.1 of daemon/REQUIREMENTS.md, told once more: what each edition allows a sync.
TABLE = {
    "open": (0, 0, True, True, 0, True, False, False, "contact", "warn"),
    "campaigns": (1, 1, False, False, 0, False, False, False, "contact", "refuse"),
    "classic": (0, 0, True, True, 0, False, True, False, "contact", "nothing"),
    "marketinghub": (0, 0, True, True, 30, False, True, True, "lead", "nothing"),
}


@pytest.mark.parametrize("name", TABLE)
def test_an_edition_is_what_its_help_page_says(name: str) -> None:
    edition = EDITIONS[name]

    row = (
        edition.organizations,
        edition.syncs,
        edition.criteria,
        edition.window,
        edition.window_days,
        Recurrence.CRON in edition.recurrences,
        edition.rotation_deactivates,
        edition.address_deactivates,
        edition.person,
        edition.same_email,
    )

    assert row == TABLE[name]
    assert set(Recurrence) - edition.recurrences <= {Recurrence.CRON}
    assert edition.description
