"""What runs did."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from contactd.domain.words import Mode, Outcome, Reason, RunState, Severity, Trigger
from contactd_sdk import Value

_Key = tuple[Outcome, Reason]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many records had which outcome and reason. The total is always their sum (I1)."""

    by_reason: Mapping[_Key, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many records have an outcome."""
        return sum(self.by_reason.values())

    def of(self, outcome: Outcome) -> int:
        """How many records had *outcome*, for whatever reason."""
        return sum(count for (this, _), count in self.by_reason.items() if this is outcome)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One execution of a sync, as people see it: an admitted run is waiting for its slot."""

    id: int
    workspace_id: int
    workspace: str
    edition: str
    sync_id: int
    sync: str
    trigger: Trigger
    mode: Mode
    state: RunState
    #: Nothing where it does not wait; *waiting_until* is 0 where no time is known.
    waiting_reason: str
    waiting_message: str
    waiting_until: int
    with_errors: bool
    attempt: int
    pages: int
    expected_total: int
    undecided: int
    removals: int
    mapping_version: int
    error_reason: str
    error_message: str
    undoes: int | None
    pruned: bool
    created_at: int
    started_at: int | None
    finished_at: int | None
    counts: Counts
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordOutcome:
    """What happened, or would happen, to one record, and why."""

    source_id: str
    title: str
    address: str
    outcome: Outcome
    reason: Reason
    suggestion: str = ""
    winner: str = ""
    contact_id: int | None = None
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SkippedRecord:
    """A record that a run did not take; *sequence* is its place in the run, *at* the moment."""

    sequence: int
    at: int
    record: RecordOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """Something that people should know; *sync* is the name of the sync whose view it opens."""

    id: int
    workspace: str
    kind: str
    severity: Severity
    message: str
    sync: str
    run_id: int | None
    created_at: int
    read: bool
    revision: int
