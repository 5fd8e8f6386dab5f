"""What an entry of the suppression list does to a record, and who may lift it (rows 11 to 13)."""

from itertools import product

import pytest

from contactd.domain.suppressing import OBJECTIONS, REASONS, STAYS, reason_of
from contactd.domain.words import Reason, SetBy, SuppressionKind

#: In the order in which they decide.
KINDS = [
    (SuppressionKind.BLOCKED, Reason.BLOCKED),
    (SuppressionKind.COMPLAINT, Reason.COMPLAINT),
    (SuppressionKind.ERASED, Reason.ERASED),
    (SuppressionKind.HARD_BOUNCE, Reason.BOUNCED),
    (SuppressionKind.DO_NOT_MAIL, Reason.DO_NOT_MAIL),
]


def test_every_kind_of_entry_is_a_reason() -> None:
    assert list(REASONS.items()) == KINDS
    assert {kind for kind, _ in KINDS} == set(SuppressionKind)


@pytest.mark.parametrize("place", range(len(KINDS)))
def test_the_first_that_applies_decides(place: int) -> None:
    assert reason_of(kind.value for kind, _ in reversed(KINDS[place:])) is KINDS[place][1]


def test_an_address_without_an_entry_has_no_reason() -> None:
    assert reason_of([]) is Reason.NONE


@pytest.mark.parametrize(("kind", "set_by"), [*product(SuppressionKind, SetBy)])
def test_nobody_lifts_what_a_person_said_or_that_one_was_erased(kind: SuppressionKind, set_by: SetBy) -> None:
    own_word = kind in {SuppressionKind.DO_NOT_MAIL, SuppressionKind.COMPLAINT} and set_by is SetBy.SELF
    stays = own_word or kind is SuppressionKind.ERASED

    assert ((kind, set_by) in STAYS) is stays


def test_what_a_person_said_goes_along_to_another_address() -> None:
    assert {SuppressionKind.DO_NOT_MAIL, SuppressionKind.COMPLAINT} == OBJECTIONS
