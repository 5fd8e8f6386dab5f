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


def test_a_verb_is_called_what_it_says() -> None:
    assert {verb.name.lower() for verb in Verb} == {verb.value for verb in Verb}


#: What each verb leads to from draft, active, paused, inactive, completed, disconnected, deleted; a dash is refused.
LEADS = {
    Verb.EDIT: "draft active paused inactive completed - -",
    Verb.INITIATE: "active active - - active - -",
    Verb.PAUSE: "- paused - - - - -",
    Verb.RESUME: "- - active - - - -",
    Verb.ACTIVATE: "- - - active - active -",
    Verb.RUN: "- active - - completed - -",
    Verb.DELETE: "deleted deleted deleted deleted deleted deleted -",
    Verb.UNDELETE: "- - - - - - paused",
    Verb.DEACTIVATE: "draft inactive paused inactive completed disconnected deleted",
    Verb.DISCONNECT: "draft disconnected disconnected disconnected disconnected disconnected deleted",
}


@pytest.mark.parametrize("verb", Verb)
def test_a_verb_leads_to_the_next_state_or_is_refused(verb: Verb) -> None:
    told = [TABLE[verb][state] for state in SyncState]

    assert " ".join(cell if isinstance(cell, SyncState) else "-" for cell in told) == LEADS[verb]


#: The verb that a refusal tells to use instead, where there is one.
INSTEAD = {
    SyncState.PAUSED: "syncs resume main",
    SyncState.INACTIVE: "syncs activate main",
    SyncState.DISCONNECTED: "syncs activate main",
    SyncState.DELETED: "syncs undelete main",
}


@pytest.mark.parametrize(("verb", "state"), [(verb, state) for verb in (Verb.INITIATE, Verb.RUN) for state in INSTEAD])
def test_a_refusal_says_what_to_do_instead(verb: Verb, state: SyncState) -> None:
    with pytest.raises(Conflict, match=f"contactctl {INSTEAD[state]}"):
        after(verb, state, "main")


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
