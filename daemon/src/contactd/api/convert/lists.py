"""Mailing lists to messages."""

from contactd.api import names
from contactd.api.convert.common import etag, timestamp
from contactd.domain.nouns import MailingList
from contactd_proto.v1 import list_pb2 as pb


def list_message(mailing_list: MailingList) -> pb.MailingList:
    """Turn a mailing list into its message."""
    return pb.MailingList(
        name=names.LIST.format(mailing_list.workspace, mailing_list.name),
        title=mailing_list.title,
        description=mailing_list.description,
        subscribed_count=mailing_list.subscribed,
        create_time=timestamp(mailing_list.created_at),
        etag=etag(mailing_list.version),
    )
