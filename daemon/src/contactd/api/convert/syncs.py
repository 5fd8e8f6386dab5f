"""Syncs, schedules and mappings to messages, and back."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from google.protobuf.timestamp_pb2 import Timestamp

from contactd.api import names
from contactd.api.convert.common import SUBSCRIPTION_TYPES, Words, etag, timestamp
from contactd.api.convert.policies import LAWFUL_BASES, policies_message
from contactd.api.convert.runs import record_message, run_message, value_text
from contactd.domain.nouns import Mapping, MappingLine, RecordOutcome, Schedule
from contactd.domain.refusals import Fault, Invalid
from contactd.domain.words import Recurrence, SubscriptionType, SyncState
from contactd.engine.deletion import KEPT
from contactd.engine.readiness import Checked
from contactd.engine.syncs import MODULE, Draft, Seen
from contactd_proto.v1 import sync_pb2 as pb

_Read = TypeVar("_Read")

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

RECURRENCES: Words[Recurrence, pb.Schedule.Recurrence.ValueType] = Words(
    {
        Recurrence.ONCE: pb.Schedule.RECURRENCE_ONCE,
        Recurrence.DAILY: pb.Schedule.RECURRENCE_DAILY,
        Recurrence.WEEKLY: pb.Schedule.RECURRENCE_WEEKLY,
        Recurrence.MONTHLY: pb.Schedule.RECURRENCE_MONTHLY,
        Recurrence.CRON: pb.Schedule.RECURRENCE_CRON,
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
    )


def _time(micros: int | None) -> Timestamp | None:
    return None if micros is None else timestamp(micros)


def draft(request: pb.CreateSyncRequest, workspace: str) -> Draft:
    """Read what somebody wants of a new sync.

    Raises:
        Invalid: with every name and word that cannot be read.
    """
    sync, faults = request.sync, list[Fault]()
    connection = _read(faults, lambda: _within(names.CONNECTION, sync.connection, "sync.connection", workspace), "")
    mailing_list = _read(faults, lambda: _within(names.LIST, sync.list, "sync.list", workspace), "")
    kind = _read(faults, lambda: _subscription_type(sync.subscription_type), SubscriptionType.MARKETING)
    recurrence = _read(faults, lambda: _recurrence(sync.schedule.recurrence), Recurrence.ONCE)
    if faults:
        raise Invalid(*faults)
    return Draft(
        name=request.sync_id,
        description=sync.description,
        connection=connection,
        module=sync.module or MODULE,
        list=mailing_list,
        subscription_type=kind,
        update_empty=sync.update_empty_values,
        schedule=_schedule(sync.schedule, recurrence),
        lines=mapping_lines(request.mapping.lines) if request.HasField("mapping") else None,
    )


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


def mapping_message(mapping: Mapping) -> pb.Mapping:
    """Turn a sync's mapping into its message."""
    return pb.Mapping(
        name=names.MAPPING.format(mapping.workspace, mapping.sync),
        lines=[_line_message(line) for line in mapping.lines],
        version=mapping.version,
        etag=etag(mapping.version),
    )


def suggestion_message(lines: Sequence[MappingLine]) -> pb.Mapping:
    """Turn proposed lines into the message of a mapping that no sync has yet."""
    return pb.Mapping(lines=[_line_message(line) for line in lines])


def mapping_lines(lines: Iterable[pb.MappingLine]) -> tuple[MappingLine, ...]:
    """Read the lines of a mapping; what their source fields are is looked up later."""
    return tuple(
        MappingLine(source_field=line.source_field, target_field=line.target_field, create=line.create)
        for line in lines
    )


def checked_message(checked: Checked) -> pb.ValidateSyncResponse:
    """Turn all that is wrong with a sync, and must be acknowledged, into its message."""
    return pb.ValidateSyncResponse(
        faults=[pb.FieldFault(field=fault.field, message=fault.message) for fault in checked.faults],
        warnings=[pb.SyncWarning(id=warning.id, message=warning.message) for warning in checked.warnings],
    )


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


def _line_message(line: MappingLine) -> pb.MappingLine:
    return pb.MappingLine(source_field=line.source_field, target_field=line.target_field, create=line.create)


def _subscription_type(number: int) -> SubscriptionType:
    if not number:
        return SubscriptionType.MARKETING
    return SUBSCRIPTION_TYPES.word(number, "sync.subscription_type")


def _recurrence(number: int) -> Recurrence:
    return RECURRENCES.word(number, "sync.schedule.recurrence") if number else Recurrence.ONCE


def _schedule(schedule: pb.Schedule, recurrence: Recurrence) -> Schedule:
    return Schedule(
        recurrence=recurrence,
        time=schedule.time,
        time_zone=schedule.time_zone,
        weekday=schedule.weekday,
        day_of_month=schedule.day_of_month,
        cron=schedule.cron,
    )


def _within(pattern: names.Pattern, name: str, field: str, workspace: str) -> str:
    """Read the id of something that must be in *workspace*."""
    home, found = pattern.parse(name, field)
    if home != workspace:
        message = f"'{name}' is in another workspace than '{workspace}'; name one of the same"
        raise Invalid(Fault(field, message))
    return found


def _read(faults: list[Fault], read: Callable[[], _Read], otherwise: _Read) -> _Read:
    """Read something; where that is not possible, note why, and go on with *otherwise*."""
    try:
        return read()
    except Invalid as exc:
        faults.extend(exc.faults)
        return otherwise
