"""What is known of records and contacts, and what a page makes of them.

Rule: every record that is decided has exactly one outcome, and the counts of a
page are signed, so that a later page may revise an earlier one and the run's
totals stay plain sums (daemon/REQUIREMENTS.md I1 and 1.5).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from contactd.domain.words import ContactStatus, LinkState, Membership, Outcome, Reason, SubscriptionType
from contactd_sdk import Value

Tally = Counter[tuple[Outcome, Reason]]

#: Where a value came from: `manual`, or the sync that wrote it and the source's time.
Provenance = str | Mapping[str, int]

#: The provenance of what a person wrote by hand: no sync changes it.
MANUAL = "manual"


class Link(NamedTuple):
    """What a sync knows of a source record; *outcome* and *reason* are those in *seen_run*.

    *key* is the address that the record carries; of a stale one, whose record
    carries none that can be used, that of the contact which it holds. *mapped*
    holds the address (under `email`) and values of a shadow, and the names of
    the fields that an owner is silent about.
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
    """A contact as it is, to one sync.

    *membership* is in the list of that sync, *topics* are what it said to the
    topics of that sync, by id. *provenance* tells by field where a value came
    from: `manual`, or `{"sync": id, "at": micros}` where another sync than the
    one that made the contact (*created_by*) wrote it. *manual*: a person added
    it. *holder* is told of an image from before a run: the record of the sync
    that held the contact then, or nothing.
    """

    id: int
    email: str
    key: str | None
    fields: Mapping[str, Value]
    provenance: Mapping[str, Provenance]
    subscription_type: str
    status: ContactStatus
    stale: bool
    membership: Membership | None
    lawful_basis: str = ""
    topics: tuple[tuple[int, str], ...] = ()
    manual: bool = False
    created_by: int | None = None
    holder: str = ""

    @property
    def unsubscribed(self) -> bool:
        """Whether the person said no to all mail."""
        return self.subscription_type == SubscriptionType.UNSUBSCRIBED


class Hold(NamedTuple):
    """Another sync's hold on a contact.

    *rank* is its precedence (the smaller goes first), *modified* its record's
    time. It has a say in the fields *targets* that it maps, and about empty
    ones only where it *empties* them. *topics* are those that it tells contacts
    of. *seen_run* is the last run that read its record.
    """

    sync: int
    rank: tuple[int, int]
    modified: int | None
    targets: frozenset[str]
    empties: bool
    topics: frozenset[int] = frozenset()
    seen_run: int = 0


class Consent(NamedTuple):
    """A change of what a contact agreed to: *subject* is `subscription_type`, `lawful_basis` or `topics/<name>`."""

    contact_id: int
    subject: str
    old: str
    new: str


class Row(NamedTuple):
    """What is written down of a decision: everything but `unchanged` and a plain `added` is.

    *detail*: the field of `rejected`, the mended address of `invalid_pattern`,
    the raw text of `malformed`; of a record that was taken, its warnings
    (`dropped:<field>`, `meant:<domain>`, with spaces between). *changed* names what is another
    than before: contact fields, `email`, `list`, `topics/<name>`,
    `subscription_type`, `lawful_basis`, `status` (there or not, flagged or
    not) and `link` (another record of the sync has the contact, or none).
    *before* is the contact before this run first touched it; *aside* the
    contact, as it was, that a changed address left behind.
    """

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
    aside: Image | None = None


class Known(NamedTuple):
    """What the store knows that bears on the keys of one page.

    *claimants*: by key, the links that own it or are its shadows, and the stale
    ones that hold its contact. *contacts*: by key;
    *by_id*: those that links of the page point at. *suppressed*: by key.
    *before*: the images before this run of contacts that it has touched, by
    record. *holds*: by contact, what other syncs hold it. *noted*: contacts
    whose lawful basis is not the sync's, which was written down before.
    *own*: by contact, the topics that this sync, and no other, told it of.
    *moving*: contacts whose record changes its address at the end of this run.
    *movers* are those records, and *leaving* the records that are gone.
    *untold*: topics that an address wants nothing of, by key; *brought*: those of them that
    came along with somebody in this run. *objected*: addresses that wanted no mail from this
    sync before, whatever else is against them. *room*: how many
    contacts more the workspace may have; `None` is no limit.
    """

    claimants: Mapping[str, list[Link]]
    contacts: Mapping[str, Image]
    by_id: Mapping[int, Image]
    suppressed: Mapping[str, Reason]
    before: Mapping[str, Image]
    holds: Mapping[int, Sequence[Hold]] = MappingProxyType({})
    noted: frozenset[int] = frozenset()
    untold: Mapping[str, frozenset[int]] = MappingProxyType({})
    brought: Mapping[str, frozenset[int]] = MappingProxyType({})
    objected: frozenset[str] = frozenset()
    room: int | None = None
    own: Mapping[int, frozenset[int]] = MappingProxyType({})
    moving: frozenset[int] = frozenset()
    movers: frozenset[str] = frozenset()
    leaving: frozenset[str] = frozenset()

    def anchored(self, contact: Image) -> bool:
        """Whether something else than this sync holds *contact*: a person, or another sync."""
        return contact.manual or contact.id in self.holds


class Parking(NamedTuple):
    """A record that only the end of its run can decide, and why; *key*: the address that is at stake."""

    source_id: str
    why: str
    key: str | None
    record: bytes


#: Why a record is parked: its address changed; it claims one whose contact is held by a
#: record that was not read yet, and may turn out to move; it is deleted at the source; it
#: left the criteria, and its contact the list; it gave up an address that others
#: may carry too, and maybe a contact, whose id is the *record* then (it is decided,
#: their address is not); a complete reading did not bring it, and it is gone, or is
#: there all the same.
MOVED, CLAIMED, DELETED, DETACHED = "moved", "claimed", "deleted", "detached"
LEFT, GONE, PRESENT = "left", "gone", "present"


@dataclass(frozen=True, slots=True)
class Plan:
    """What one page asks of the store; applied whole or not at all.

    *released*: contacts that let go of their address. *seen*: owners that are
    unchanged. *replaced*: records whose row of an earlier page goes. *joins*
    and *leaves*: contacts that come onto the list and go off it; *parted*: those that
    lose all that the sync ever put them on.
    *topics*: (topic, contact) that a contact comes to know of. *kept_off* and *untold*:
    those that stand on the list, and know of a topic, as saying no to it. *shared*: changed
    contacts that other syncs hold too. *objections*: an address whose
    do-not-mail goes over to another. *counted*: 1 for each
    contact more that counts against the limit, -1 for each one less.
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
    parted: list[int] = field(default_factory=list)
    unmade: list[int] = field(default_factory=list)
    objections: list[tuple[str, str]] = field(default_factory=list)
    topics: list[tuple[int, int]] = field(default_factory=list)
    kept_off: list[int] = field(default_factory=list)
    untold: list[tuple[int, int]] = field(default_factory=list)
    consents: list[Consent] = field(default_factory=list)
    shared: list[int] = field(default_factory=list)
    counts: Tally = field(default_factory=Counter)
    counted: list[int] = field(default_factory=list)

    def subscribe(self, image: Image, now: Image | None) -> None:
        """Put a contact that is *now* so on the list and tell it of topics, as *image* says, where it is not yet."""
        if image.membership is not None and (now is None or now.membership is None):
            off = image.membership is Membership.UNSUBSCRIBED
            (self.kept_off if off else self.joins).append(image.id)
        told = {topic for topic, _ in (() if now is None else now.topics)}
        for topic, state in image.topics:
            if topic not in told:
                off = state == Membership.UNSUBSCRIBED
                (self.untold if off else self.topics).append((topic, image.id))
