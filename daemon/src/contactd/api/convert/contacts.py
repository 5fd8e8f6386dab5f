"""Contacts to messages, and back what people want of them."""

from collections.abc import Sequence

from contactd.api import names
from contactd.api.convert.common import (
    SUBSCRIPTION_TYPES,
    Words,
    etag,
    timestamp,
    value_messages,
    values_of,
)
from contactd.domain.nouns import ConsentEvent, Contact, Member
from contactd.domain.words import ContactStatus, Membership, SubscriptionType
from contactd.engine.people.contact_edits import Change
from contactd.engine.people.contacts import Person
from contactd.engine.people.erasure import Erased
from contactd_proto.v1 import contact_pb2 as pb

STATUSES: Words[ContactStatus, pb.Contact.Status.ValueType] = Words(
    {
        ContactStatus.LIVE: pb.Contact.STATUS_LIVE,
        ContactStatus.DELETED: pb.Contact.STATUS_DELETED,
        ContactStatus.ERASED: pb.Contact.STATUS_ERASED,
    }
)

MEMBERSHIPS: Words[Membership, pb.Membership.State.ValueType] = Words(
    {
        Membership.SUBSCRIBED: pb.Membership.STATE_SUBSCRIBED,
        Membership.UNSUBSCRIBED: pb.Membership.STATE_UNSUBSCRIBED,
        Membership.REMOVED: pb.Membership.STATE_REMOVED,
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
        origins=contact.origins,
        memberships=_members(contact.workspace, contact.memberships, names.LIST),
        topics=_members(contact.workspace, contact.topics, names.TOPIC),
        lawful_basis=contact.lawful_basis,
        manual=contact.manual,
        etag=etag(contact.revision),
    )


def _members(workspace: str, members: Sequence[Member], pattern: names.Pattern) -> list[pb.Membership]:
    return [
        pb.Membership(
            of=pattern.format(workspace, member.of),
            state=MEMBERSHIPS.number(member.state),
            sync=names.SYNC.format(workspace, member.sync) if member.sync else "",
        )
        for member in members
    ]


def consent_message(event: ConsentEvent) -> pb.ConsentEvent:
    """Turn an entry of what a contact agreed to into its message."""
    return pb.ConsentEvent(
        time=timestamp(event.at),
        subject=event.subject,
        old=event.old,
        new=event.new,
        actor=event.actor,
        source_text=event.source_text,
    )


def erased_message(erased: Erased) -> pb.EraseContactResponse:
    """Tell what is left of a person who was erased."""
    return pb.EraseContactResponse(
        contact="" if erased.contact is None else names.CONTACT.format(erased.workspace, erased.contact),
        digest=erased.digest,
        rows=erased.rows,
    )


def person_of(request: pb.CreateContactRequest, workspace: str) -> Person:
    """Read whom to make a contact of."""
    return Person(
        email=request.email,
        values=values_of(request.values, "values"),
        lists=_ids(names.LIST, request.lists, workspace, "lists"),
        topics=_ids(names.TOPIC, request.topics, workspace, "topics"),
        subscription_type=subscription_type_of(request.subscription_type) or SubscriptionType.MARKETING,
        lawful_basis=request.lawful_basis,
    )


def change_of(request: pb.UpdateContactRequest, workspace: str) -> Change:
    """Read what to change."""
    return Change(
        email=request.email if request.HasField("email") else None,
        values=values_of(request.values, "values"),
        reset=tuple(request.reset),
        subscription_type=subscription_type_of(request.subscription_type),
        lawful_basis=request.lawful_basis if request.HasField("lawful_basis") else None,
        join_lists=_ids(names.LIST, request.join_lists, workspace, "join_lists"),
        leave_lists=_ids(names.LIST, request.leave_lists, workspace, "leave_lists"),
        join_topics=_ids(names.TOPIC, request.join_topics, workspace, "join_topics"),
        leave_topics=_ids(names.TOPIC, request.leave_topics, workspace, "leave_topics"),
    )


def subscription_type_of(number: int) -> SubscriptionType | None:
    """Read what mail is wanted, None where it is not said."""
    return SUBSCRIPTION_TYPES.word(number, "subscription_type") if number else None


def _ids(pattern: names.Pattern, given: Sequence[str], workspace: str, field: str) -> tuple[str, ...]:
    return tuple(names.child(pattern, name, workspace, field) for name in given)
