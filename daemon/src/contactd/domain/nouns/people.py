"""What the daemon knows of people."""

from dataclasses import dataclass

from contactd.domain.words import ContactStatus, FieldOrigin, Membership, SetBy, SubscriptionType, SuppressionKind
from contactd_sdk import FieldType, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class MailingList:
    """A mailing list. *subscribed* counts its contacts."""

    id: int
    workspace_id: int
    workspace: str
    name: str
    title: str
    description: str
    subscribed: int
    version: int
    created_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A subject that contacts can say yes or no to. *subscribed* counts those who said yes."""

    id: int
    workspace_id: int
    workspace: str
    name: str
    title: str
    subscribed: int
    version: int
    created_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactField:
    """A field that contacts can have. *choices* are the words that one of type enum takes, none meaning any."""

    id: int
    workspace_id: int
    workspace: str
    name: str
    title: str
    type: FieldType
    origin: FieldOrigin
    choices: tuple[str, ...]
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """What a contact is to the list or topic called *of*; the sync called *sync* put it there, or (empty) a person."""

    of: str
    state: Membership
    sync: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person or business; *fields* by field name.

    *origins* says of a field (and of `email`) where its value comes from, where
    that is not the sync which made the contact: `manual`, or another sync's
    name. *created_run* is the run that made it, None where a person did.
    """

    id: int
    workspace_id: int
    workspace: str
    email: str
    key: str | None
    fields: dict[str, Value]
    origins: dict[str, str]
    subscription_type: SubscriptionType
    lawful_basis: str
    status: ContactStatus
    stale: bool
    manual: bool
    memberships: tuple[Member, ...]
    topics: tuple[Member, ...]
    created_run: int | None
    created_at: int
    updated_at: int
    revision: int

    @property
    def lists(self) -> tuple[str, ...]:
        """The names of the lists that it is subscribed to."""
        return tuple(member.of for member in self.memberships if member.state is Membership.SUBSCRIBED)

    @property
    def unsubscribed(self) -> bool:
        """Whether the person said no to all mail."""
        return self.subscription_type is SubscriptionType.UNSUBSCRIBED


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentEvent:
    """One change of what a contact agreed to: *subject* is what of, *actor* because of whom."""

    at: int
    subject: str
    old: str
    new: str
    actor: str
    source_text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """An address that must not get mail: *email* is its key, empty for an erased one, of which *digest* is left.

    *scope_name* is the list or topic, where it is not for the whole workspace.
    """

    id: int
    workspace: str
    email: str
    digest: str
    kind: SuppressionKind
    scope: str
    scope_id: int | None
    scope_name: str
    set_by: SetBy
    evidence: str
    created_at: int
