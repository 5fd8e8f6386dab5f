"""The tables between our words and the contract's are complete."""

from collections.abc import Collection
from typing import Any

import pytest
from google.protobuf.descriptor import EnumDescriptor

from contactd.api.convert import runs, syncs
from contactd.domain.words import Mode, Outcome, Recurrence, RunState, SyncState, Trigger
from contactd_proto.v1 import ledger_pb2, run_pb2, sync_pb2

TABLES = [
    (syncs.STATES.numbers, SyncState, sync_pb2.Sync.State.DESCRIPTOR),
    (syncs.RECURRENCES.numbers, Recurrence, sync_pb2.Schedule.Recurrence.DESCRIPTOR),
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
