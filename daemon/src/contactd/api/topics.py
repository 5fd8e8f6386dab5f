"""TopicService."""

# ruff: noqa: N802  the contract names its calls

from collections.abc import Sequence

from google.protobuf.empty_pb2 import Empty

from contactd.api import names
from contactd.api.access import caller
from contactd.api.convert.common import asking
from contactd.api.convert.topics import topic_message
from contactd.api.masks import Masked
from contactd.api.paging import Asked, Paging
from contactd.api.threads import Threads
from contactd.domain.nouns import Topic
from contactd.engine.house import topics as verbs
from contactd.engine.parts import Parts
from contactd.store import revisions, topics, workspaces
from contactd.store.database import Database
from contactd_proto.v1 import topic_pb2 as pb
from contactd_proto.v1 import topic_pb2_grpc


class TopicServicer(topic_pb2_grpc.TopicServiceServicer):
    """Answers for topics."""

    def __init__(self, parts: Parts, threads: Threads) -> None:
        self._parts = parts
        self._threads = threads
        self._paging = Paging(parts.sealer, parts.database.clock)

    async def CreateTopic(self, request: pb.CreateTopicRequest, context: object) -> pb.Topic:
        """Make a topic."""
        (workspace,) = names.WORKSPACE.parse(request.parent, "parent")
        made = await self._threads.run(
            verbs.create,
            self._parts,
            workspace,
            name=request.topic_id,
            title=request.topic.title,
            by=caller(context).name,
            asking=asking(request.request_id, request),
        )
        return topic_message(made)

    async def GetTopic(self, request: pb.GetTopicRequest, _context: object) -> pb.Topic:
        """Tell one topic."""
        workspace, name = names.TOPIC.parse(request.name)
        return topic_message(await self._threads.run(_get, self._parts.database, workspace, name))

    async def ListTopics(self, request: pb.ListTopicsRequest, _context: object) -> pb.ListTopicsResponse:
        """List the topics of a workspace."""
        (workspace,) = names.WORKSPACE.parse(request.parent, "parent")
        asked = self._paging.asked(
            page_size=request.page_size, page_token=request.page_token, filter=f"topics {workspace}"
        )
        rows, revision = await self._threads.run(_page, self._parts.database, workspace, asked)
        shown, token = self._paging.cut(asked, rows, lambda row: (row.name,))
        return pb.ListTopicsResponse(
            topics=[topic_message(row) for row in shown], next_page_token=token, revision=revision
        )

    async def UpdateTopic(self, request: pb.UpdateTopicRequest, context: object) -> pb.Topic:
        """Change the title of a topic."""
        workspace, name = names.TOPIC.parse(request.topic.name, "topic.name")
        masked = Masked(request.topic, request.update_mask, changeable=("title",))
        changed = await self._threads.run(
            verbs.update,
            self._parts,
            workspace,
            name,
            title=masked.given("title", request.topic.title),
            etag=request.topic.etag,
            by=caller(context).name,
        )
        return topic_message(changed)

    async def DeleteTopic(self, request: pb.DeleteTopicRequest, context: object) -> Empty:
        """Delete a topic."""
        workspace, name = names.TOPIC.parse(request.name)
        by = caller(context).name
        await self._threads.run(verbs.delete, self._parts, workspace, name, etag=request.etag, by=by)
        return Empty()


def _get(database: Database, workspace: str, name: str) -> Topic:
    with database.reading() as r:
        return topics.get(r, workspaces.get(r, workspace).id, name)


def _page(database: Database, workspace: str, asked: Asked) -> tuple[Sequence[Topic], int]:
    with database.reading() as r:
        home = workspaces.get(r, workspace)
        rows = topics.page(r, home.id, after=asked.text_after, limit=asked.limit)
        return rows, revisions.latest(r)
