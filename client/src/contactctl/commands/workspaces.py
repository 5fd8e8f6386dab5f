"""`contactctl workspaces`: what keeps customers of different owners apart."""

from typing import TYPE_CHECKING, Any, Unpack
from uuid import uuid4

import click

from contactctl.edits import mask, said_only
from contactctl.failures import usage
from contactctl.options import Function, Noun, Setup, etag_option, titled
from contactctl.terms import SaidPolicies, policy_options, said_policies
from contactctl.views.house import WORKSPACES, workspace_view

if TYPE_CHECKING:
    from google.protobuf.field_mask_pb2 import FieldMask


class _Wanted(SaidPolicies):
    """What is said of a workspace, by the names of the options."""

    edition: str | None
    owners: tuple[str, ...]
    no_owner: bool
    gdpr: bool | None
    contact_limit: int | None
    weight: int | None


@click.group(cls=Noun)
def workspaces() -> None:
    """Workspaces: each has its own connections, lists, syncs and contacts."""


@workspaces.command("list")
@click.pass_obj
def list_workspaces(setup: Setup) -> None:
    """List the workspaces."""
    from contactd_proto.v1.workspace_pb2 import ListWorkspacesRequest

    with setup.daemon() as daemon:
        pages = daemon.pages(daemon.workspaces.ListWorkspaces, ListWorkspacesRequest())
        setup.output.many((found for page in pages for found in page.workspaces), WORKSPACES)


@workspaces.command("show")
@click.argument("workspace", metavar="[WORKSPACE]", default="")
@click.pass_obj
def show_workspace(setup: Setup, workspace: str) -> None:
    """Show WORKSPACE, or the one that you are working in."""
    from contactd_proto.v1.workspace_pb2 import GetWorkspaceRequest

    with setup.daemon() as daemon:
        names = daemon.names
        request = GetWorkspaceRequest(name=names.other_workspace(workspace) if workspace else names.parent)
        setup.output.one(daemon.call(daemon.workspaces.GetWorkspace, request), workspace_view)


def _wanted(command: Function) -> Function:
    """Offer what can be said of a workspace that is made or changed."""
    for option in (
        click.option("--weight", type=click.IntRange(1, 100), help="How many of its runs begin for one of another's."),
        click.option("--contact-limit", type=click.IntRange(min=0), help="How many contacts it may have; 0: any."),
        click.option("--gdpr/--no-gdpr", "gdpr", default=None, help="Whether a lawful basis is asked for."),
        click.option("--no-owner", is_flag=True, help="It has no owners."),
        click.option("--owner", "owners", multiple=True, metavar="ADDRESS", help="An owner's address; all of them."),
        click.option("--edition", help="open, campaigns, classic or marketinghub."),
    ):
        command = option(command)
    return command


def _said(title: str | None, wanted: _Wanted) -> dict[str, Any]:
    if wanted["owners"] and wanted["no_owner"]:
        raise usage("--owner and --no-owner exclude each other")
    policies = said_policies(wanted)
    return said_only(
        title=title,
        edition=wanted["edition"],
        owner_emails=wanted["owners"] if wanted["owners"] or wanted["no_owner"] else None,
        gdpr_enabled=wanted["gdpr"],
        contact_limit=wanted["contact_limit"],
        weight=wanted["weight"],
        policies=policies if policies.ListFields() else None,
    )


def _mask(said: dict[str, Any]) -> "FieldMask":
    """Name what is to be changed; of the policies, those that were said."""
    paths = [path for path in said if path != "policies"]
    policies = said["policies"].ListFields() if "policies" in said else ()
    return mask(dict.fromkeys([*paths, *(f"policies.{field.name}" for field, _ in policies)]))


@workspaces.command("create")
@click.argument("workspace", metavar="[WORKSPACE]", default="")
@click.option("--title", default="", help="What people call it.  [default: WORKSPACE]")
@_wanted
@policy_options
@click.pass_obj
def create_workspace(setup: Setup, /, workspace: str, title: str, **wanted: Unpack[_Wanted]) -> None:
    """Make a workspace called WORKSPACE; without WORKSPACE its id is made from the title."""
    from contactd_proto.v1.workspace_pb2 import CreateWorkspaceRequest, Workspace

    said = _said(titled(workspace, title), wanted)
    with setup.daemon() as daemon:
        request = CreateWorkspaceRequest(workspace_id=workspace, workspace=Workspace(**said), request_id=str(uuid4()))
        setup.output.one(daemon.call(daemon.workspaces.CreateWorkspace, request), workspace_view)


@workspaces.command("edit")
@click.argument("workspace", metavar="[WORKSPACE]", default="")
@click.option("--title", help="What people call it.")
@_wanted
@policy_options
@etag_option("workspace")
@click.pass_obj
def edit_workspace(setup: Setup, /, workspace: str, title: str | None, etag: str, **wanted: Unpack[_Wanted]) -> None:
    """Change WORKSPACE, or the one that you are working in; its edition only while it has no syncs."""
    from contactd_proto.v1.workspace_pb2 import UpdateWorkspaceRequest, Workspace

    said = _said(title, wanted)
    with setup.daemon() as daemon:
        names = daemon.names
        name = names.other_workspace(workspace) if workspace else names.parent
        request = UpdateWorkspaceRequest(workspace=Workspace(name=name, etag=etag, **said), update_mask=_mask(said))
        setup.output.one(daemon.call(daemon.workspaces.UpdateWorkspace, request), workspace_view)
