"""What the daemon knows of people."""

from dataclasses import dataclass

from contactd.domain.words import ContactStatus, FieldOrigin, SubscriptionType
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
class Contact:
    """A person or business; *fields* by field name, *lists* the names of those it is subscribed to."""

    id: int
    workspace: str
    email: str
    fields: dict[str, Value]
    subscription_type: SubscriptionType
    status: ContactStatus
    stale: bool
    lists: tuple[str, ...]
    created_at: int
    updated_at: int
    revision: int
