"""The one table of what may be done to a sync in which state."""

import pytest

from contactd.domain.lifecycle import TABLE, Verb, after
from contactd.domain.refusals import Conflict
from contactd.domain.words import SyncState

_REFUSED = [
    (verb, state) for verb, row in TABLE.items() for state, cell in row.items() if not isinstance(cell, SyncState)
]


def test_every_verb_has_a_cell_for_every_state() -> None:
    assert set(TABLE) == set(Verb)
    assert all(set(row) == set(SyncState) for row in TABLE.values())


@pytest.mark.parametrize(
    ("verb", "before", "then"),
    [
        (Verb.INITIATE, SyncState.DRAFT, SyncState.ACTIVE),
        (Verb.PAUSE, SyncState.ACTIVE, SyncState.PAUSED),
        (Verb.RESUME, SyncState.PAUSED, SyncState.ACTIVE),
        (Verb.INITIATE, SyncState.COMPLETED, SyncState.ACTIVE),
        (Verb.ACTIVATE, SyncState.INACTIVE, SyncState.ACTIVE),
        (Verb.ACTIVATE, SyncState.DISCONNECTED, SyncState.ACTIVE),
        (Verb.DEACTIVATE, SyncState.ACTIVE, SyncState.INACTIVE),
        (Verb.DISCONNECT, SyncState.PAUSED, SyncState.DISCONNECTED),
        (Verb.DELETE, SyncState.DRAFT, SyncState.DELETED),
        (Verb.UNDELETE, SyncState.DELETED, SyncState.PAUSED),
        (Verb.RUN, SyncState.COMPLETED, SyncState.COMPLETED),
    ],
)
def test_a_verb_leads_to_the_next_state(verb: Verb, before: SyncState, then: SyncState) -> None:
    assert after(verb, before, "main") is then


@pytest.mark.parametrize(("verb", "state"), _REFUSED)
def test_a_refusal_names_the_sync_and_its_state(verb: Verb, state: SyncState) -> None:
    with pytest.raises(Conflict) as refused:
        after(verb, state, "main")

    assert refused.value.message.startswith("the sync 'main' ")
    assert "{" not in refused.value.message
    assert refused.value.facts["state"] == state


def test_only_undeleting_leads_out_of_deleted() -> None:
    leading = {verb for verb, row in TABLE.items() if row[SyncState.DELETED] is not SyncState.DELETED}

    assert {verb for verb in leading if isinstance(TABLE[verb][SyncState.DELETED], SyncState)} == {Verb.UNDELETE}


def test_every_state_can_be_reached() -> None:
    reached = {cell for row in TABLE.values() for state, cell in row.items() if cell is not state}

    assert set(SyncState) - reached == {SyncState.DRAFT, SyncState.COMPLETED}
