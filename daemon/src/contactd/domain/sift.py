"""The first look at a page: what can be told from a record and its own link.

Rows 1 to 10 of the decision table (daemon/REQUIREMENTS.md 1.5) in their order;
the first match decides. Record-level checks come before address-level ones, so
that a record outside the selection can never take an address from one inside.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import NamedTuple

from contactd.domain.address import check
from contactd.domain.clock import micros
from contactd.domain.ledger import DELETED, DETACHED, Link, Parking
from contactd.domain.rules import Rules
from contactd.domain.words import Inactive, LinkState, Outcome, Reason
from contactd_sdk import Malformed, Record, Value
from contactd_sdk.values import packed

#: Reasons that tell of a bad address: the contact keeps the one it has and is flagged (rows 7 to 10).
BAD_ADDRESS = frozenset({Reason.EMPTY_EMAIL, Reason.INVALID_PATTERN, Reason.ROLE_ADDRESS})

#: Reasons that tell of an address that gets no mail (rows 11 to 13).
SUPPRESSED = frozenset({Reason.BLOCKED, Reason.COMPLAINT, Reason.ERASED, Reason.BOUNCED, Reason.DO_NOT_MAIL})


class Candidate(NamedTuple):
    """A record that passed what can be told from itself, or the reason why not."""

    source_id: str
    title: str
    address: str
    key: str | None
    fields: Mapping[str, Value]
    created: int | None
    modified: int | None
    digest: bytes
    link: Link | None
    reason: Reason
    detail: str
    octets: bytes
    #: The contact fields whose value was dropped (row 17).
    rejected: tuple[str, ...] = ()

    @property
    def mapped(self) -> dict[str, Value]:
        """The address and the values, as rows and shadows keep them."""
        return {"email": self.address, **self.fields}

    @property
    def warnings(self) -> str:
        """What the ledger tells of a record that is taken all the same: values dropped, and a domain one letter off."""
        meant = self.detail.rpartition("@")[2] if self.reason is Reason.NONE else ""
        return " ".join([*(f"dropped:{name}" for name in self.rejected), *([f"meant:{meant}"] if meant else [])])


@dataclass(frozen=True, slots=True)
class Sifted:
    """A page after the first look.

    *same*: owners whose record has not changed. *eligible* wait for what the
    store knows of their keys; *refused* have their reason.
    """

    same: list[Link] = field(default_factory=list)
    eligible: list[Candidate] = field(default_factory=list)
    refused: list[Candidate] = field(default_factory=list)
    unreadable: list[tuple[Link, str]] = field(default_factory=list)
    parked: list[Parking] = field(default_factory=list)
    newest: int | None = None


def sift(records: Sequence[Record], malformed: Sequence[Malformed], links: Mapping[str, Link], rules: Rules) -> Sifted:
    """Take the first look at the records of one page."""
    sifted = Sifted()
    malformed = [*malformed, *_nameless(records)]
    # The same id twice on a page: the later reading counts.
    for record in {record.id: record for record in records if _is_name(record.id)}.values():
        link = links.get(record.id)
        octets = packed(record)
        digest = rules.digest(octets)
        if link is not None and link.digest == digest:
            if _is_repeat(record, link, rules):
                continue
            # What lies within the last days today does not tomorrow.
            if link.state is LinkState.OWNER and rules.wants(record.values):
                sifted.same.append(link)
                continue
        _look(record, link, octets, rules, sifted)
    for place, bad in {place_of(bad): bad for bad in malformed}.items():
        known = links.get(place)
        if known is None or known.seen_run != rules.run:
            sifted.unreadable.append((_unreadable(place, known, rules), bad.raw))
    return sifted


def _is_name(source_id: str) -> bool:
    """Whether a record can be known by *source_id*: not by none, nor by what no store keeps as it is."""
    return bool(source_id) and source_id.isprintable()


def _nameless(records: Sequence[Record]) -> list[Malformed]:
    return [Malformed(repr(record.id), "odd id") for record in records if not _is_name(record.id)]


def source_ids(records: Sequence[Record], malformed: Sequence[Malformed]) -> list[str]:
    """Tell what the records of a page are known by."""
    named = [record.id for record in records if _is_name(record.id)]
    return [*named, *(place_of(bad) for bad in (*malformed, *_nameless(records)))]


def place_of(bad: Malformed) -> str:
    """Give what stands for the id of a record that could not be read: the same for the same text."""
    return f"malformed:{blake2b(bad.raw.encode(errors='replace'), digest_size=12).hexdigest()}"


def _unreadable(place: str, known: Link | None, rules: Rules) -> Link:
    first_run = rules.run if known is None else known.first_run
    told = (Outcome.FAILED, Reason.MALFORMED)
    return Link(place, None, None, None, None, None, LinkState.SKIPPED, None, rules.run, *told, first_run)


def newest(records: Sequence[Record]) -> int | None:
    """Tell the latest modification among *records*."""
    times = [record.modified for record in records if record.modified is not None]
    return micros(max(times)) if times else None


def _is_repeat(record: Record, link: Link, rules: Rules) -> bool:
    """Whether this very record was decided before: in this run, or before its overlap began."""
    if link.seen_run == rules.run:
        return True
    if rules.known_until is None or record.modified is None:
        return False
    return micros(record.modified) <= rules.known_until


def _look(record: Record, link: Link | None, octets: bytes, rules: Rules, sifted: Sifted) -> None:
    inactive = rules.choices.inactive
    if record.deleted or (record.inactive and inactive is Inactive.REMOVE and record.customer):
        if link is not None and (link.contact_id is not None or link.state is LinkState.SHADOW):
            sifted.parked.append(Parking(record.id, DELETED, link.key, octets))
            return
        sifted.refused.append(candidate_of(record, link, octets, rules, Reason.UNKNOWN_RECORD))
    elif not record.customer:
        sifted.refused.append(candidate_of(record, link, octets, rules, Reason.NOT_CUSTOMER))
    elif record.inactive and inactive is Inactive.SKIP:
        sifted.refused.append(candidate_of(record, link, octets, rules, Reason.INACTIVE))
    elif rules.after is not None and record.modified is not None and micros(record.modified) <= rules.after:
        sifted.refused.append(candidate_of(record, link, octets, rules, Reason.BEFORE_WINDOW))
    elif not rules.wants(record.values):
        if rules.choices.detaches and link is not None and link.contact_id is not None:
            sifted.parked.append(Parking(record.id, DETACHED, link.key, octets))
            return
        sifted.refused.append(candidate_of(record, link, octets, rules, Reason.CRITERIA))
    else:
        candidate = candidate_of(record, link, octets, rules, None)
        (sifted.refused if candidate.reason else sifted.eligible).append(candidate)


def candidate_of(record: Record, link: Link | None, octets: bytes, rules: Rules, reason: Reason | None) -> Candidate:
    """Map *record*, and check its address unless a *reason* against it stands already."""
    mapped = rules.mapping.apply(record.values)
    key, verdict, suggestion = check(mapped.email, typos=rules.choices.typos)
    if verdict is Reason.ROLE_ADDRESS and (rules.choices.allow_roles or key in rules.choices.role_exceptions):
        verdict = Reason.NONE
    return Candidate(
        source_id=record.id,
        title=record.title,
        address=mapped.email,
        key=key,
        fields=mapped.fields,
        created=None if record.created is None else micros(record.created),
        modified=None if record.modified is None else micros(record.modified),
        digest=rules.digest(octets),
        link=link,
        reason=verdict if reason is None else reason,
        detail=suggestion if reason is None else "",
        octets=octets,
        rejected=mapped.rejected,
    )


def remembered(shadow: Link, key: str, targets: Collection[str]) -> Candidate:
    """Make of a shadow what its record was when it was read, of the fields *targets* that are mapped now."""
    mapped = dict(shadow.mapped or {})
    address = mapped.get("email") or ""
    return Candidate(
        source_id=shadow.source_id,
        title="",
        address=str(address),
        key=key,
        fields={name: value for name, value in mapped.items() if name in targets},
        created=shadow.created,
        modified=shadow.modified,
        digest=shadow.digest or b"",
        link=shadow,
        reason=Reason.NONE,
        detail="",
        octets=b"",
    )


def skipped_outcome(reason: Reason) -> Outcome:
    """Tell whether *reason* makes a record skipped or failed (1.8)."""
    return Outcome.FAILED if reason in {Reason.MALFORMED, Reason.REJECTED} else Outcome.SKIPPED
