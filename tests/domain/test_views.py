"""The two views of one ledger add up, whatever happened (REQUIREMENTS.md 1.6)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contactd.domain.editions import EDITIONS
from contactd.domain.nouns import Counts
from contactd.domain.views import UNSEEN, Ignored, NewView, new_view, old_view
from contactd.domain.words import CountsView, Outcome, Reason

LEDGERS = st.dictionaries(
    st.tuples(st.sampled_from(Outcome), st.sampled_from(Reason)), st.integers(0, 10_000), max_size=40
).map(Counts)


@given(LEDGERS)
@settings(derandomize=True, database=None)
def test_the_new_view_adds_up_to_all_records(ledger: Counts) -> None:
    view = new_view(ledger)

    assert view.total == ledger.total
    assert view.total == view.added + view.updated + view.unchanged + view.removed + view.skipped


@given(LEDGERS)
@settings(derandomize=True, database=None)
def test_the_old_view_adds_up_to_all_but_what_a_filter_would_not_have_sent(ledger: Counts) -> None:
    unseen = sum(
        records
        for (outcome, reason), records in ledger.by_reason.items()
        if outcome in {Outcome.SKIPPED, Outcome.FAILED} and reason in UNSEEN
    )

    view = old_view(ledger)

    assert view.total == ledger.total - unseen
    assert view.total == view.new + view.readded + view.duplicate + view.ignored + view.deleted
    assert view.ignored == sum(view.reasons.values())


@pytest.mark.parametrize(
    ("reason", "ignored"),
    [
        (Reason.BOUNCED, Ignored.BOUNCED),
        (Reason.DO_NOT_MAIL, Ignored.DO_NOT_MAIL),
        (Reason.ROLE_ADDRESS, Ignored.GROUP),
        (Reason.FILE_DUPLICATE, Ignored.FILE_DUPLICATE),
        (Reason.INVALID_PATTERN, Ignored.INVALID_PATTERN),
        (Reason.EMPTY_EMAIL, Ignored.EMPTY),
        (Reason.COMPLAINT, Ignored.OTHER),
        (Reason.LIMIT, Ignored.OTHER),
    ],
)
def test_the_old_view_says_why_a_record_was_ignored(reason: Reason, ignored: Ignored) -> None:
    view = old_view(Counts({(Outcome.SKIPPED, reason): 3}))

    assert {why: records for why, records in view.reasons.items() if records} == {ignored: 3}


def test_the_old_view_calls_the_reasons_what_people_know_them_by() -> None:
    assert {why.value for why in Ignored} == {why.name.lower() for why in Ignored}


@pytest.mark.parametrize("reason", [Reason.CRITERIA, Reason.BEFORE_WINDOW, Reason.NOT_CUSTOMER])
def test_the_old_view_knows_nothing_of_what_a_filter_would_not_have_sent(reason: Reason) -> None:
    assert old_view(Counts({(Outcome.SKIPPED, reason): 3})).total == 0


def test_a_contact_that_was_here_is_a_duplicate_and_one_that_came_back_is_re_added() -> None:
    ledger = {
        (Outcome.UPDATED, Reason.LINKED): 2,
        (Outcome.UNCHANGED, Reason.NONE): 3,
        (Outcome.READDED, Reason.NONE): 4,
    }

    view = old_view(Counts(ledger))

    assert (view.duplicate, view.readded, view.new) == (5, 4, 0)
    assert new_view(Counts(ledger)) == NewView(added=4, updated=2, unchanged=3, removed=0, skipped=0)


def test_every_edition_has_one_of_the_views() -> None:
    shown = {name: edition.counters for name, edition in EDITIONS.items()}

    assert shown == {
        "open": CountsView.NEW,
        "campaigns": CountsView.NEW,
        "classic": CountsView.OLD,
        "marketinghub": CountsView.OLD,
    }
