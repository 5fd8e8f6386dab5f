"""Messages as contactd sends them, for tests of whoever shows them."""

from datetime import UTC, datetime

from google.protobuf.struct_pb2 import NULL_VALUE, Value
from google.protobuf.timestamp_pb2 import Timestamp
from google.rpc import status_pb2

from contactd_proto.v1.connection_pb2 import Connection, Organization
from contactd_proto.v1.contact_pb2 import SUBSCRIPTION_TYPE_MARKETING, Contact
from contactd_proto.v1.field_pb2 import FIELD_TYPE_EMAIL, FIELD_TYPE_PHONE, FIELD_TYPE_TEXT, Field, SourceField
from contactd_proto.v1.ledger_pb2 import (
    COUNTS_VIEW_OLD,
    OUTCOME_ADDED,
    OUTCOME_SKIPPED,
    OUTCOME_UNCHANGED,
    OUTCOME_UPDATED,
    Change,
    ContactChange,
    Counts,
    NewCounts,
    OldCounts,
    RecordOutcome,
)
from contactd_proto.v1.list_pb2 import MailingList
from contactd_proto.v1.notification_pb2 import Notification
from contactd_proto.v1.plugin_pb2 import Module, Plugin, SettingSchema, SourceKind
from contactd_proto.v1.policy_pb2 import LAWFUL_BASIS_CONSENT, Policies
from contactd_proto.v1.run_pb2 import RUN_MODE_INCREMENTAL, Run
from contactd_proto.v1.sync_pb2 import Mapping, MappingLine, PreviewRecord, Schedule, Sync
from contactd_proto.v1.workspace_pb2 import Workspace

HOUSE = "workspaces/default"
SYNC = f"{HOUSE}/syncs/books-main"


def at(hour: int, minute: int = 0) -> Timestamp:
    """Give a time of one certain day."""
    time = Timestamp()
    time.FromDatetime(datetime(2026, 3, 9, hour, minute, tzinfo=UTC))
    return time


READY = Plugin(
    name="plugins/zoho-books",
    distribution="contactd-books",
    version="0.1.0",
    state=Plugin.STATE_READY,
    kinds=[
        SourceKind(
            id="zoho-books",
            title="Zoho Books",
            authorized=True,
            modules=[Module(id="contacts", title="Customers")],
            capabilities=["fields", "organizations"],
            settings=[
                SettingSchema(id="client_id", help="The id.", type=SettingSchema.TYPE_TEXT, required=True),
                SettingSchema(id="client_secret", help="The secret.", type=SettingSchema.TYPE_SECRET, required=True),
            ],
        )
    ],
)
BROKEN = Plugin(
    name="plugins/broken",
    distribution="broken",
    version="9",
    state=Plugin.STATE_QUARANTINED,
    reason="it could not be imported: No module named 'nothing'",
)
PENDING = Connection(
    name=f"{HOUSE}/connections/main",
    title="Chinook",
    kind="zoho-books",
    state=Connection.STATE_PENDING,
    settings={"client_id": "1000.ABC"},
    etag="c1",
    create_time=at(8),
)
ORGANIZATIONS = [
    Organization(id="10234695", title="Chinook Records", time_zone="Europe/Brussels", default=True),
    Organization(id="10234696", title="Another one", time_zone="UTC"),
]
ENABLED = Connection(
    name=f"{HOUSE}/connections/main",
    title="Chinook",
    kind="zoho-books",
    state=Connection.STATE_ENABLED,
    account_email="andrea@chinook.example",
    organization=ORGANIZATIONS[0],
    etag="c2",
    warnings=["the account's address is not the workspace's own"],
)
CUSTOMERS = MailingList(
    name=f"{HOUSE}/lists/customers", title="Customers", description="All of them", subscribed_count=1234, etag="l1"
)
EMAIL = Field(name=f"{HOUSE}/fields/email", title="E-mail", type=FIELD_TYPE_EMAIL, origin=Field.ORIGIN_BUILT_IN)
MOBILE = Field(name=f"{HOUSE}/fields/mobile", title="Mobile", type=FIELD_TYPE_PHONE, origin=Field.ORIGIN_MANUAL)
SOURCE_FIELDS = [
    SourceField(id="email", title="E-mail", type=FIELD_TYPE_EMAIL),
    SourceField(id="billing_fax", title="Fax", type=FIELD_TYPE_PHONE, detail=True),
    SourceField(id="cf_region", title="Region", type=FIELD_TYPE_TEXT, custom=True),
]
SUGGESTED = Mapping(
    lines=[
        MappingLine(source_field="email", target_field="email"),
        MappingLine(source_field="first_name", target_field="first-name"),
    ]
)
MAPPING = Mapping(
    name=f"{SYNC}/mapping",
    lines=[*SUGGESTED.lines, MappingLine(source_field="cf_region", target_field="region", create=True)],
    version=1,
    etag="m1",
)
COUNTS = Counts(
    total=67,
    added=55,
    readded=1,
    updated=2,
    unchanged=3,
    removed=1,
    skipped=4,
    failed=1,
    by_reason={"skipped:invalid_pattern": 1, "skipped:empty_email": 3, "failed:malformed": 1},
    new_view=NewCounts(total=67, added=56, updated=2, unchanged=3, removed=1, skipped=5),
    old_view=OldCounts(
        total=67,
        new=55,
        readded=1,
        duplicate=5,
        ignored=5,
        deleted=1,
        ignored_invalid_pattern=1,
        ignored_empty=3,
        ignored_other=1,
    ),
)
RUN = Run(
    name=f"{SYNC}/runs/12",
    trigger=Run.TRIGGER_FIRST,
    mode=RUN_MODE_INCREMENTAL,
    state=Run.STATE_SUCCEEDED,
    attempt=1,
    create_time=at(9),
    start_time=at(9),
    end_time=at(9, 1),
    counts=COUNTS,
    pages=1,
    mapping_version=1,
)
#: The same in a workspace whose edition shows the old counters.
OLD_RUN = Run()
OLD_RUN.CopyFrom(RUN)
OLD_RUN.view = COUNTS_VIEW_OLD
UNDO = Run(
    name=f"{SYNC}/runs/15",
    trigger=Run.TRIGGER_UNDO,
    state=Run.STATE_WAITING,
    undoes=RUN.name,
    create_time=at(11),
)
FAILED = Run(
    name=f"{SYNC}/runs/13",
    trigger=Run.TRIGGER_SCHEDULE,
    state=Run.STATE_FAILED,
    create_time=at(10),
    error=status_pb2.Status(code=9, message="Zoho refused the account"),
)
HELD = Run(name=f"{SYNC}/runs/14", state=Run.STATE_HELD, create_time=at(11), held_removals=41)
WAITING = Run(
    name=f"{SYNC}/runs/12",
    state=Run.STATE_WAITING,
    waiting_reason="throttled",
    waiting_message="Zoho asked us to wait",
    waiting_until=at(9, 30),
    create_time=at(9),
)


def running(read: int, *, of: int = 8200) -> Run:
    """Give run 12 as it is after *read* records."""
    return Run(
        name=f"{SYNC}/runs/12",
        state=Run.STATE_RUNNING,
        create_time=at(9),
        counts=Counts(total=read, added=read, new_view=NewCounts(total=read, added=read)),
        expected_total=of,
    )


DRAFT = Sync(
    name=SYNC,
    description="Customers of Books",
    connection=ENABLED.name,
    module="contacts",
    list=CUSTOMERS.name,
    subscription_type=SUBSCRIPTION_TYPE_MARKETING,
    schedule=Schedule(recurrence=Schedule.RECURRENCE_DAILY, time="06:30", time_zone="Europe/Brussels"),
    state=Sync.STATE_DRAFT,
    mapping_version=1,
    create_time=at(8, 30),
    etag="s1",
)
ACTIVE = Sync()
ACTIVE.CopyFrom(DRAFT)
ACTIVE.MergeFrom(Sync(state=Sync.STATE_ACTIVE, attention=["held"], next_run_time=at(12), watermark=at(9), last_run=RUN))
EDITED = Sync()
EDITED.CopyFrom(ACTIVE)
EDITED.MergeFrom(
    Sync(
        edited=True,
        criteria='country is "India"',
        topics=[f"{HOUSE}/topics/news", f"{HOUSE}/topics/offers"],
        lawful_basis=LAWFUL_BASIS_CONSENT,
        retrieve_after=at(7),
        sweep_schedule=Schedule(recurrence=Schedule.RECURRENCE_WEEKLY, time="03:00", time_zone="UTC", weekday=7),
        next_sweep_time=at(10),
        policies=Policies(inactive=Policies.INACTIVE_SKIP, role_exceptions=["info@a.com"], strict=False),
        dropped_slots=2,
    )
)
ANA = Contact(
    name=f"{HOUSE}/contacts/1",
    email="ana@chinook.example",
    values={
        "first-name": Value(string_value="Ana"),
        "last-name": Value(string_value="Silva"),
        "outstanding": Value(number_value=12.5),
    },
    subscription_type=SUBSCRIPTION_TYPE_MARKETING,
    status=Contact.STATUS_LIVE,
    lists=[CUSTOMERS.name],
    create_time=at(9),
    update_time=at(9),
)
SKIPPED = RecordOutcome(
    source_id="460000000026049",
    title="John Gordon",
    email="john@gnail.com",
    outcome=OUTCOME_SKIPPED,
    reason="invalid_pattern",
    explanation="gnail.com is a misspelling of gmail.com",
    suggestion="john@gmail.com",
)
DUPLICATE = RecordOutcome(
    source_id="460000000026050",
    title="Ana again",
    email="ana@chinook.example",
    outcome=OUTCOME_SKIPPED,
    reason="file_duplicate",
    winner="460000000026001",
)
CHANGED = ContactChange(
    contact=ANA.name,
    email=ANA.email,
    source_id="460000000026001",
    outcome=OUTCOME_UPDATED,
    reason="linked",
    explanation="The contact was here already; this sync keeps it up to date from now on.",
    changes=[
        Change(what="first-name", before=Value(string_value="Anna"), after=Value(string_value="Ana")),
        Change(what="list", before=Value(null_value=NULL_VALUE), after=Value(string_value="subscribed")),
    ],
)
KEPT = ContactChange(
    contact=ANA.name,
    email=ANA.email,
    outcome=OUTCOME_UNCHANGED,
    explanation="Kept: a person has changed the contact since.",
)
PREVIEW = [
    PreviewRecord(
        record=RecordOutcome(source_id="460000000026001", title="Ana Silva", email=ANA.email, outcome=OUTCOME_ADDED),
        values={"first-name": "Ana"},
    ),
    PreviewRecord(record=SKIPPED),
    PreviewRecord(record=DUPLICATE),
]
NEWS = Notification(
    name=f"{HOUSE}/notifications/3",
    kind="run_succeeded",
    severity=Notification.SEVERITY_INFO,
    message="books-main has synced 67 records",
    sync=SYNC,
    run=RUN.name,
    create_time=at(9, 1),
)
WORKSPACE = Workspace(name=HOUSE, title="Default", edition="open", owner_emails=["owner@chinook.example"])
