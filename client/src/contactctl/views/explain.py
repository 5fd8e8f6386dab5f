"""Why somebody is a contact, or is not: one screen, the answer first."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from contactctl.blocks import Block, Cell, Column, Facts, Heading, Line, Shown, Table, Tone
from contactctl.names import short
from contactctl.render import toned, when, word
from contactctl.views.changes import change_text
from contactctl.views.people import CONSENT, contact_view

if TYPE_CHECKING:
    from contactd_proto.v1.contact_pb2 import ContactExplanation


def explanation_view(told: "ContactExplanation") -> Iterator[Block]:
    """Show what is known of somebody; what there is nothing of is left out."""
    yield Line(Cell(told.verdict, Tone.STRONG))
    if told.HasField("contact"):
        yield from contact_view(told.contact)
    yield from _address(told)
    if told.records:
        yield Heading("Records")
        yield Table(_RECORDS, [_record(record) for record in told.records])
    if told.suppressions:
        yield Heading("Suppressions")
        yield Table(_ENTRIES, [_entry(entry) for entry in told.suppressions])
    if told.consent:
        yield Heading("Consent")
        yield CONSENT.table(told.consent)
    if told.history:
        yield Heading("History")
        yield Table(_MOMENTS, [_moment(moment) for moment in told.history])


def _address(told: "ContactExplanation") -> Iterator[Block]:
    if told.address_reason or told.digest:
        yield Heading("Address")
        yield Facts(
            [
                ("Check", Cell(told.address_reason, Tone.BAD)),
                ("Why", told.address_explanation),
                ("Suggestion", told.suggestion),
                ("Digest", told.digest),
            ]
        )


_RECORDS = (
    Column("Record"),
    Column("Sync"),
    Column("State"),
    Column("Outcome"),
    Column("Run"),
    Column("When", spare=2),
    Column("Mapping", number=True, spare=1),
    Column("Why", wraps=True),
)


def _record(record: "ContactExplanation.Record") -> list[Shown]:
    mended = f" Perhaps {record.suggestion}?" if record.suggestion else ""
    winner = f" See record {record.winner}." if record.winner else ""
    return [
        record.source_id,
        short(record.sync),
        record.state,
        toned(word(record, "outcome")),
        short(record.run),
        when(record, "run_time"),
        str(record.mapping_version),
        f"{record.explanation}{winner}{mended}",
    ]


_ENTRIES = (
    Column("Kind"),
    Column("Of"),
    Column("Set by"),
    Column("Since"),
    Column("Evidence", wraps=True),
)


def _entry(entry: "ContactExplanation.Entry") -> list[Shown]:
    return [entry.kind, short(entry.of) if entry.of else "all mail", entry.set_by, when(entry, "time"), entry.evidence]


_MOMENTS = (
    Column("When"),
    Column("By"),
    Column("What"),
    Column("Why", wraps=True),
    Column("Before and after", wraps=True),
)


def _moment(moment: "ContactExplanation.Moment") -> list[Shown]:
    return [
        when(moment, "time"),
        short(moment.run) if moment.run else moment.actor,
        toned(moment.what),
        moment.explanation,
        "; ".join(change_text(change) for change in moment.changes),
    ]
