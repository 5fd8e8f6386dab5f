"""Why a record had its outcome, as a sentence."""

import pytest

from contactd.domain.reasons import SENTENCES, explain
from contactd.domain.words import Reason


def test_every_reason_has_a_sentence() -> None:
    assert set(SENTENCES) == set(Reason)
    assert all(sentence.endswith(".") for reason, sentence in SENTENCES.items() if reason)


def test_an_outcome_that_says_it_all_needs_no_sentence() -> None:
    assert explain(Reason.NONE) == ""


def test_what_was_wrong_with_a_record_that_was_taken_is_told_beside_its_reason() -> None:
    """Rows 9 and 17: a warning keeps nobody out."""
    assert explain(Reason.NONE, "meant:gmail.com") == "The domain is one letter away from gmail.com."
    assert explain(Reason.LINKED, "dropped:birthday dropped:vat meant:gmail.com") == (
        "The contact was here already; this sync keeps it up to date from now on. "
        "The value for the field 'birthday' does not fit it and was left out. "
        "The value for the field 'vat' does not fit it and was left out. "
        "The domain is one letter away from gmail.com."
    )


@pytest.mark.parametrize(
    "reason", [Reason.NONE, Reason.LINKED, Reason.OWNERSHIP, Reason.EMAIL_CHANGED, Reason.EMAIL_CHANGED_MERGED]
)
def test_every_reason_to_take_a_record_can_have_warnings(reason: Reason) -> None:
    assert explain(reason, "dropped:vat").endswith("The value for the field 'vat' does not fit it and was left out.")


def test_what_else_the_ledger_keeps_is_no_warning() -> None:
    assert explain(Reason.NONE, "ann@example.com") == ""
    assert explain(Reason.MALFORMED, "dropped:everything") == SENTENCES[Reason.MALFORMED]


def test_a_refused_value_is_told_by_its_field() -> None:
    assert "'birthday'" in explain(Reason.REJECTED, "birthday")


def test_what_the_ledger_keeps_is_not_in_sentences_that_have_no_place_for_it() -> None:
    assert explain(Reason.MALFORMED, "<html>{detail}") == SENTENCES[Reason.MALFORMED]
