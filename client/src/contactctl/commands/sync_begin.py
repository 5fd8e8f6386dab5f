"""`contactctl syncs validate`, `preview` and `initiate`: from a draft to its first run."""

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from uuid import uuid4

import click

from contactctl.blocks import Heading
from contactctl.exits import Exit
from contactctl.failures import Failure, Violation
from contactctl.names import short
from contactctl.options import Command, Setup, etag_option
from contactctl.render import plural, word
from contactctl.views.counts import counts_table, view_of
from contactctl.views.runs import PREVIEW
from contactctl.views.syncs import faults_view

if TYPE_CHECKING:
    from contactctl.daemon import Daemon
    from contactd_proto.v1.sync_pb2 import (
        InitiateSyncResponse,
        PreviewRecord,
        PreviewSyncResponse,
        SyncWarning,
        ValidateSyncResponse,
    )


@click.command("validate", cls=Command)
@click.argument("sync")
@click.pass_obj
def validate_sync(setup: Setup, sync: str) -> None:
    """Tell all that is wrong with SYNC at once, and what must be acknowledged."""
    with setup.daemon() as daemon:
        found = _validated(daemon, sync)
        setup.output.one(found, lambda answer: faults_view(answer.faults, answer.warnings))
    if found.faults:
        raise click.exceptions.Exit(Exit.FINDINGS)


def _validated(daemon: "Daemon", sync: str) -> "ValidateSyncResponse":
    from contactctl.daemon import PATIENT
    from contactd_proto.v1.sync_pb2 import ValidateSyncRequest

    request = ValidateSyncRequest(name=daemon.names.sync(sync))
    return daemon.call(daemon.syncs.ValidateSync, request, within=PATIENT)


@click.command("preview", cls=Command)
@click.argument("sync")
@click.option("--limit", type=click.IntRange(min=0), default=0, help="Look at no more records than this.")
@click.pass_obj
def preview_sync(setup: Setup, sync: str, limit: int) -> None:
    """Show what SYNC would do to each record, and write nothing."""
    from contactd_proto.v1.sync_pb2 import PreviewSyncRequest

    with setup.daemon() as daemon:
        request = PreviewSyncRequest(name=daemon.names.sync(sync), limit=limit)
        with daemon.stream(daemon.syncs.PreviewSync, request) as answers:
            if setup.as_json:
                for answer in answers:
                    setup.output.line(answer)
            else:
                _draw_preview(setup, answers, limit)


def _draw_preview(setup: Setup, answers: "Iterator[PreviewSyncResponse]", limit: int) -> None:
    ends: list[PreviewSyncResponse] = []

    def records() -> "Iterator[PreviewRecord]":
        for answer in answers:
            yield from answer.records
            if answer.HasField("counts"):
                ends.append(answer)

    setup.output.many(records(), PREVIEW)
    title = f"What a run would count of the first {plural(limit, 'record')}" if limit else "What a full run would count"
    for end in ends:
        setup.output.say("")
        setup.output.draw([Heading(title), counts_table(end.counts, view_of(end))])


@click.command("initiate", cls=Command)
@click.argument("sync")
@click.option("--acknowledge", multiple=True, metavar="WARNING", help="Acknowledge this warning, by its id.")
@click.option("--yes", is_flag=True, help="Acknowledge all warnings.")
@click.option("--watch", "watched", is_flag=True, help="Watch the first run until it ends.")
@etag_option("sync")
@click.pass_obj
def initiate_sync(
    setup: Setup, sync: str, acknowledge: tuple[str, ...], *, yes: bool, watched: bool, etag: str
) -> None:
    """Make SYNC active and start its first run at once. Of one that was edited, read all records again."""
    from contactctl.daemon import PATIENT
    from contactctl.watch import watch
    from contactd_proto.v1.sync_pb2 import InitiateSyncRequest

    with setup.daemon() as daemon:
        found = _validated(daemon, sync)
        _refuse_faults(sync, found)
        request = InitiateSyncRequest(
            name=daemon.names.sync(sync),
            acknowledged_warnings=_acknowledged(setup, found.warnings, acknowledge, yes=yes),
            etag=etag,
            request_id=str(uuid4()),
        )
        answer = daemon.call(daemon.syncs.InitiateSync, request, within=PATIENT)
        if watched:
            watch(daemon, answer.run.name, setup.output)
        else:
            _show_begun(setup, answer)


def _refuse_faults(sync: str, found: "ValidateSyncResponse") -> None:
    if found.faults:
        raise Failure(
            Exit.REFUSED,
            f"{short(sync)} cannot be initiated as it is",
            status="INVALID_ARGUMENT",
            violations=tuple(Violation(fault.field, fault.message) for fault in found.faults),
        )


def _acknowledged(
    setup: Setup, warnings: "Sequence[SyncWarning]", acknowledge: Sequence[str], *, yes: bool
) -> list[str]:
    """Show the warnings and give the ids of those that are acknowledged: all, or the command ends."""
    for warning in warnings:
        setup.output.note(f"warning {warning.id}: {warning.message}")
    missing = [warning.id for warning in warnings if warning.id not in acknowledge]
    if missing and not yes and not _agreed(missing):
        raise Failure(
            Exit.REFUSED,
            f"{plural(len(missing), 'warning')} must be acknowledged before anything begins",
            (" ".join(f"--acknowledge {each}" for each in missing), "--yes acknowledges them all"),
            status="FAILED_PRECONDITION",
        )
    return [warning.id for warning in warnings]


def _agreed(missing: Sequence[str]) -> bool:
    if not sys.stdin.isatty():
        return False
    return click.confirm(f"Acknowledge {', '.join(missing)} and begin?", err=True)


def _which(answer: "InitiateSyncResponse") -> str:
    return "its first run" if word(answer.run, "trigger") in {"", "first"} else "the run that reads all again"


def _show_begun(setup: Setup, answer: "InitiateSyncResponse") -> None:
    run = short(answer.run.name)
    if setup.as_json:
        setup.output.document(answer)
    setup.output.say(f"{short(answer.sync.name)} is {word(answer.sync, 'state')}; {_which(answer)} is {run}")
    setup.output.say(f"watch it: contactctl runs watch {run}")
