"""SyncService: translation there and back, and the preview."""

from typing import Any
from uuid import uuid4

import pytest
from google.protobuf.field_mask_pb2 import FieldMask

from contactd.domain.refusals import Away, ContactdError, Invalid
from contactd_proto.v1 import contact_pb2, ledger_pb2, run_pb2, sync_pb2
from syncs.desk import NAME, PARENT, Desk, awkward, creation
from syncs.house import House


def test_a_sync_is_told_as_it_was_asked_for(desk: Desk) -> None:
    made = desk.create()

    assert made == desk.ask(lambda: desk.syncs.GetSync(sync_pb2.GetSyncRequest(name=NAME), None))
    assert made.name == NAME
    assert made.state == sync_pb2.Sync.STATE_DRAFT
    assert made.connection == f"{PARENT}/connections/memory"
    assert made.module == "contacts"
    assert made.subscription_type == contact_pb2.SUBSCRIPTION_TYPE_NON_MARKETING
    assert made.schedule == creation().sync.schedule
    assert made.etag == "1"
    assert not made.HasField("next_run_time")


def test_every_name_that_cannot_be_read_is_told_at_once(desk: Desk) -> None:
    newer: Any = 99
    bad = sync_pb2.Sync(
        connection="memory",
        list="workspaces/other/lists/customers",
        subscription_type=newer,
        schedule=sync_pb2.Schedule(recurrence=newer),
    )

    with pytest.raises(Invalid) as refused:
        desk.create(sync=bad)

    assert [fault.field for fault in refused.value.faults] == [
        "sync.connection",
        "sync.list",
        "sync.subscription_type",
        "sync.schedule.recurrence",
    ]


def test_a_repeated_call_makes_one_sync(desk: Desk) -> None:
    request_id = str(uuid4())

    first = desk.create(request_id=request_id)
    again = desk.create(request_id=request_id)

    assert first == again


def test_syncs_are_listed_in_pages(desk: Desk) -> None:
    for name in ("a", "b", "c"):
        desk.create(sync_id=name)

    first = desk.ask(lambda: desk.syncs.ListSyncs(sync_pb2.ListSyncsRequest(parent=PARENT, page_size=2), None))
    token = first.next_page_token
    rest = desk.ask(lambda: desk.syncs.ListSyncs(sync_pb2.ListSyncsRequest(parent=PARENT, page_token=token), None))

    assert [sync.name[-1] for sync in (*first.syncs, *rest.syncs)] == ["a", "b", "c"]
    assert rest.next_page_token == ""
    assert rest.revision > 0


def test_a_mapping_is_suggested_set_and_told(desk: Desk) -> None:
    desk.create()
    connection = f"{PARENT}/connections/memory"
    suggested = desk.ask(lambda: desk.syncs.SuggestMapping(sync_pb2.SuggestMappingRequest(parent=connection), None))
    offered = desk.ask(lambda: desk.syncs.ListSourceFields(sync_pb2.ListSourceFieldsRequest(parent=connection), None))
    lines = [*suggested.lines, sync_pb2.MappingLine(source_field="owed", create=True)]
    wanted = sync_pb2.Mapping(name=f"{NAME}/mapping", lines=lines, etag="1")

    replaced = desk.ask(lambda: desk.syncs.SetMapping(sync_pb2.SetMappingRequest(mapping=wanted), None))

    assert [field.id for field in offered.fields][-2:] == ["owed", "name"]
    assert replaced.lines[-1].target_field == "outstanding-amount"
    assert (replaced.version, replaced.etag) == (2, "2")
    got = desk.ask(lambda: desk.syncs.GetMapping(sync_pb2.GetMappingRequest(name=f"{NAME}/mapping"), None))
    assert got == replaced


def test_a_preview_tells_each_record_and_the_counts_and_writes_nothing(house: House, desk: Desk) -> None:
    awkward(house)
    desk.create()

    async def preview() -> list[sync_pb2.PreviewSyncResponse]:
        return [answer async for answer in desk.syncs.PreviewSync(sync_pb2.PreviewSyncRequest(name=NAME), None)]

    *batches, last = desk.ask(preview)

    told = {one.record.source_id: one for batch in batches for one in batch.records}
    assert told["1"].record.outcome == ledger_pb2.OUTCOME_ADDED
    assert told["2"].record.suggestion == "john@gmail.com"
    assert told["4"].record.reason == "file_duplicate"
    assert (last.counts.total, last.counts.added, last.counts.skipped, last.counts.failed) == (5, 1, 3, 1)
    with house.parts.database.reading() as r:
        assert r.fast("SELECT count(*) FROM contact") == [(0,)]


def test_a_preview_of_a_source_that_is_away_is_refused(house: House, desk: Desk) -> None:
    desk.create()
    house.memory.fall_silent()

    async def preview() -> None:
        async for _ in desk.syncs.PreviewSync(sync_pb2.PreviewSyncRequest(name=NAME), None):
            pass

    with pytest.raises(Away, match="the source does not answer"):
        desk.ask(preview)


def test_validating_tells_what_initiating_would_refuse(house: House, desk: Desk) -> None:
    desk.create()
    house.change("UPDATE workspace SET contact_limit = 5")
    house.change("UPDATE connection SET state = 'disabled'")

    checked = desk.ask(lambda: desk.syncs.ValidateSync(sync_pb2.ValidateSyncRequest(name=NAME), None))

    assert [fault.field for fault in checked.faults] == ["sync.connection"]
    assert [warning.id for warning in checked.warnings] == ["contact_limit"]
    with pytest.raises(ContactdError):
        desk.initiate()


def test_initiating_answers_with_the_sync_and_its_run(desk: Desk) -> None:
    desk.create()

    begun = desk.initiate()

    assert begun.sync.state == sync_pb2.Sync.STATE_ACTIVE
    assert begun.sync.last_run == begun.run
    assert begun.sync.next_run_time.ToJsonString() == "2026-03-10T06:30:00Z"
    assert begun.run.trigger == run_pb2.Run.TRIGGER_FIRST
    assert begun.run.state == run_pb2.Run.STATE_WAITING


def test_a_paused_sync_is_due_at_no_time(desk: Desk) -> None:
    desk.create()
    desk.initiate()

    paused = desk.ask(lambda: desk.syncs.PauseSync(sync_pb2.PauseSyncRequest(name=NAME), None))
    resumed = desk.ask(lambda: desk.syncs.ResumeSync(sync_pb2.ResumeSyncRequest(name=NAME), None))

    assert (paused.state, paused.HasField("next_run_time")) == (sync_pb2.Sync.STATE_PAUSED, False)
    assert (resumed.state, resumed.HasField("next_run_time")) == (sync_pb2.Sync.STATE_ACTIVE, True)


def test_what_a_person_paused_is_told_with_their_name(house: House, desk: Desk) -> None:
    house.active()

    desk.ask(lambda: desk.syncs.PauseSync(sync_pb2.PauseSyncRequest(name=NAME), None))

    assert house.events()[-1] == ("sync_state_changed", NAME, "ann")


@pytest.mark.parametrize("path", ["criteria", "connection", "module"])
def test_what_a_sync_reads_cannot_be_changed(desk: Desk, path: str) -> None:
    desk.create()
    request = sync_pb2.UpdateSyncRequest(sync=sync_pb2.Sync(name=NAME), update_mask=FieldMask(paths=[path]))

    with pytest.raises(Invalid, match=f"the {path} of a sync cannot be changed; make another sync"):
        desk.ask(lambda: desk.syncs.UpdateSync(request, None))


def test_an_update_without_a_mask_changes_what_is_set(desk: Desk) -> None:
    desk.create()
    sync = sync_pb2.Sync(name=NAME, description="Other")

    updated = desk.ask(lambda: desk.syncs.UpdateSync(sync_pb2.UpdateSyncRequest(sync=sync), None))

    assert updated.description == "Other"
    assert updated.list == f"{PARENT}/lists/customers"


def test_an_update_that_is_repeated_by_its_id_is_made_once(desk: Desk) -> None:
    desk.create()
    sync = sync_pb2.Sync(name=NAME, description="Other")
    request = sync_pb2.UpdateSyncRequest(sync=sync, request_id=str(uuid4()))

    first = desk.ask(lambda: desk.syncs.UpdateSync(request, None))
    again = desk.ask(lambda: desk.syncs.UpdateSync(request, None))

    assert first == again
