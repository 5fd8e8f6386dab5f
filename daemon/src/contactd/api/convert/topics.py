"""Topics to messages."""

from contactd.api import names
from contactd.api.convert.common import etag, timestamp
from contactd.domain.nouns import Topic
from contactd_proto.v1 import topic_pb2 as pb


def topic_message(topic: Topic) -> pb.Topic:
    """Turn a topic into its message."""
    return pb.Topic(
        name=names.TOPIC.format(topic.workspace, topic.name),
        title=topic.title,
        subscribed_count=topic.subscribed,
        create_time=timestamp(topic.created_at),
        etag=etag(topic.version),
    )
