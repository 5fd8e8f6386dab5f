"""`contactctl contacts import`, `export` and `erase`."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click

from contactctl.commands.contact_edits import type_option
from contactctl.confided import somebody_is_there
from contactctl.contacts import contact_argument, found, subscription_type_number
from contactctl.download import STDOUT, check_place, save
from contactctl.failures import usage
from contactctl.incoming import Row, batches, form_of, opened, rows
from contactctl.options import Command, Setup
from contactctl.people_files import Person, fields_of, person_of, print_of, value_message
from contactctl.tally import Tally, tallied
from contactctl.views.people import erased_view

if TYPE_CHECKING:
    from contactctl.daemon import Daemon
    from contactd_proto.v1.contact_pb2 import ImportContactsRequest
    from contactd_proto.v1.file_pb2 import FileFormat

form_option = click.option(
    "--format", "file_format", type=click.Choice(("csv", "jsonl")), help="Of the file.  [default: by its name, or csv]"
)
rejected_option = click.option(
    "--rejected", default="", metavar="FILE", help="Keep the lines that were not taken, to be mended."
)


@click.command("import", cls=Command)
@click.argument("file")
@click.option("--list", "lists", multiple=True, metavar="LIST", help="A list to put them on; may be repeated.")
@click.option("--topic", "topics", multiple=True, metavar="TOPIC", help="A topic that they said yes to.")
@type_option
@click.option("--lawful-basis", default="", help="Why they may be written to; only with GDPR on, such as consent.")
@form_option
@rejected_option
@click.pass_obj
def import_contacts(
    setup: Setup,
    file: str,
    lists: tuple[str, ...],
    topics: tuple[str, ...],
    subscription_type: str | None,
    lawful_basis: str,
    file_format: str | None,
    rejected: str,
) -> None:
    """Take contacts in from FILE, such as the repaired file of `runs skipped`; - is standard input."""
    from contactd_proto.v1.contact_pb2 import ImportContactsRequest

    with setup.daemon() as daemon, tallied(rejected) as tally:
        terms = ImportContactsRequest(
            parent=daemon.names.parent,
            lists=[daemon.names.list(one) for one in lists],
            topics=[daemon.names.topic(one) for one in topics],
            subscription_type=subscription_type_number(subscription_type),
            lawful_basis=lawful_basis,
        )
        with opened(file) as lines:
            _Importing(daemon, terms, tally).take(rows(lines, form_of(file, file_format)))
        tally.show(setup.output)


class _Importing:
    """A file on its way in, batch after batch."""

    def __init__(self, daemon: "Daemon", terms: "ImportContactsRequest", tally: Tally) -> None:
        self._daemon = daemon
        self._terms = terms
        self._tally = tally
        self._fields: set[str] = set()
        # The line that every address was taken from.
        self._taken: dict[bytes, int] = {}

    def take(self, found: Iterable[Row]) -> None:
        """Send the lines, and count what happened to each."""
        for batch in batches(found):
            self._tally.expect(batch)
            self._check_fields(batch)
            good = [(row, person_of(row)) for row in batch if not row.fault]
            for row in batch:
                if row.fault:
                    self._tally.unreadable(row.line, row.fault, row.cells)
            self._send(good)

    def _check_fields(self, batch: Sequence[Row]) -> None:
        """Have the fields that are new looked at before any line with them is sent."""
        new = {name for row in batch for name in fields_of(row)} - self._fields
        if new:
            self._daemon.call(self._daemon.contacts.ImportContacts, self._request(sorted(self._fields | new)))
            self._fields |= new

    def _request(self, fields: Sequence[str]) -> "ImportContactsRequest":
        request = type(self._terms)()
        request.CopyFrom(self._terms)
        request.fields.extend(fields)
        return request

    def _send(self, good: Sequence[tuple[Row, Person]]) -> None:
        from contactctl.daemon import PATIENT

        if not good:
            return
        request = self._request(sorted(self._fields))
        for _, person in good:
            request.rows.add(
                line=person.line,
                email=person.email,
                values={name: value_message(value) for name, value in person.values.items()},
                repeats=self._taken.get(print_of(person.email), 0),
            )
        answer = self._daemon.call(self._daemon.contacts.ImportContacts, request, within=PATIENT)
        for (row, person), result in zip(good, answer.results, strict=True):
            if self._tally.take(result, person.email, row.cells):
                self._taken[print_of(person.email)] = person.line


@click.command("export", cls=Command)
@click.option("--list", "mailing_list", default="", metavar="LIST", help="Only those subscribed to LIST.")
@click.option("--output", "place", default=STDOUT, metavar="FILE", help="Where to; - is standard output.")
@form_option
@click.pass_obj
def export_contacts(setup: Setup, mailing_list: str, place: str, file_format: str | None) -> None:
    """Write all contacts, or those of a list, to a file that `contacts import` takes again."""
    from contactd_proto.v1.contact_pb2 import ExportContactsRequest

    check_place(place)
    with setup.daemon() as daemon:
        request = ExportContactsRequest(
            parent=daemon.names.parent,
            list=daemon.names.list(mailing_list) if mailing_list else "",
            format=file_form(form_of(place, file_format)),
        )
        with daemon.stream(daemon.contacts.ExportContacts, request) as pieces:
            size = save(pieces, place)
    tell_place(setup, "the contacts", place, size)


def file_form(said: str) -> "FileFormat.ValueType":
    """Give the contract's number for the form of a file."""
    from contactd_proto.v1.file_pb2 import FILE_FORMAT_CSV, FILE_FORMAT_JSON_LINES

    return FILE_FORMAT_JSON_LINES if said == "jsonl" else FILE_FORMAT_CSV


def tell_place(setup: Setup, what: str, place: str, size: int) -> None:
    """Say where a file is, unless it went to standard output."""
    if place == STDOUT:
        return
    if setup.as_json:
        setup.output.write({"file": place, "bytes": size})
    else:
        setup.output.say(f"{what} are in {place} ({size:,} bytes)")


@click.command("erase", cls=Command)
@contact_argument
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def erase(setup: Setup, contact: str, yes: bool) -> None:  # noqa: FBT001  click hands flags over by name
    """Erase a person for good: no address and no value stays, and nobody takes it back."""
    from contactctl.daemon import PATIENT
    from contactd_proto.v1.contact_pb2 import EraseContactRequest

    with setup.daemon() as daemon:
        email = contact if "@" in contact else found(daemon, contact).email
        if not yes:
            _ask(email or contact)
        request = EraseContactRequest(parent=daemon.names.parent, email=email)
        setup.output.one(daemon.call(daemon.contacts.EraseContact, request, within=PATIENT), erased_view)


def _ask(email: str) -> None:
    if not somebody_is_there():
        raise usage("nobody can be asked whether to erase for good", "--yes says so")
    if not click.confirm(f"Erase {email} for good, with every value and every trace in the history?", err=True):
        raise usage("nothing was erased")
