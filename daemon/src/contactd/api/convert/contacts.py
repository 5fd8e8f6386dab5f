"""Contacts to messages."""

from contactd.api import names
from contactd.api.convert.common import SUBSCRIPTION_TYPES, Words, timestamp, value_messages
from contactd.domain.nouns import Contact
from contactd.domain.words import ContactStatus
from contactd_proto.v1 import contact_pb2 as pb

STATUSES: Words[ContactStatus, pb.Contact.Status.ValueType] = Words(
    {
        ContactStatus.LIVE: pb.Contact.STATUS_LIVE,
        ContactStatus.DELETED: pb.Contact.STATUS_DELETED,
        ContactStatus.ERASED: pb.Contact.STATUS_ERASED,
    }
)


def contact_message(contact: Contact) -> pb.Contact:
    """Turn a contact into its message."""
    return pb.Contact(
        name=names.CONTACT.format(contact.workspace, contact.id),
        email=contact.email,
        values=value_messages(contact.fields),
        subscription_type=SUBSCRIPTION_TYPES.number(contact.subscription_type),
        status=STATUSES.number(contact.status),
        lists=[names.LIST.format(contact.workspace, name) for name in contact.lists],
        stale=contact.stale,
        create_time=timestamp(contact.created_at),
        update_time=timestamp(contact.updated_at),
        revision=contact.revision,
    )
