"""`contactctl workspaces`: what keeps customers of different owners apart."""

import click

from contactctl.options import Noun, Setup
from contactctl.views.house import WORKSPACES, workspace_view


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
