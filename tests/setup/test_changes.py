"""Changes over the API: masks, and requests that come twice."""

import grpc
import pytest
from google.protobuf.field_mask_pb2 import FieldMask

from contactd_proto.v1 import list_pb2, list_pb2_grpc, workspace_pb2, workspace_pb2_grpc
from contactd_proto.v1.policy_pb2 import Policies
from setup.served import refusal, served, violations

HOME = "workspaces/default"
UUID = "7d7f4d0c-6f0a-4f5e-9f43-0a4b5b1f9d11"


@pytest.fixture
def channel(parts, tmp_path):
    with served(parts, tmp_path) as channel:
        yield channel


@pytest.fixture
def lists(channel):
    return list_pb2_grpc.ListServiceStub(channel)


def test_the_same_request_makes_one_workspace(channel):
    stub = workspace_pb2_grpc.WorkspaceServiceStub(channel)
    wanted = workspace_pb2.Workspace(
        title="Sales", policies=Policies(strict=True, role_exceptions=["info@example.com"])
    )
    request = workspace_pb2.CreateWorkspaceRequest(workspace=wanted, request_id=UUID)

    assert stub.CreateWorkspace(request) == stub.CreateWorkspace(request)


def test_a_change_without_a_mask_is_of_what_is_set(lists):
    made = lists.CreateList(list_pb2.CreateListRequest(parent=HOME, list=list_pb2.MailingList(title="All")))

    changed = lists.UpdateList(
        list_pb2.UpdateListRequest(list=list_pb2.MailingList(name=made.name, description="Everybody."))
    )

    assert (changed.title, changed.description) == ("All", "Everybody.")


def test_what_cannot_be_changed_is_refused_by_its_path(lists):
    lists.CreateList(list_pb2.CreateListRequest(parent=HOME, list_id="all"))
    wanted = list_pb2.MailingList(name=f"{HOME}/lists/all")

    error = refusal(
        lists.UpdateList, list_pb2.UpdateListRequest(list=wanted, update_mask=FieldMask(paths=["subscribed_count"]))
    )

    assert (error.code(), violations(error)) == (grpc.StatusCode.INVALID_ARGUMENT, ["update_mask"])
