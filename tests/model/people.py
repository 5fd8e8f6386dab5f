"""The plain model of a store: people, what syncs know of records, and who must not get mail.

Written from daemon/REQUIREMENTS.md 1.2 to 1.6 and from nothing else: dicts,
no pages, no steps. What the engine makes of a history must look like this.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from contactd_sdk import Value

if TYPE_CHECKING:
    from model.orders import Order

LIVE, DELETED = "live", "deleted"
OWNER, SHADOW, STALE, SKIPPED, GONE = "owner", "shadow", "stale", "skipped", "gone"
SUBSCRIBED = "subscribed"
MARKETING, NON_MARKETING, UNSUBSCRIBED = "marketing", "non_marketing", "unsubscribed"

#: The lawful bases that histories know, the one that everybody gives first.
BASES: Final = ("consent", "contract")

#: Stands in `Contact.origin` for a value that a person wrote.
BY_HAND: Final = -1

#: What the address checks say of the addresses that histories use: the key, or why there is none (rows 7 to 10).
ADDRESSES: Mapping[str, tuple[str | None, str]] = {
    "a@example.com": ("a@example.com", ""),
    "A@Example.COM": ("a@example.com", ""),
    "b@example.com": ("b@example.com", ""),
    "B@Example.com": ("b@example.com", ""),
    "c@example.com": ("c@example.com", ""),
    "d@example.com": ("d@example.com", ""),
    "e@example.com": ("e@example.com", ""),
    "": (None, "empty_email"),
    "a@gnail.com": ("a@gnail.com", "typo"),
    "nobody": (None, "invalid_pattern"),
    "info@example.com": ("info@example.com", "role_address"),
}

GOOD: Final = tuple(address for address, (_, reason) in ADDRESSES.items() if not reason)

#: Which suppression tells first (rows 11 to 13), and the reason that it gives.
SUPPRESSIONS: Mapping[str, str] = {
    "blocked": "blocked",
    "complaint": "complaint",
    "hard_bounce": "bounced",
    "do_not_mail": "do_not_mail",
}

#: What goes along with a person to another address, as a do-not-mail.
OBJECTIONS: Final = frozenset({"do_not_mail", "complaint"})


@dataclass
class Contact:
    """A person; *email* is the address as given. *origin* names the sync (or `BY_HAND`) that each value is from."""

    id: int
    key: str | None
    email: str
    values: dict[str, Value]
    type: str
    maker: int
    basis: str = ""
    status: str = LIVE
    stale: bool = False
    manual: bool = False
    origin: dict[str, tuple[int, int]] = field(default_factory=dict)
    #: What it is to lists and topics, and which sync said so (0: a person).
    lists: dict[int, tuple[str, int]] = field(default_factory=dict)
    topics: dict[int, tuple[str, int]] = field(default_factory=dict)


@dataclass
class Link:
    """What a sync knows of a record. *seen*: the very record last decided and by which rules, None once it is moot."""

    rank: tuple[int, int]
    state: str = SKIPPED
    contact: int | None = None
    key: str | None = None
    email: str = ""
    values: dict[str, Value] = field(default_factory=dict)
    modified: datetime | None = None
    seen: object = None


@dataclass
class Store:
    """Everything there is."""

    contacts: dict[int, Contact] = field(default_factory=dict)
    links: dict[int, dict[str, Link]] = field(default_factory=dict)
    suppressed: dict[str, set[str]] = field(default_factory=dict)
    #: The syncs that there are, as they are set up now.
    orders: dict[int, "Order"] = field(default_factory=dict)
    #: How many contacts there ever were.
    made: int = 0
    #: Whether the workspace keeps to GDPR.
    gdpr: bool = False
    #: How many contacts may get marketing mail (row 16); 0 is any number.
    limit: int = 0

    def under(self, key: str | None) -> Contact | None:
        """Give the contact with *key*, dead or alive (I2: there is one at most)."""
        return next((one for one in self.contacts.values() if key is not None and one.key == key), None)

    def of(self, sync: int) -> dict[str, Link]:
        """Give the links of *sync* by record."""
        return self.links.setdefault(sync, {})

    def held_otherwise(self, contact: Contact, sync: int) -> bool:
        """Whether a person or another sync than *sync* holds *contact* (D2)."""
        others = (link for other, links in self.links.items() if other != sync for link in links.values())
        return contact.manual or any(link.contact == contact.id for link in others)

    def links_to(self, contact: Contact) -> list[Link]:
        """Give what all syncs know of the records of *contact*."""
        return [link for links in self.links.values() for link in links.values() if link.contact == contact.id]

    def counted(self) -> int:
        """Tell how many contacts count against the limit."""
        return sum(contact.type == MARKETING for contact in self.living())

    def forbidden(self, key: str) -> str:
        """Say why *key* must not get mail (rows 11 to 13), or nothing."""
        kinds = self.suppressed.get(key, set())
        told = next((reason for kind, reason in SUPPRESSIONS.items() if kind in kinds), "")
        contact = self.under(key)
        objected = contact is not None and contact.type == UNSUBSCRIBED
        return told or ("do_not_mail" if objected else "")

    def objects(self, contact: Contact, of_list: int) -> bool:
        """Whether *contact* said no to mail, wherever it is sent, or to a list."""
        said_no = OBJECTIONS & self.suppressed.get(contact.key or "", set())
        unsubscribed = UNSUBSCRIBED in {contact.type, contact.lists.get(of_list, ("", 0))[0]}
        return bool(said_no) or unsubscribed

    def forget_records(self, contact: Contact | None, key: str | None, *, but: int | None = None) -> None:
        """Let the records that bear on a contact or a key be looked at afresh: something else changed it (1.2)."""
        for sync, links in self.links.items():
            for link in links.values():
                if sync != but and (
                    (contact is not None and link.contact == contact.id) or (key is not None and link.key == key)
                ):
                    link.seen = None

    def living(self) -> Iterator[Contact]:
        """Give every contact that is there."""
        return (contact for contact in self.contacts.values() if contact.status == LIVE)
