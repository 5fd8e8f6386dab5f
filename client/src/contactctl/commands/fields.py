"""`contactctl fields`: what is known of contacts, and what a source offers."""

from uuid import uuid4

import click

from contactctl.edits import mask, said_only
from contactctl.failures import usage
from contactctl.options import Noun, Setup, etag_option, titled
from contactctl.views.people import FIELDS, SOURCE_FIELDS, field_view

#: The types of the contract, as people type them. A test compares them.
TYPES = (
    "text",
    "number",
    "decimal",
    "boolean",
    "date",
    "datetime",
    "url",
    "phone",
    "country",
    "enum",
    "email",
    "tags",
)


@click.group(cls=Noun)
def fields() -> None:
    """Contact fields, and the fields of a source."""


@fields.command("list")
@click.pass_obj
def list_fields(setup: Setup) -> None:
    """List the contact fields, the built-in ones first."""
    from contactd_proto.v1.field_pb2 import ListFieldsRequest

    with setup.daemon() as daemon:
        request = ListFieldsRequest(parent=daemon.names.parent)
        pages = daemon.pages(daemon.fields.ListFields, request)
        setup.output.many((field for page in pages for field in page.fields), FIELDS)


@fields.command("create")
@click.argument("field", metavar="[FIELD]", default="")
@click.option("--title", default="", help="What people call it.  [default: FIELD]")
@click.option("--type", "field_type", type=click.Choice(TYPES), default="text", show_default=True)
@click.option("--choice", "choices", multiple=True, metavar="WORD", help="For the type enum, a word that it takes.")
@click.pass_obj
def create_field(setup: Setup, field: str, title: str, field_type: str, choices: tuple[str, ...]) -> None:
    """Make a contact field called FIELD; without FIELD its id is made from the title."""
    from contactd_proto.v1.field_pb2 import CreateFieldRequest, Field, FieldType

    with setup.daemon() as daemon:
        kind = FieldType.Value(f"FIELD_TYPE_{field_type.upper()}")
        request = CreateFieldRequest(
            parent=daemon.names.parent,
            field_id=field,
            field=Field(title=titled(field, title), type=kind, choices=choices),
            request_id=str(uuid4()),
        )
        setup.output.one(daemon.call(daemon.fields.CreateField, request), field_view)


@fields.command("show")
@click.argument("field")
@click.pass_obj
def show_field(setup: Setup, field: str) -> None:
    """Show the contact field FIELD."""
    from contactd_proto.v1.field_pb2 import GetFieldRequest

    with setup.daemon() as daemon:
        request = GetFieldRequest(name=daemon.names.field(field))
        setup.output.one(daemon.call(daemon.fields.GetField, request), field_view)


@fields.command("edit")
@click.argument("field")
@click.option("--title", help="What people call it.")
@click.option("--choice", "choices", multiple=True, metavar="WORD", help="A word that it takes; all of them.")
@click.option("--any-choice", is_flag=True, help="Let it take any word.")
@etag_option("field")
@click.pass_obj
def edit_field(
    setup: Setup, field: str, title: str | None, choices: tuple[str, ...], *, any_choice: bool, etag: str
) -> None:
    """Change the title or the choices of FIELD; values that contacts have stay."""
    from contactd_proto.v1.field_pb2 import Field, UpdateFieldRequest

    if choices and any_choice:
        raise usage("--choice and --any-choice exclude each other")
    said = said_only(title=title, choices=choices if choices or any_choice else None)
    with setup.daemon() as daemon:
        wanted = Field(name=daemon.names.field(field), etag=etag, **said)
        answer = daemon.call(daemon.fields.UpdateField, UpdateFieldRequest(field=wanted, update_mask=mask(said)))
        setup.output.one(answer, field_view)


@fields.command("delete")
@click.argument("field")
@etag_option("field")
@click.pass_obj
def delete_field(setup: Setup, field: str, etag: str) -> None:
    """Delete FIELD and its value of every contact; no sync may map to it."""
    from contactctl.daemon import PATIENT
    from contactd_proto.v1.field_pb2 import DeleteFieldRequest

    with setup.daemon() as daemon:
        request = DeleteFieldRequest(name=daemon.names.field(field), etag=etag)
        daemon.call(daemon.fields.DeleteField, request, within=PATIENT)
        setup.output.gone(request.name)


@fields.command("source")
@click.argument("connection")
@click.option("--module", default="", help="Which records.  [default: contacts]")
@click.pass_obj
def source_fields(setup: Setup, connection: str, module: str) -> None:
    """List the fields that the source of CONNECTION offers for mapping."""
    from contactctl.daemon import PATIENT
    from contactd_proto.v1.sync_pb2 import ListSourceFieldsRequest

    with setup.daemon() as daemon:
        request = ListSourceFieldsRequest(parent=daemon.names.connection(connection), module=module)
        answer = daemon.call(daemon.syncs.ListSourceFields, request, within=PATIENT)
        setup.output.many(answer.fields, SOURCE_FIELDS)
