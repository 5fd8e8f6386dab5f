"""Syncs and schedules to messages."""

from collections.abc import Iterable

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp

from contactd.api import names
from contactd.api.convert.common import SUBSCRIPTION_TYPES, Words, etag, timestamp
from contactd.api.convert.policies import LAWFUL_BASES, policies_message
from contactd.api.convert.runs import MODES, VIEWS, counts_message, record_message, run_message, value_text
from contactd.api.convert.terms import MISFIRES, RECURRENCES
from contactd.domain.clock import local
from contactd.domain.due import GRACE
from contactd.domain.nouns import RecordOutcome, Schedule
from contactd.domain.words import Mode, SyncState
from contactd.engine.syncs.deletion import KEPT
from contactd.engine.syncs.readiness import Checked
from contactd.engine.syncs.syncs import Foretold, Seen
from contactd.engine.syncs.upcoming import Upcoming
from contactd_proto.v1 import sync_pb2 as pb

STATES: Words[SyncState, pb.Sync.State.ValueType] = Words(
    {
        SyncState.DRAFT: pb.Sync.STATE_DRAFT,
        SyncState.ACTIVE: pb.Sync.STATE_ACTIVE,
        SyncState.PAUSED: pb.Sync.STATE_PAUSED,
        SyncState.INACTIVE: pb.Sync.STATE_INACTIVE,
        SyncState.COMPLETED: pb.Sync.STATE_COMPLETED,
        SyncState.DISCONNECTED: pb.Sync.STATE_DISCONNECTED,
        SyncState.DELETED: pb.Sync.STATE_DELETED,
    }
)


def sync_message(seen: Seen) -> pb.Sync:
    """Turn a sync into its message."""
    sync, last_run = seen
    # A sync that is not active keeps the time that it would have been due, but is not.
    due = sync.next_run_at if sync.state is SyncState.ACTIVE else None
    return pb.Sync(
        name=names.SYNC.format(sync.workspace, sync.name),
        description=sync.description,
        connection=names.CONNECTION.format(sync.workspace, sync.connection),
        module=sync.module,
        list=names.LIST.format(sync.workspace, sync.list),
        subscription_type=SUBSCRIPTION_TYPES.number(sync.subscription_type),
        update_empty_values=sync.update_empty,
        schedule=schedule_message(sync.schedule),
        state=STATES.number(sync.state),
        attention=sync.attention,
        inactive_reason=sync.inactive_reason,
        next_run_time=_time(due),
        last_run=None if last_run is None else run_message(last_run),
        watermark=_time(sync.watermark),
        mapping_version=sync.mapping_version,
        create_time=timestamp(sync.created_at),
        etag=etag(sync.version),
        criteria=sync.criteria,
        topics=[names.TOPIC.format(sync.workspace, topic) for topic in sync.topics],
        lawful_basis=LAWFUL_BASES.number(sync.lawful_basis),
        retrieve_after=_time(sync.retrieve_after),
        sweep_schedule=schedule_message(sync.sweep_schedule),
        policies=policies_message(sync.policies),
        next_sweep_time=None if due is None else _time(sync.next_sweep_at),
        dropped_slots=sync.dropped_slots,
        delete_time=_time(sync.deleted_at),
        purge_time=None if sync.deleted_at is None else timestamp(sync.deleted_at + KEPT),
        edited=sync.edited,
        misfire=MISFIRES.number(sync.misfire),
        misfire_grace=_duration(sync.misfire_grace or GRACE),
    )


def _duration(micros: int) -> Duration:
    span = Duration()
    span.FromMicroseconds(micros)
    return span


def _time(micros: int | None) -> Timestamp | None:
    return None if micros is None else timestamp(micros)


def schedule_message(schedule: Schedule) -> pb.Schedule:
    """Turn a schedule into its message."""
    return pb.Schedule(
        recurrence=RECURRENCES.number(schedule.recurrence),
        time=schedule.time,
        time_zone=schedule.time_zone,
        weekday=schedule.weekday,
        day_of_month=schedule.day_of_month,
        cron=schedule.cron,
    )


def upcoming_message(upcoming: Upcoming) -> pb.UpcomingRun:
    """Turn a time at which a sync is due into its message."""
    comes, sync = upcoming.coming, upcoming.sync
    return pb.UpcomingRun(
        sync=names.SYNC.format(sync.workspace, sync.name),
        time=timestamp(comes.at),
        local_time=local(comes.at, comes.zone).isoformat(timespec="seconds"),
        time_zone=comes.zone,
        mode=MODES.number(Mode.SWEEP if comes.sweeps else Mode.INCREMENTAL),
        attention=upcoming.attention,
    )


def checked_message(checked: Checked) -> pb.ValidateSyncResponse:
    """Turn all that is wrong with a sync, and must be acknowledged, into its message."""
    return pb.ValidateSyncResponse(
        faults=[
            pb.FieldFault(field=fault.field, message=fault.message, reason=fault.reason) for fault in checked.faults
        ],
        warnings=[pb.SyncWarning(id=warning.id, message=warning.message) for warning in checked.warnings],
    )


def foretold_message(foretold: Foretold) -> pb.PreviewSyncResponse:
    """Turn what a run would count into the last message of a preview."""
    return pb.PreviewSyncResponse(counts=counts_message(foretold.counts), view=VIEWS.number(foretold.view))


def preview_message(records: Iterable[RecordOutcome], workspace: str) -> pb.PreviewSyncResponse:
    """Turn some records as they would land into their message."""
    return pb.PreviewSyncResponse(
        records=[
            pb.PreviewRecord(
                record=record_message(record, workspace=workspace),
                values={name: value_text(value) for name, value in record.values.items()},
            )
            for record in records
        ]
    )
