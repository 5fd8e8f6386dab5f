"""What a page needs to know: links, contacts, suppressions, and images from before the run.

One indexed question for each, however many records the page has.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from contactd.domain.ledger import Image, Known, Link
from contactd.domain.words import ContactStatus, LinkState, Membership, Outcome, Reason, SuppressionKind
from contactd.store.database import Reading
from contactd.store.sql import ANY_NUMBER, ANY_TEXT, using

#: The columns of `link`, in the order of `Link`.
LINK = (
    "source_id, contact_id, email_key, source_created, source_modified, content_hash, state, mapped,"
    " seen_run, outcome, reason, first_run"
)
_BY_ID = f"SELECT {LINK} FROM link WHERE sync_id = ? AND source_id IN {ANY_TEXT}"
# Named, because SQLite without statistics would rather read every link of the sync.
_BY_KEY = (
    f"SELECT {LINK} FROM link {using('link_key')}"
    f" WHERE sync_id = ? AND email_key IN {ANY_TEXT} AND state IN ('owner', 'shadow', 'stale')"
)

#: The columns of `contact` and its membership, in the order of `Image`.
_IMAGE = (
    "c.id, c.email, c.email_key, c.fields, c.provenance, c.subscription_type, c.status, c.stale, m.state"
    " FROM contact c LEFT JOIN list_member m ON m.contact_id = c.id AND m.list_id = ?"
)
_CONTACT_BY_KEY = f"SELECT {_IMAGE} WHERE c.workspace_id = ? AND c.email_key IN {ANY_TEXT}"
_CONTACT_BY_ID = f"SELECT {_IMAGE} WHERE c.id IN {ANY_NUMBER}"
_SUPPRESSED = (
    "SELECT email_key, kind FROM suppression"
    f" WHERE workspace_id = ? AND scope = 'workspace' AND email_key IN {ANY_TEXT}"
)
_BEFORE = (
    f"SELECT source_id, before FROM outcome {using('outcome_source')}"
    f" WHERE run_id = ? AND before IS NOT NULL AND source_id IN {ANY_TEXT}"
)
_ANCHORED = (
    f"SELECT id FROM contact WHERE manual = 1 AND id IN {ANY_NUMBER} UNION"
    f" SELECT contact_id FROM link WHERE contact_id IN {ANY_NUMBER} AND sync_id <> ? AND state IN ('owner', 'stale')"
)

#: The first that applies decides (rows 11 to 13).
_SUPPRESSIONS: Mapping[SuppressionKind, Reason] = {
    SuppressionKind.BLOCKED: Reason.BLOCKED,
    SuppressionKind.COMPLAINT: Reason.COMPLAINT,
    SuppressionKind.ERASED: Reason.ERASED,
    SuppressionKind.HARD_BOUNCE: Reason.BOUNCED,
    SuppressionKind.DO_NOT_MAIL: Reason.DO_NOT_MAIL,
}

_decode = msgspec.json.decode


class Scope:
    """Whose records are looked at: a *run* of a *sync* in a *workspace* that fills a *list*."""

    def __init__(self, *, workspace: int, sync: int, run: int, list_id: int) -> None:
        self.workspace = workspace
        self.sync = sync
        self.run = run
        self.list_id = list_id


def links(r: Reading, scope: Scope, source_ids: Sequence[str]) -> dict[str, Link]:
    """Give the links of *source_ids*, by source id."""
    return {row[0]: as_link(row) for row in r.fast(_BY_ID, (scope.sync, json.dumps(source_ids)))}


def known(r: Reading, scope: Scope, keys: Collection[str], contact_ids: Collection[int]) -> Known:
    """Give what bears on *keys*, and the contacts with *contact_ids*."""
    if not keys and not contact_ids:
        return Known({}, {}, {}, {}, {})
    wanted = json.dumps(sorted(keys))
    claimants: dict[str, list[Link]] = {}
    for row in r.fast(_BY_KEY, (scope.sync, wanted)):
        claimants.setdefault(row[2], []).append(as_link(row))
    contacts = {row[2]: as_image(row) for row in r.fast(_CONTACT_BY_KEY, (scope.list_id, scope.workspace, wanted))}
    by_id = {image.id: image for image in contacts.values()}
    others = json.dumps(sorted(set(contact_ids) - by_id.keys()))
    by_id.update((row[0], as_image(row)) for row in r.fast(_CONTACT_BY_ID, (scope.list_id, others)))
    return Known(
        claimants=claimants,
        contacts=contacts,
        by_id=by_id,
        suppressed=_suppressed(r, scope, wanted),
        before=_before(r, scope, claimants.values()),
    )


def anchored(r: Reading, scope: Scope, contact_ids: Collection[int]) -> frozenset[int]:
    """Tell which of *contact_ids* something else than this sync holds: a person, or another sync."""
    wanted = json.dumps(sorted(contact_ids))
    return frozenset(row[0] for row in r.fast(_ANCHORED, (wanted, wanted, scope.sync)))


def _suppressed(r: Reading, scope: Scope, wanted: str) -> dict[str, Reason]:
    kinds: dict[str, set[str]] = {}
    for key, kind in r.fast(_SUPPRESSED, (scope.workspace, wanted)):
        kinds.setdefault(key, set()).add(kind)
    return {
        key: next(reason for kind, reason in _SUPPRESSIONS.items() if kind in found) for key, found in kinds.items()
    }


def _before(r: Reading, scope: Scope, claimants: Iterable[list[Link]]) -> dict[str, Image]:
    touched = [link.source_id for group in claimants for link in group if link.seen_run == scope.run]
    if not touched:
        return {}
    rows = r.fast(_BEFORE, (scope.run, json.dumps(touched)))
    return {source_id: image_of(before) for source_id, before in rows}


def as_link(row: Sequence[Any]) -> Link:
    """Make a link of a row in the order of `LINK`."""
    source_id, contact_id, key, created, modified, digest, state, mapped, seen_run, outcome, reason, first_run = row
    return Link(
        source_id,
        contact_id,
        key,
        created,
        modified,
        digest,
        LinkState(state),
        None if mapped is None else _decode(mapped),
        seen_run,
        Outcome(outcome),
        Reason(reason),
        first_run,
    )


def as_image(row: Sequence[Any]) -> Image:
    """Make an image of a row in the order of `Image`."""
    return Image(
        row[0],
        row[1],
        row[2],
        _decode(row[3]),
        {} if row[4] is None else _decode(row[4]),
        row[5],
        ContactStatus(row[6]),
        bool(row[7]),
        None if row[8] is None else Membership(row[8]),
    )


def image_of(text: str) -> Image:
    """Read an image that `image_text` wrote."""
    number, email, key, fields, provenance, subscription_type, status, stale, membership = _decode(text)
    known_membership = None if membership is None else Membership(membership)
    return Image(
        number, email, key, fields, provenance, subscription_type, ContactStatus(status), stale, known_membership
    )


def image_text(image: Image) -> str:
    """Write an image down, as the ledger keeps it."""
    return msgspec.json.encode(tuple(image)).decode()
