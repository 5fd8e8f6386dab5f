"""`contactctl suppressions`: the addresses that get no mail, whatever any sync says."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import uuid4

import click

from contactctl.commands.contact_files import file_form, form_option, rejected_option, tell_place
from contactctl.download import STDOUT, check_place, save
from contactctl.failures import usage
from contactctl.incoming import Row, batches, form_of, opened, rows
from contactctl.limits import limit_option, limit_or_default, page_size, up_to
from contactctl.options import Noun, Setup
from contactctl.people_files import SUPPRESSION_COLUMNS, entry_of
from contactctl.tally import Tally, tallied
from contactctl.views.suppressions import SUPPRESSIONS, suppression_view

if TYPE_CHECKING:
    from contactctl.daemon import Daemon
    from contactd_proto.v1.suppression_pb2 import Suppression

#: Kinds that a person adds, as they type them. A test compares them.
KINDS = ("hard-bounce", "do-not-mail", "complaint", "blocked")


def _kind(said: str) -> "Suppression.Kind.ValueType":
    from contactd_proto.v1.suppression_pb2 import Suppression

    return Suppression.Kind.Value(f"KIND_{said.replace('-', '_').upper()}")


@click.group(cls=Noun)
def suppressions() -> None:
    """Addresses that get no mail, whatever any sync says. ENTRY is said by its number."""


@suppressions.command("list")
@click.option("--email", default="", metavar="ADDRESS", help="Only the entries of ADDRESS.")
@click.option("--kind", type=click.Choice((*KINDS, "erased")), help="Only those of this kind.")
@limit_option("entries")
@click.pass_obj
def list_suppressions(setup: Setup, email: str, kind: str | None, limit: int | None) -> None:
    """List the entries, in the order they were made."""
    from contactd_proto.v1.suppression_pb2 import ListSuppressionsRequest

    shown = limit_or_default(limit, setup.output)
    with setup.daemon() as daemon:
        request = ListSuppressionsRequest(parent=daemon.names.parent, email=email, page_size=page_size(shown))
        if kind:
            request.kind = _kind(kind)
        pages = daemon.pages(daemon.suppressions.ListSuppressions, request)
        found = (entry for page in pages for entry in page.suppressions)
        setup.output.many(up_to(found, shown, setup.output), SUPPRESSIONS)


@suppressions.command("add")
@click.argument("address")
@click.option("--kind", type=click.Choice(KINDS), default="do-not-mail", show_default=True)
@click.option("--list", "mailing_list", default="", metavar="LIST", help="Only for LIST.")
@click.option("--topic", default="", help="Only for TOPIC.")
@click.option("--by-self", is_flag=True, help="The person said so: nobody else can take it back.")
@click.option("--evidence", default="", metavar="TEXT", help="What shows it.")
@click.pass_obj
def add_suppression(
    setup: Setup,
    address: str,
    kind: str,
    mailing_list: str,
    topic: str,
    by_self: bool,  # noqa: FBT001  click hands flags over by name
    evidence: str,
) -> None:
    """Let no mail go to ADDRESS, which need not be that of a contact."""
    from contactd_proto.v1.suppression_pb2 import CreateSuppressionRequest, Suppression

    with setup.daemon() as daemon:
        entry = Suppression(
            email=address,
            kind=_kind(kind),
            list=daemon.names.list(mailing_list) if mailing_list else "",
            topic=daemon.names.topic(topic) if topic else "",
            set_by=Suppression.SET_BY_SELF if by_self else Suppression.SET_BY_ACCOUNT,
            evidence=evidence,
        )
        request = CreateSuppressionRequest(parent=daemon.names.parent, suppression=entry, request_id=str(uuid4()))
        setup.output.one(daemon.call(daemon.suppressions.CreateSuppression, request), suppression_view)


@suppressions.command("remove")
@click.argument("entry")
@click.pass_obj
def remove_suppression(setup: Setup, entry: str) -> None:
    """Lift ENTRY. An erasure, and a no that the person said, stay."""
    from contactd_proto.v1.suppression_pb2 import DeleteSuppressionRequest

    with setup.daemon() as daemon:
        request = DeleteSuppressionRequest(name=daemon.names.suppression(entry))
        daemon.call(daemon.suppressions.DeleteSuppression, request)
        setup.output.say(f"entry {entry} is lifted")


@suppressions.command("import")
@click.argument("file")
@click.option(
    "--kind", type=click.Choice(KINDS), default="do-not-mail", show_default=True, help="Where FILE says none."
)
@form_option
@rejected_option
@click.pass_obj
def import_suppressions(setup: Setup, file: str, kind: str, file_format: str | None, rejected: str) -> None:
    """Add the addresses of FILE: one a line, or what `suppressions export` wrote; - is standard input."""
    with setup.daemon() as daemon, tallied(rejected) as tally:
        with opened(file) as lines:
            for batch in batches(rows(lines, form_of(file, file_format), bare=True)):
                _send(daemon, batch, kind, tally)
        tally.show(setup.output)


def _send(daemon: "Daemon", batch: Sequence[Row], kind: str, tally: Tally) -> None:
    from contactctl.daemon import PATIENT
    from contactd_proto.v1.suppression_pb2 import ImportSuppressionsRequest

    request = ImportSuppressionsRequest(parent=daemon.names.parent)
    sent = []
    tally.expect(batch)
    for row in batch:
        _check_columns(row)
        try:
            if not row.fault:
                request.rows.add(line=row.line, suppression=entry_of(row, daemon.names.parent, kind))
                sent.append(row)
        except ValueError as fault:
            tally.unreadable(row.line, str(fault), row.cells)
        if row.fault:
            tally.unreadable(row.line, row.fault, row.cells)
    if sent:
        answer = daemon.call(daemon.suppressions.ImportSuppressions, request, within=PATIENT)
        for row, result in zip(sent, answer.results, strict=True):
            tally.take(result, str(row.cells.get("email", "")), row.cells)


def _check_columns(row: Row) -> None:
    unknown = sorted(set(row.cells) - {*SUPPRESSION_COLUMNS, "line", "reason", "explanation", "suggestion"})
    if unknown:
        raise usage(
            f"line {row.line} has a column '{unknown[0]}' that is none of a suppression list",
            f"the columns are {', '.join(SUPPRESSION_COLUMNS)}; only email must be there",
        )


@suppressions.command("export")
@click.option("--output", "place", default=STDOUT, metavar="FILE", help="Where to; - is standard output.")
@form_option
@click.pass_obj
def export_suppressions(setup: Setup, place: str, file_format: str | None) -> None:
    """Write the whole list to a file that `suppressions import` takes again; of erased ones it has a digest."""
    from contactd_proto.v1.suppression_pb2 import ExportSuppressionsRequest

    check_place(place)
    with setup.daemon() as daemon:
        form = file_form(form_of(place, file_format))
        request = ExportSuppressionsRequest(parent=daemon.names.parent, format=form)
        with daemon.stream(daemon.suppressions.ExportSuppressions, request) as pieces:
            size = save(pieces, place)
    tell_place(setup, "the entries", place, size)
