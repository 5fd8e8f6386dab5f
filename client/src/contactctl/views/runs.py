"""How runs look, and the records that they took or did not take."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from contactctl.blocks import Block, Cell, Column, Facts, Heading, Listing, Shown, Tone
from contactctl.names import short
from contactctl.render import brief, moment, plural, toned, when, word
from contactctl.views.counts import count_columns, counted, counts_table, view_of

if TYPE_CHECKING:
    from contactd_proto.v1.ledger_pb2 import RecordOutcome
    from contactd_proto.v1.run_pb2 import Run
    from contactd_proto.v1.sync_pb2 import PreviewRecord

RUN_STATE = Column("State", wraps=True)
TRIGGER = Column("Trigger", spare=2)


def state_cell(run: "Run") -> Cell:
    """Give what a run is doing; one that succeeded with errors says so."""
    state = toned(word(run, "state"))
    if run.with_errors and state.text == "succeeded":
        return Cell("succeeded with errors", Tone.WATCH_OUT)
    return state


#: Why a run waits, where no sentence says more.
_WAITS = {
    "": "for its turn",
    "slot": "for its turn",
    "throttled": "the source allows no more calls now",
    "quota": "its budget of calls is spent",
    "drained": "contactd was stopped",
    "paused": "its sync is paused",
    "retry": "it is tried again",
    "source_away": "the source does not answer",
    "store_away": "the store does not answer",
    "daemon_away": "no daemon is there that can carry it",
}


def waiting_sentence(run: "Run") -> str:
    """Say why a run waits and until when; nothing for one that does not wait."""
    if word(run, "state") != "waiting":
        return ""
    why = run.waiting_message or _waits(run)
    until = f", until {moment(run.waiting_until)}" if run.HasField("waiting_until") else ""
    return f"{why.rstrip('.')}{until}"


def _waits(run: "Run") -> str:
    return _WAITS.get(run.waiting_reason, run.waiting_reason.replace("_", " "))


def listed_state(run: "Run") -> Cell:
    """Give what a run is doing in a listing: of one that waits, why and until when, in few words."""
    state = state_cell(run)
    if state.text != "waiting":
        return state
    until = f", until {brief(run.waiting_until)}" if run.HasField("waiting_until") else ""
    return Cell(f"waiting: {_waits(run)}{until}", state.tone)


def progress_sentence(run: "Run") -> str:
    """Say how far a run is."""
    read = run.counts.total + run.counts.undecided
    if run.expected_total > read:
        return f"{read:,} of about {plural(run.expected_total, 'record')}"
    return plural(read, "record")


def runs_in(view: str) -> "Listing[Run]":
    """List runs with their counts in *view*."""
    columns = (Column("Run"), Column("Time"), TRIGGER, Column("Mode", spare=3), RUN_STATE, *count_columns(view))
    return Listing(columns, lambda run: _row(run, view), none="there is no run yet")


def _row(run: "Run", view: str) -> list[Shown]:
    return [
        short(run.name),
        brief(run.create_time),
        word(run, "trigger"),
        word(run, "mode"),
        listed_state(run),
        *counted(run.counts, view),
    ]


def run_view(run: "Run", view: str | None = None) -> Iterator[Block]:
    """Show a run with all its counts, in *view* or in that of its workspace's edition."""
    yield Heading(short(run.name))
    yield Facts(
        [
            ("State", state_cell(run)),
            ("Waits", waiting_sentence(run)),
            ("Error", Cell(run.error.message, Tone.BAD)),
            ("Would remove", plural(run.held_removals, "contact") if run.held_removals else ""),
            ("Trigger", word(run, "trigger")),
            ("Undoes", short(run.undoes) if run.undoes else ""),
            ("Note", "what it did to whom is not kept any more" if run.pruned else ""),
            ("Mode", word(run, "mode")),
            ("Records", progress_sentence(run) if not run.HasField("end_time") else ""),
            ("Pages", f"{run.pages:,}"),
            ("Attempt", str(run.attempt)),
            ("Mapping", f"version {run.mapping_version}"),
            ("Made", when(run, "create_time")),
            ("Began", when(run, "start_time")),
            ("Ended", when(run, "end_time")),
        ]
    )
    yield Heading("Records")
    yield counts_table(run.counts, view_of(run, view))


RECORD_COLUMNS = (
    Column("Record", spare=1),
    Column("Name", wraps=True),
    Column("E-mail", wraps=True),
    Column("Outcome"),
    Column("Reason"),
    Column("Suggestion", wraps=True),
)


def record_row(record: "RecordOutcome") -> list[Shown]:
    """Give what happened to one record, and why."""
    return [
        record.source_id,
        record.title,
        record.email,
        toned(word(record, "outcome")),
        record.reason,
        record.suggestion or (f"see record {record.winner}" if record.winner else ""),
    ]


RECORDS: "Listing[RecordOutcome]" = Listing(
    (*RECORD_COLUMNS, Column("Why", wraps=True)),
    lambda record: [*record_row(record), record.explanation],
    none="every record was taken",
)
WARNED: "Listing[RecordOutcome]" = Listing(RECORDS.columns, RECORDS.row, none="no record was taken with a warning")
PREVIEW: "Listing[PreviewRecord]" = Listing(
    RECORD_COLUMNS, lambda preview: record_row(preview.record), none="the source gave no record"
)
