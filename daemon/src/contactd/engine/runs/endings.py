"""How an attempt at a run ends: where it leaves the run, and who is told.

Rule: what ends a run is sorted here and nowhere else. Whatever a source said
as a sentence is shown as it is; a bug is logged, and shown as a number.
"""

import random
import uuid
from collections.abc import Callable
from enum import Enum, auto
from functools import partial

import structlog

from contactd.domain.clock import SECOND, micros
from contactd.domain.refusals import Away, ContactdError, Unfit
from contactd.domain.waiting import patience
from contactd.domain.words import Outcome, Reason, RunState, Severity, Trigger, Waiting
from contactd.engine.accounts import refusing
from contactd.engine.runs.stop import Stop
from contactd.host.errors import ChildFailed, Interrupted
from contactd.store import attempts, connections, notifications, runs, syncs
from contactd.store import settle as asked
from contactd.store.attempts import Attempt, Held
from contactd.store.database import Database, Transaction
from contactd_sdk import AuthFailed, Misconfigured, SettingsInvalid, SourceError, Spent, Throttled, Unavailable

log = structlog.get_logger()

#: However soon a source that allows no more calls wants to be asked again.
_SHORTEST_THROTTLE = 15 * SECOND

#: So many faults of a plugin in a row, without a page between them, end a run.
_PLUGIN_FAULTS = 5


#: What a run may meet that is no bug.
_MET = (SourceError, SettingsInvalid, ChildFailed, ContactdError)


class Ending(Enum):
    """How an attempt ended, when nothing went wrong."""

    DONE = auto()
    HELD = auto()
    REJECTED = auto()
    CANCELLED = auto()
    PAUSED = auto()
    DRAINED = auto()
    UNDONE = auto()


def wish(held: Held, stop: Stop) -> Ending:
    """Tell how an attempt should end now, `DONE` when it should just go on."""
    if held.cancel:
        return Ending.CANCELLED
    if held.paused:
        return Ending.PAUSED
    return Ending.DRAINED if stop.asked else Ending.DONE


def conclude(database: Database, attempt: Attempt, ending: Ending) -> None:
    """Bring an attempt to its *ending*."""
    with database.transaction() as tx:
        attempts.hold(tx, attempt)
        _CONCLUSIONS[ending](tx, attempt)
    log.info("run_left", ending=ending.name.lower())


def leave(database: Database, attempt: Attempt, fault: Exception) -> None:
    """Leave a run that *fault* stopped in a state that says what is next."""
    if isinstance(fault, Interrupted):
        with database.reading() as r:
            cancelled = attempts.cancel_requested(r, attempt.run)
        conclude(database, attempt, Ending.CANCELLED if cancelled else Ending.DRAINED)
        return
    with database.transaction() as tx:
        if isinstance(fault, _MET) and attempts.cancel_requested(tx, attempt.run):
            # Whoever cancelled it may have caused the fault, as by disabling the connection.
            _cancel(tx, attempt)
        else:
            _sort(tx, attempt, fault)


def give_up(database: Database, run: int, fault: Exception) -> None:
    """Let *run* fail, which cannot be begun by a bug: whoever were handed it again would meet the same, for ever."""
    message = _broken(fault)
    with database.transaction() as tx:
        row = attempts.fail_unbegun(tx, run, reason="INTERNAL", message=message)
        if row is None:
            return
        subject = f"workspaces/{row.workspace_name}/syncs/{row.sync_name}/runs/{run}"
        tx.tell("run_failed", subject, workspace=row.workspace_id, actor="sync")
        notifications.create(
            tx,
            workspace_id=row.workspace_id,
            kind="run_failed",
            severity=Severity.ERROR,
            message=f"The run {run} of '{row.sync_name}' failed: {message}",
            sync_id=row.sync_id,
            run_id=run,
        )


def _sort(tx: Transaction, attempt: Attempt, fault: Exception) -> None:
    failures = attempts.facts(tx, attempt).failures + 1
    match fault:
        case Throttled():
            _throttled(tx, attempt, fault)
        case Unavailable():
            _wait(tx, attempt, Waiting.SOURCE_AWAY, fault, not_before=_later(tx, failures), failures=failures)
        case Away() | Unfit():
            _wait(tx, attempt, Waiting.STORE_AWAY, fault, not_before=_later(tx, failures), failures=failures)
        case ChildFailed() if failures < _PLUGIN_FAULTS:
            _wait(tx, attempt, Waiting.RETRY, fault, not_before=_later(tx, failures), failures=failures)
        case AuthFailed():
            _refused(tx, attempt, fault, failures)
        case Misconfigured() | SettingsInvalid():
            _fail(tx, attempt, "MISCONFIGURED", str(fault))
        case ChildFailed():
            _fail(tx, attempt, "PLUGIN_FAILED", str(fault))
        case ContactdError():
            _fail(tx, attempt, fault.reason, fault.message)
        case _:
            _fail(tx, attempt, "INTERNAL", _broken(fault))


def _refused(tx: Transaction, attempt: Attempt, fault: AuthFailed, failures: int) -> None:
    """Let all syncs of the connection wait for a person, unless its credential is another one by now: that is tried."""
    if connections.by_id(tx, attempt.connection).credential_generation != attempt.generation:
        _wait(tx, attempt, Waiting.RETRY, fault, not_before=_later(tx, failures), failures=failures)
        return
    # Its own, also where it is paused; then the others of the connection.
    if asked.deactivate(tx, attempt.scope, str(fault)):
        tx.tell("sync_deactivated", attempt.subject, workspace=attempt.scope.workspace, actor="sync")
        refusing.tell(tx, syncs.by_id(tx, attempt.scope.sync), run=attempt.run)
    refusing.refuse(tx, attempt.connection, str(fault), generation=attempt.generation, run=attempt.run, by="sync")
    _fail(tx, attempt, "CREDENTIAL_INVALID", str(fault))


def _throttled(tx: Transaction, attempt: Attempt, fault: Throttled) -> None:
    until = micros(fault.until)
    if isinstance(fault, Spent):
        _wait(tx, attempt, Waiting.QUOTA, fault, not_before=until)
    else:
        # A source that says "later" and means at once is not believed.
        _wait(tx, attempt, Waiting.THROTTLED, fault, not_before=max(until, tx.now + _SHORTEST_THROTTLE))


def _later(tx: Transaction, failures: int) -> int:
    """Tell when to try again: ever later, and never all at once."""
    return tx.now + patience(failures, random.random())  # noqa: S311  spreads load, keeps no secret


def _wait(
    tx: Transaction,
    attempt: Attempt,
    because: Waiting,
    fault: Exception,
    *,
    not_before: int,
    failures: int | None = None,
) -> None:
    attempts.put_back(tx, attempt, because, str(fault), not_before=not_before, failures=failures)
    log.info("run_put_back", reason=because.value)


def _broken(fault: Exception) -> str:
    """Write down what a bug was, and give what people are told of it."""
    incident = uuid.uuid4().hex[:12]
    log.error("run_broken", incident=incident, exc_info=fault)
    return f"the run met a fault of contactd itself; report incident {incident}"


def _fail(tx: Transaction, attempt: Attempt, reason: str, message: str) -> None:
    attempts.end(tx, attempt, RunState.FAILED, error_reason=reason, error_message=message)
    _tell(
        tx, attempt, "run_failed", Severity.ERROR, f"The run {attempt.run} of '{attempt.sync_name}' failed: {message}"
    )
    log.warning("run_failed", reason=reason)


def _succeed(tx: Transaction, attempt: Attempt, *, rejected: bool = False) -> None:
    facts = attempts.facts(tx, attempt)
    counts = runs.counts_of(tx, [attempt.run]).get(attempt.run)
    failed = 0 if counts is None else counts.of(Outcome.FAILED)
    beyond = 0 if counts is None else counts.by_reason.get((Outcome.SKIPPED, Reason.LIMIT), 0)
    attempts.end(tx, attempt, RunState.SUCCEEDED, with_errors=int(rejected or failed + beyond > 0))
    # A record may have been read, then changed, before a later one was read: what the
    # run is sure of ends where it began, by the source's clock where that is told.
    began = facts.started_at if facts.source_began is None else min(facts.source_began, facts.started_at)
    sure = None if facts.max_modified is None else min(facts.max_modified, began)
    once = asked.recurrence_of(tx, attempt.scope) == "once" and attempt.trigger is not Trigger.MANUAL
    # What a rejected run left undecided is read again, and so is what there was no room for.
    asked.finish_sync(tx, attempt.scope, watermark=None if rejected or beyond else sure, once=once)
    total = 0 if counts is None else counts.total
    _tell(
        tx, attempt, "run_succeeded", Severity.INFO, f"'{attempt.sync_name}' is in step: {_records(total)} looked at."
    )
    _mark_limit(tx, attempt, beyond)


def _mark_limit(tx: Transaction, attempt: Attempt, beyond: int) -> None:
    """Leave a mark where the workspace had no room for *beyond* records, and tell people (R36)."""
    asked.mark_limit(tx, attempt.scope, reached=beyond > 0)
    if beyond:
        message = (
            f"The run {attempt.run} of '{attempt.sync_name}' skipped {_many(beyond, 'record')}, as the workspace has "
            "all the contacts that it may have: `contactctl workspaces edit --contact-limit` allows more."
        )
        _tell(tx, attempt, "limit_reached", Severity.WARNING, message)


def _undone(tx: Transaction, attempt: Attempt) -> None:
    """A run is taken back: the sync's watermark stays, so that only a full reading brings its records again."""
    undone = attempts.facts(tx, attempt).undoes
    counts = runs.counts_of(tx, [attempt.run]).get(attempt.run)
    kept = 0 if counts is None else counts.of(Outcome.UNCHANGED)
    back = 0 if counts is None else counts.total - kept
    attempts.end(tx, attempt, RunState.SUCCEEDED)
    message = (
        f"The run {undone} of '{attempt.sync_name}' is undone: {back} of its changes were taken back, {kept} kept; "
        f"`contactctl runs diff {attempt.run}` shows them."
    )
    _tell(tx, attempt, "run_succeeded", Severity.WARNING if kept else Severity.INFO, message)


def _records(total: int) -> str:
    return f"{_many(total, 'record')} {'was' if total == 1 else 'were'}"


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _hold(tx: Transaction, attempt: Attempt) -> None:
    attempts.wait_for_answer(tx, attempt)
    facts = attempts.facts(tx, attempt)
    if facts.state != RunState.HELD:
        return
    message = (
        f"The run {attempt.run} of '{attempt.sync_name}' would remove {_many(facts.removals, 'contact')} and is held: "
        f"`contactctl runs confirm {attempt.run}` lets it, `contactctl runs reject {attempt.run}` keeps them."
    )
    _tell(tx, attempt, "run_held", Severity.WARNING, message)


def _cancel(tx: Transaction, attempt: Attempt) -> None:
    attempts.end(tx, attempt, RunState.CANCELLED)
    tx.tell("run_cancelled", attempt.subject, workspace=attempt.scope.workspace, actor="sync")


def _tell(tx: Transaction, attempt: Attempt, kind: str, severity: Severity, message: str) -> None:
    scope = attempt.scope
    tx.tell(kind, attempt.subject, workspace=scope.workspace, actor="sync")
    notifications.create(
        tx,
        workspace_id=scope.workspace,
        kind=kind,
        severity=severity,
        message=message,
        sync_id=scope.sync,
        run_id=attempt.run,
    )


_CONCLUSIONS: dict[Ending, Callable[[Transaction, Attempt], None]] = {
    Ending.DONE: _succeed,
    Ending.UNDONE: _undone,
    Ending.REJECTED: partial(_succeed, rejected=True),
    Ending.HELD: _hold,
    Ending.CANCELLED: _cancel,
    Ending.PAUSED: attempts.put_back_for_people,
    Ending.DRAINED: partial(attempts.put_back, because=Waiting.DRAINED),
}
