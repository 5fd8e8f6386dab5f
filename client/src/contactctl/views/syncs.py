"""How syncs look: in a listing, and in the detail view with mapping and history."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from contactctl.blocks import Block, Cell, Column, Facts, Heading, Line, Listing, Shown, Table, Tone
from contactctl.names import short
from contactctl.render import brief, policies_told, shorts, toned, wall, when, word, yes
from contactctl.schedule import span, told
from contactctl.views.counts import count_columns, counted
from contactctl.views.runs import RUN_STATE, TRIGGER, listed_state, state_cell

if TYPE_CHECKING:
    from contactd_proto.v1.run_pb2 import Run
    from contactd_proto.v1.sync_pb2 import FieldFault, Mapping, MappingLine, Sync, SyncWarning, UpcomingRun


def _row(sync: "Sync") -> list[Shown]:
    return [
        short(sync.name),
        short(sync.connection),
        short(sync.list),
        toned(word(sync, "state")),
        state_cell(sync.last_run) if sync.HasField("last_run") else "",
        brief(sync.next_run_time) if sync.HasField("next_run_time") else "",
        Cell(", ".join(sync.attention), Tone.BAD),
    ]


SYNCS: "Listing[Sync]" = Listing(
    (
        Column("Sync"),
        Column("Connection", spare=2),
        Column("List"),
        Column("State"),
        Column("Last run", wraps=True),
        Column("Next run", spare=1),
        Column("Attention", wraps=True),
    ),
    _row,
    none="there is no sync yet; contactctl syncs create makes one",
)


UPCOMING: "Listing[UpcomingRun]" = Listing(
    (Column("Sync"), Column("Time"), Column("Zone", spare=1), Column("Mode"), Column("Attention", wraps=True)),
    lambda upcoming: [
        short(upcoming.sync),
        wall(upcoming.local_time),
        upcoming.time_zone,
        word(upcoming, "mode"),
        Cell(", ".join(upcoming.attention), Tone.BAD),
    ],
    none="nothing is due: a sync runs by itself when it is active and recurs",
)


def sync_view(sync: "Sync") -> Iterator[Block]:
    """Show the configuration of a sync."""
    yield Heading(short(sync.name))
    yield Facts(
        [
            ("State", toned(word(sync, "state"))),
            ("Attention", Cell(", ".join(sync.attention), Tone.BAD)),
            ("Reason", Cell(sync.inactive_reason, Tone.BAD)),
            ("Description", sync.description),
            ("Connection", short(sync.connection)),
            ("Module", sync.module),
            ("List", short(sync.list)),
            ("Criteria", sync.criteria or "all records"),
            ("Changed after", when(sync, "retrieve_after")),
            ("Subscription type", word(sync, "subscription_type")),
            ("Topics", shorts(sync.topics)),
            ("Lawful basis", word(sync, "lawful_basis")),
            ("Update empty values", yes(sync.update_empty_values)),
            ("Schedule", told(sync.schedule)),
            ("Next run", when(sync, "next_run_time")),
            ("Sweep", _sweep(sync)),
            ("Next sweep", when(sync, "next_sweep_time")),
            ("Missed times", _misfire(sync)),
            ("Policies", policies_told(sync.policies)),
            ("Dropped times", str(sync.dropped_slots) if sync.dropped_slots else ""),
            ("Edited", "its next run reads all records again" if sync.edited else ""),
            ("Newest change seen", when(sync, "watermark")),
            ("Made", when(sync, "create_time")),
            ("Deleted", when(sync, "delete_time")),
            ("Can come back until", when(sync, "purge_time")),
            ("Etag", sync.etag),
        ]
    )


def _sweep(sync: "Sync") -> str:
    said = told(sync.sweep_schedule)
    return "" if said == "once" else said


def _misfire(sync: "Sync") -> str:
    """Say what becomes of missed times, where there are times."""
    if told(sync.schedule) == "once":
        return ""
    done = {"skip": "are dropped", "run_once": "are made up for by one run"}.get(word(sync, "misfire"), "")
    return f"{done}; one is missed after {span(sync.misfire_grace)}" if done else ""


def detail_view(sync: "Sync", mapping: "Mapping", runs: Iterable["Run"], view: str) -> Iterator[Block]:
    """Show a sync as its page does: Configuration, Field Mapping, Sync History with its counts in *view*."""
    heading, *rest = sync_view(sync)
    yield heading
    yield Heading("Configuration")
    yield from rest
    yield Heading("Field Mapping")
    yield mapping_table(mapping)
    yield Heading("Sync History")
    columns = (Column("Run"), Column("Sync time"), TRIGGER, RUN_STATE, *count_columns(view))
    yield Table(columns, [_history_row(run, view) for run in runs], "it has not run yet")


def mapping_table(mapping: "Mapping") -> Table:
    """Show which source field goes where."""
    return Table(_MAPPING, [_mapping_row(line) for line in mapping.lines], "nothing is mapped")


_MAPPING = (Column("Source field", wraps=True), Column("Contact field", wraps=True), Column("New field"))


def _mapping_row(line: "MappingLine") -> list[Shown]:
    return [line.source_field, line.target_field, "yes" if line.create else ""]


def _history_row(run: "Run", view: str) -> list[Shown]:
    return [
        short(run.name).rpartition("/")[2],
        brief(run.start_time if run.HasField("start_time") else run.create_time),
        word(run, "trigger"),
        listed_state(run),
        *counted(run.counts, view),
    ]


def faults_view(faults: Sequence["FieldFault"], warnings: Sequence["SyncWarning"]) -> Iterator[Block]:
    """Show what is wrong with a sync, and what must be acknowledged."""
    if faults:
        yield Heading("Faults")
        yield Facts([(fault.field, Cell(fault.message, Tone.BAD)) for fault in faults])
    if warnings:
        yield Heading("To be acknowledged")
        yield Facts([(warning.id, Cell(warning.message, Tone.WATCH_OUT)) for warning in warnings])
    if not faults and not warnings:
        yield Line(Cell("nothing is wrong with it", Tone.GOOD))
