"""Runs, their counts and what they did not take, to messages."""

from google.rpc import code_pb2, error_details_pb2, status_pb2

from contactd.api import names
from contactd.api.convert.common import Words, timestamp
from contactd.api.errors import DOMAIN
from contactd.domain.editions import EDITIONS
from contactd.domain.nouns import Counts, RecordOutcome, Run
from contactd.domain.reasons import explain
from contactd.domain.views import Ignored, new_view, old_view
from contactd.domain.words import CountsView, Mode, Outcome, Reason, RunState, Trigger
from contactd_proto.v1 import ledger_pb2, run_pb2
from contactd_sdk import Value

OUTCOMES: Words[Outcome, ledger_pb2.Outcome.ValueType] = Words(
    {
        Outcome.ADDED: ledger_pb2.OUTCOME_ADDED,
        Outcome.READDED: ledger_pb2.OUTCOME_READDED,
        Outcome.UPDATED: ledger_pb2.OUTCOME_UPDATED,
        Outcome.UNCHANGED: ledger_pb2.OUTCOME_UNCHANGED,
        Outcome.REMOVED: ledger_pb2.OUTCOME_REMOVED,
        Outcome.SKIPPED: ledger_pb2.OUTCOME_SKIPPED,
        Outcome.FAILED: ledger_pb2.OUTCOME_FAILED,
    }
)

#: An admitted run has no page yet: people see it waiting.
STATES: dict[RunState, run_pb2.Run.State.ValueType] = {
    RunState.WAITING: run_pb2.Run.STATE_WAITING,
    RunState.ADMITTED: run_pb2.Run.STATE_WAITING,
    RunState.RUNNING: run_pb2.Run.STATE_RUNNING,
    RunState.HELD: run_pb2.Run.STATE_HELD,
    RunState.SUCCEEDED: run_pb2.Run.STATE_SUCCEEDED,
    RunState.FAILED: run_pb2.Run.STATE_FAILED,
    RunState.CANCELLED: run_pb2.Run.STATE_CANCELLED,
}

TRIGGERS: Words[Trigger, run_pb2.Run.Trigger.ValueType] = Words(
    {
        Trigger.FIRST: run_pb2.Run.TRIGGER_FIRST,
        Trigger.SCHEDULE: run_pb2.Run.TRIGGER_SCHEDULE,
        Trigger.MANUAL: run_pb2.Run.TRIGGER_MANUAL,
        Trigger.EDIT: run_pb2.Run.TRIGGER_EDIT,
        Trigger.CATCH_UP: run_pb2.Run.TRIGGER_CATCH_UP,
        Trigger.UNDO: run_pb2.Run.TRIGGER_UNDO,
    }
)

VIEWS: Words[CountsView, ledger_pb2.CountsView.ValueType] = Words(
    {CountsView.NEW: ledger_pb2.COUNTS_VIEW_NEW, CountsView.OLD: ledger_pb2.COUNTS_VIEW_OLD}
)

MODES: Words[Mode, run_pb2.RunMode.ValueType] = Words(
    {
        Mode.INCREMENTAL: run_pb2.RUN_MODE_INCREMENTAL,
        Mode.FULL: run_pb2.RUN_MODE_FULL,
        Mode.SWEEP: run_pb2.RUN_MODE_SWEEP,
    }
)


def run_message(run: Run) -> run_pb2.Run:
    """Turn a run into its message."""
    return run_pb2.Run(
        name=names.RUN.format(run.workspace, run.sync, run.id),
        trigger=TRIGGERS.number(run.trigger),
        mode=MODES.number(run.mode),
        state=STATES[run.state],
        waiting_reason=run.waiting_reason,
        waiting_message=run.waiting_message,
        waiting_until=timestamp(run.waiting_until) if run.waiting_until else None,
        with_errors=run.with_errors,
        attempt=run.attempt,
        create_time=timestamp(run.created_at),
        start_time=None if run.started_at is None else timestamp(run.started_at),
        end_time=None if run.finished_at is None else timestamp(run.finished_at),
        counts=counts_message(run.counts, undecided=run.undecided),
        pages=run.pages,
        expected_total=run.expected_total,
        held_removals=run.removals if run.state is RunState.HELD else 0,
        error=_error(run) if run.error_reason else None,
        mapping_version=run.mapping_version,
        revision=run.revision,
        view=VIEWS.number(EDITIONS[run.edition].counters),
        undoes="" if run.undoes is None else names.RUN.format(run.workspace, run.sync, run.undoes),
        pruned=run.pruned,
    )


def counts_message(counts: Counts, *, undecided: int = 0) -> ledger_pb2.Counts:
    """Turn the counts of a run into their message."""
    return ledger_pb2.Counts(
        total=counts.total,
        added=counts.of(Outcome.ADDED),
        readded=counts.of(Outcome.READDED),
        updated=counts.of(Outcome.UPDATED),
        unchanged=counts.of(Outcome.UNCHANGED),
        removed=counts.of(Outcome.REMOVED),
        skipped=counts.of(Outcome.SKIPPED),
        failed=counts.of(Outcome.FAILED),
        undecided=undecided,
        by_reason={_leaf(outcome, reason): count for (outcome, reason), count in counts.by_reason.items()},
        new_view=_new_message(counts),
        old_view=_old_message(counts),
    )


def _new_message(counts: Counts) -> ledger_pb2.NewCounts:
    view = new_view(counts)
    return ledger_pb2.NewCounts(
        total=view.total,
        added=view.added,
        updated=view.updated,
        unchanged=view.unchanged,
        removed=view.removed,
        skipped=view.skipped,
    )


def _old_message(counts: Counts) -> ledger_pb2.OldCounts:
    view = old_view(counts)
    return ledger_pb2.OldCounts(
        total=view.total,
        new=view.new,
        readded=view.readded,
        duplicate=view.duplicate,
        ignored=view.ignored,
        deleted=view.deleted,
        ignored_bounced=view.reasons[Ignored.BOUNCED],
        ignored_do_not_mail=view.reasons[Ignored.DO_NOT_MAIL],
        ignored_group=view.reasons[Ignored.GROUP],
        ignored_file_duplicate=view.reasons[Ignored.FILE_DUPLICATE],
        ignored_invalid_pattern=view.reasons[Ignored.INVALID_PATTERN],
        ignored_empty=view.reasons[Ignored.EMPTY],
        ignored_other=view.reasons[Ignored.OTHER],
    )


def record_message(record: RecordOutcome, *, workspace: str) -> ledger_pb2.RecordOutcome:
    """Turn what happened to one record into its message."""
    return ledger_pb2.RecordOutcome(
        source_id=record.source_id,
        title=record.title,
        email=record.address,
        outcome=OUTCOMES.number(record.outcome),
        reason=record.reason.value,
        explanation=explain(record.reason, record.suggestion),
        suggestion=suggestion(record),
        winner=record.winner,
        contact="" if record.contact_id is None else names.CONTACT.format(workspace, record.contact_id),
    )


def suggestion(record: RecordOutcome) -> str:
    """Give the address that was probably meant; beside other reasons the ledger keeps other things."""
    return record.suggestion if record.reason is Reason.INVALID_PATTERN else ""


def value_text(value: Value) -> str:
    """Give a value of a record as text, for tables."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case list():
            return ", ".join(value)
        case _:
            return str(value)


def _leaf(outcome: Outcome, reason: Reason) -> str:
    return f"{outcome}:{reason}" if reason else str(outcome)


def _error(run: Run) -> status_pb2.Status:
    # A run is no call: only its reason says what it was. The code tells whether a person can mend it.
    bug = run.error_reason == "INTERNAL"
    code = code_pb2.INTERNAL if bug else code_pb2.FAILED_PRECONDITION
    status = status_pb2.Status(code=code, message=run.error_message)
    status.details.add().Pack(error_details_pb2.ErrorInfo(reason=run.error_reason, domain=DOMAIN))
    return status
