"""What is known of records and contacts, and what a page makes of them.

Rule: every record that is decided has exactly one outcome, and the counts of a
page are signed, so that a later page may revise an earlier one and the run's
totals stay plain sums (daemon/REQUIREMENTS.md I1 and 1.5).
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from contactd.domain.words import ContactStatus, LinkState, Membership, Outcome, Reason, SubscriptionType
from contactd_sdk import Value

Tally = Counter[tuple[Outcome, Reason]]


class Link(NamedTuple):
    """What a sync knows of a source record; *outcome* and *reason* are those in *seen_run*.

    *key* is the address that the record carries; of a stale one, whose record
    carries none that can be used, that of the contact which it holds. *mapped*
    holds the address (under `email`) and values of a shadow.
    """

    source_id: str
    contact_id: int | None
    key: str | None
    created: int | None
    modified: int | None
    digest: bytes | None
    state: LinkState
    mapped: Mapping[str, Value] | None
    seen_run: int
    outcome: Outcome
    reason: Reason
    first_run: int


class Image(NamedTuple):
    """A contact as it is. *membership* is in the list of the sync in question."""

    id: int
    email: str
    key: str | None
    fields: Mapping[str, Value]
    provenance: Mapping[str, str]
    subscription_type: str
    status: ContactStatus
    stale: bool
    membership: Membership | None

    @property
    def unsubscribed(self) -> bool:
        """Whether the person said no to all mail."""
        return self.subscription_type == SubscriptionType.UNSUBSCRIBED


class Row(NamedTuple):
    """What is written down of a decision: everything but `unchanged` and `added` is."""

    source_id: str
    title: str
    address: str
    key: str | None
    outcome: Outcome
    reason: Reason
    detail: str
    contact_id: int | None
    changed: tuple[str, ...]
    before: Image | None
    mapped: Mapping[str, Value]


class Known(NamedTuple):
    """What the store knows that bears on the keys of one page.

    *claimants*: by key, the links that own it or are its shadows, and the stale
    ones that hold its contact. *contacts*: by key;
    *by_id*: those that links of the page point at. *suppressed*: by key.
    *before*: the images before this run of contacts that it has touched, by
    record. *anchored*: contacts that something else than this sync holds.
    *moving*: contacts whose record changes its address at the end of this run.
    *movers* are those records, and *leaving* the records that are gone.
    """

    claimants: Mapping[str, list[Link]]
    contacts: Mapping[str, Image]
    by_id: Mapping[int, Image]
    suppressed: Mapping[str, Reason]
    before: Mapping[str, Image]
    anchored: frozenset[int] = frozenset()
    moving: frozenset[int] = frozenset()
    movers: frozenset[str] = frozenset()
    leaving: frozenset[str] = frozenset()


class Parking(NamedTuple):
    """A record that only the end of its run can decide, and why; *key*: the address that is at stake."""

    source_id: str
    why: str
    key: str | None
    record: bytes


#: Why a record is parked: its address changed; it is deleted at the source; it
#: gave up an address that others carry too (it is decided, their address is not);
#: a complete reading did not bring it, and it is gone, or is there all the same.
MOVED, DELETED, LEFT, GONE, PRESENT = "moved", "deleted", "left", "gone", "present"


@dataclass(frozen=True, slots=True)
class Plan:
    """What one page asks of the store; applied whole or not at all.

    *released*: contacts that let go of their address. *seen*: owners that are
    unchanged. *replaced*: records whose row of an earlier page goes. *joins*
    and *leaves*: contacts that come onto the list and go off it.
    *objections*: an address whose do-not-mail goes over to another.
    """

    create: list[Image] = field(default_factory=list)
    update: list[Image] = field(default_factory=list)
    released: list[int] = field(default_factory=list)
    joins: list[int] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    parked: list[Parking] = field(default_factory=list)
    leaves: list[int] = field(default_factory=list)
    objections: list[tuple[str, str]] = field(default_factory=list)
    counts: Tally = field(default_factory=Counter)
