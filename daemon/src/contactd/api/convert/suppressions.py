"""Suppressions to messages, and back what is to be added."""

from contactd.api import names
from contactd.api.convert.common import Words, timestamp
from contactd.domain.nouns import Suppression
from contactd.domain.words import SetBy, SuppressionKind
from contactd.engine.people.suppressions import Entry
from contactd.store.suppressions import LIST, TOPIC
from contactd_proto.v1 import suppression_pb2 as pb

KINDS: Words[SuppressionKind, pb.Suppression.Kind.ValueType] = Words(
    {
        SuppressionKind.HARD_BOUNCE: pb.Suppression.KIND_HARD_BOUNCE,
        SuppressionKind.DO_NOT_MAIL: pb.Suppression.KIND_DO_NOT_MAIL,
        SuppressionKind.COMPLAINT: pb.Suppression.KIND_COMPLAINT,
        SuppressionKind.BLOCKED: pb.Suppression.KIND_BLOCKED,
        SuppressionKind.ERASED: pb.Suppression.KIND_ERASED,
    }
)

SETTERS: Words[SetBy, pb.Suppression.SetBy.ValueType] = Words(
    {
        SetBy.SELF: pb.Suppression.SET_BY_SELF,
        SetBy.ACCOUNT: pb.Suppression.SET_BY_ACCOUNT,
        SetBy.SYSTEM: pb.Suppression.SET_BY_SYSTEM,
    }
)


def suppression_message(entry: Suppression) -> pb.Suppression:
    """Turn an entry into its message."""
    return pb.Suppression(
        name=names.SUPPRESSION.format(entry.workspace, entry.id),
        email=entry.email,
        digest=entry.digest,
        kind=KINDS.number(entry.kind),
        list=names.LIST.format(entry.workspace, entry.scope_name) if entry.scope == LIST else "",
        topic=names.TOPIC.format(entry.workspace, entry.scope_name) if entry.scope == TOPIC else "",
        set_by=SETTERS.number(entry.set_by),
        evidence=entry.evidence,
        create_time=timestamp(entry.created_at),
    )


def entry_of(message: pb.Suppression, workspace: str) -> Entry:
    """Read what to add."""
    return Entry(
        email=message.email,
        kind=KINDS.word(message.kind, "suppression.kind"),
        list_name=names.child(names.LIST, message.list, workspace, "suppression.list"),
        topic=names.child(names.TOPIC, message.topic, workspace, "suppression.topic"),
        set_by=SETTERS.word(message.set_by, "suppression.set_by") if message.set_by else SetBy.ACCOUNT,
        evidence=message.evidence,
    )
