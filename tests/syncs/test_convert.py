"""The tables between our words and the contract's are complete."""

from collections.abc import Collection
from typing import Any

import pytest
from google.protobuf.descriptor import EnumDescriptor

from contactd.api.convert import policies, runs, syncs, terms
from contactd.domain.policies import Policies
from contactd.domain.words import (
    Inactive,
    LawfulBasis,
    Misfire,
    Mode,
    OnLeave,
    Outcome,
    Recurrence,
    RoleAddress,
    RunState,
    Suppressed,
    SyncState,
    Trigger,
    Typo,
)
from contactd_proto.v1 import ledger_pb2, policy_pb2, run_pb2, sync_pb2

TABLES = [
    (syncs.STATES.numbers, SyncState, sync_pb2.Sync.State.DESCRIPTOR),
    (terms.MISFIRES.numbers, Misfire, sync_pb2.Sync.Misfire.DESCRIPTOR),
    (terms.RECURRENCES.numbers, Recurrence, sync_pb2.Schedule.Recurrence.DESCRIPTOR),
    (policies.INACTIVES.numbers, Inactive, policy_pb2.Policies.Inactive.DESCRIPTOR),
    (policies.ROLE_ADDRESSES.numbers, RoleAddress, policy_pb2.Policies.RoleAddress.DESCRIPTOR),
    (policies.TYPOS.numbers, Typo, policy_pb2.Policies.Typo.DESCRIPTOR),
    (policies.ON_LEAVES.numbers, OnLeave, policy_pb2.Policies.OnLeave.DESCRIPTOR),
    (policies.SUPPRESSEDS.numbers, Suppressed, policy_pb2.Policies.Suppressed.DESCRIPTOR),
    (runs.STATES, RunState, run_pb2.Run.State.DESCRIPTOR),
    (runs.TRIGGERS.numbers, Trigger, run_pb2.Run.Trigger.DESCRIPTOR),
    (runs.MODES.numbers, Mode, run_pb2.RunMode.DESCRIPTOR),
    (runs.OUTCOMES.numbers, Outcome, ledger_pb2.Outcome.DESCRIPTOR),
]


@pytest.mark.parametrize(("table", "words", "contract"), TABLES)
def test_every_word_has_a_number_and_every_number_a_word(
    table: dict[Any, int], words: Collection[Any], contract: EnumDescriptor
) -> None:
    numbers = {value.number for value in contract.values if value.number}

    assert set(table) == set(words)
    assert set(table.values()) == numbers


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (True, "true"), (False, "false"), (12, "12"), ("a", "a"), (["a", "b"], "a, b")],
)
def test_values_are_shown_as_text(value: Any, text: str) -> None:
    assert runs.value_text(value) == text


def test_every_lawful_basis_has_a_number_and_none_is_unspecified() -> None:
    assert set(policies.LAWFUL_BASES.numbers) == set(LawfulBasis)
    assert sorted(policies.LAWFUL_BASES.numbers.values()) == list(range(7))


def test_policies_come_back_as_they_were_said() -> None:
    said = Policies(inactive=Inactive.REMOVE, role_exceptions=("info@example.com",), strict=False)

    assert policies.policies_of(policies.policies_message(said), "sync.policies") == said
