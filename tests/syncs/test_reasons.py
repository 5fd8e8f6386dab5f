"""Why a record had its outcome, as a sentence."""

from contactd.domain.reasons import SENTENCES, explain
from contactd.domain.words import Reason


def test_every_reason_has_a_sentence() -> None:
    assert set(SENTENCES) == set(Reason)
    assert all(sentence.endswith(".") for reason, sentence in SENTENCES.items() if reason)


def test_an_outcome_that_says_it_all_needs_no_sentence() -> None:
    assert explain(Reason.NONE) == ""


def test_a_refused_value_is_told_by_its_field() -> None:
    assert "'birthday'" in explain(Reason.REJECTED, "birthday")


def test_what_the_ledger_keeps_is_not_in_sentences_that_have_no_place_for_it() -> None:
    assert explain(Reason.MALFORMED, "<html>{detail}") == SENTENCES[Reason.MALFORMED]
