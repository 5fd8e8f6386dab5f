"""`contactctl topics`: what the contacts of a workspace can say yes or no to."""

from uuid import uuid4

import click

from contactctl.edits import mask, said_only
from contactctl.options import Noun, Setup, etag_option, titled
from contactctl.views.people import TOPICS, topic_view


@click.group(cls=Noun)
def topics() -> None:
    """Topics: what contacts can say yes or no to."""


@topics.command("list")
@click.pass_obj
def list_topics(setup: Setup) -> None:
    """List the topics."""
    from contactd_proto.v1.topic_pb2 import ListTopicsRequest

    with setup.daemon() as daemon:
        request = ListTopicsRequest(parent=daemon.names.parent)
        pages = daemon.pages(daemon.topics.ListTopics, request)
        setup.output.many((found for page in pages for found in page.topics), TOPICS)


@topics.command("show")
@click.argument("topic", metavar="TOPIC")
@click.pass_obj
def show_topic(setup: Setup, topic: str) -> None:
    """Show TOPIC and how many are subscribed to it."""
    from contactd_proto.v1.topic_pb2 import GetTopicRequest

    with setup.daemon() as daemon:
        request = GetTopicRequest(name=daemon.names.topic(topic))
        setup.output.one(daemon.call(daemon.topics.GetTopic, request), topic_view)


@topics.command("create")
@click.argument("topic", metavar="[TOPIC]", default="")
@click.option("--title", default="", help="What people call it.  [default: TOPIC]")
@click.pass_obj
def create_topic(setup: Setup, topic: str, title: str) -> None:
    """Make a topic called TOPIC; without TOPIC its id is made from the title."""
    from contactd_proto.v1.topic_pb2 import CreateTopicRequest, Topic

    with setup.daemon() as daemon:
        request = CreateTopicRequest(
            parent=daemon.names.parent,
            topic_id=topic,
            topic=Topic(title=titled(topic, title)),
            request_id=str(uuid4()),
        )
        setup.output.one(daemon.call(daemon.topics.CreateTopic, request), topic_view)


@topics.command("edit")
@click.argument("topic", metavar="TOPIC")
@click.option("--title", help="What people call it.")
@etag_option("topic")
@click.pass_obj
def edit_topic(setup: Setup, topic: str, title: str | None, etag: str) -> None:
    """Change the title of TOPIC."""
    from contactd_proto.v1.topic_pb2 import Topic, UpdateTopicRequest

    said = said_only(title=title)
    with setup.daemon() as daemon:
        wanted = Topic(name=daemon.names.topic(topic), etag=etag, **said)
        answer = daemon.call(daemon.topics.UpdateTopic, UpdateTopicRequest(topic=wanted, update_mask=mask(said)))
        setup.output.one(answer, topic_view)


@topics.command("delete")
@click.argument("topic", metavar="TOPIC")
@etag_option("topic")
@click.pass_obj
def delete_topic(setup: Setup, topic: str, etag: str) -> None:
    """Delete TOPIC; its contacts stay, and the syncs that name it wait for others."""
    from contactd_proto.v1.topic_pb2 import DeleteTopicRequest

    with setup.daemon() as daemon:
        request = DeleteTopicRequest(name=daemon.names.topic(topic), etag=etag)
        daemon.call(daemon.topics.DeleteTopic, request)
        setup.output.gone(request.name)
