"""Workspaces to messages."""

from contactd.api import names
from contactd.api.convert.common import etag
from contactd.api.convert.policies import policies_message
from contactd.domain.editions import EDITIONS
from contactd.domain.nouns import Workspace
from contactd_proto.v1 import workspace_pb2 as pb


def workspace_message(workspace: Workspace) -> pb.Workspace:
    """Turn a workspace into its message."""
    return pb.Workspace(
        name=names.WORKSPACE.format(workspace.name),
        title=workspace.title,
        edition=workspace.edition,
        owner_emails=workspace.owner_emails,
        gdpr_enabled=workspace.gdpr_enabled,
        contact_limit=workspace.contact_limit,
        weight=workspace.weight,
        etag=etag(workspace.version),
        policies=policies_message(workspace.policies),
        edition_description=EDITIONS[workspace.edition].description,
        person=EDITIONS[workspace.edition].person,
    )
