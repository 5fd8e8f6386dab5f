"""What a page needs to know: links, contacts, suppressions, and images from before the run.

One indexed question for each, however many records the page has.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import msgspec

from contactd.domain.ledger import Hold, Image, Known, Link
from contactd.domain.rules import precedence
from contactd.domain.suppressing import OBJECTIONS, reason_of
from contactd.domain.words import ContactStatus, Membership
from contactd.store import links
from contactd.store.database import Reading
from contactd.store.sql import ANY_NUMBER, ANY_TEXT, using

#: The columns of `contact` and its membership, in the order of `Image`.
_IMAGE = (
    "c.id, c.email, c.email_key, c.fields, c.provenance, c.subscription_type, c.status, c.stale, m.state,"
    " c.lawful_basis, c.manual, (SELECT r.sync_id FROM run r WHERE r.id = c.created_run)"
    " FROM contact c LEFT JOIN list_member m ON m.contact_id = c.id AND m.list_id = ?"
)
_CONTACT_BY_KEY = f"SELECT {_IMAGE} WHERE c.workspace_id = ? AND c.email_key IN {ANY_TEXT}"
_CONTACT_BY_ID = f"SELECT {_IMAGE} WHERE c.id IN {ANY_NUMBER}"
_TOPICS = (
    "SELECT contact_id, topic_id, state, sync_id FROM topic_member"
    f" WHERE contact_id IN {ANY_NUMBER} AND topic_id IN {ANY_NUMBER}"
)
_SUPPRESSED = (
    "SELECT email_key, kind, scope, scope_id, run_id FROM suppression"
    f" WHERE workspace_id = ? AND email_key IN {ANY_TEXT}"
)
_BEFORE = (
    f"SELECT source_id, before FROM outcome {using('outcome_source')}"
    f" WHERE run_id = ? AND before IS NOT NULL AND source_id IN {ANY_TEXT}"
)
_HOLDS = (
    "SELECT l.contact_id, l.sync_id, c.priority, c.id, l.source_modified, s.mapping_version, s.update_empty,"
    " s.topics, l.seen_run"
    " FROM link l JOIN sync s ON s.id = l.sync_id JOIN connection c ON c.id = s.connection_id"
    f" WHERE l.contact_id IN {ANY_NUMBER} AND l.sync_id <> ? AND l.state IN ('owner', 'stale')"
    " ORDER BY l.contact_id, l.sync_id, l.source_id"
)
_TARGETS = f"SELECT sync_id, version, target_field FROM mapping_line WHERE sync_id IN {ANY_NUMBER}"
_NOTED = (
    f"SELECT contact_id FROM consent_event WHERE contact_id IN {ANY_NUMBER} AND subject = 'lawful_basis' AND new = ?"
)
_COUNTED = "SELECT count(*) FROM contact WHERE workspace_id = ? AND status = 'live' AND subscription_type = 'marketing'"

_decode, _encode = msgspec.json.decode, msgspec.json.encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whose records are looked at: a *run* of a *sync* in a *workspace* that fills a *list*.

    *topics*, *lawful_basis* and *limit* (of contacts; 0 is none) are asked
    about only where the sync has them.
    """

    workspace: int
    sync: int
    run: int
    list_id: int
    topics: tuple[int, ...] = ()
    lawful_basis: str = ""
    limit: int = 0

    @classmethod
    def of(cls, config: Mapping[str, Any], *, workspace: int, sync: int, run: int) -> Self:
        """Give the scope of a run that works with *config*."""
        return cls(
            workspace=workspace,
            sync=sync,
            run=run,
            list_id=config["list"],
            topics=tuple(int(topic) for topic in config.get("topics", ())),
            lawful_basis=config.get("lawful_basis", ""),
            limit=config.get("limit", 0),
        )


class _Suppressed(NamedTuple):
    """What is against addresses, by key, as `Known` has it."""

    kinds: dict[str, set[str]]
    untold: dict[str, frozenset[int]]
    brought: dict[str, frozenset[int]]
    objected: set[str]


def known(
    r: Reading, scope: Scope, keys: Collection[str], contact_ids: Collection[int], *, most: int | None = None
) -> Known:
    """Give what bears on *keys*, and the contacts with *contact_ids*; *most* as `links.claimants` has it."""
    room = _room(r, scope)
    if not keys and not contact_ids:
        return Known({}, {}, {}, {}, {}, room=room)
    wanted = json.dumps(sorted(keys))
    claimants = links.claimants(r, scope.sync, keys, most)
    by_id, own = _contacts(r, scope, wanted, contact_ids)
    holds = _holds(r, scope, by_id)
    contacts = {image.key: image for image in by_id.values() if image.key is not None}
    found = _suppressed(r, scope, wanted)
    return Known(
        claimants=claimants,
        contacts=contacts,
        by_id=by_id,
        suppressed={key: reason_of(kinds) for key, kinds in found.kinds.items()},
        before=_before(r, scope, claimants.values()),
        holds=holds,
        own={one: topics - _told_by(holds.get(one, ())) for one, topics in own.items()},
        noted=_noted(r, scope, by_id.values()),
        untold=found.untold,
        brought=found.brought,
        objected=frozenset(found.objected),
        room=room,
    )


def _room(r: Reading, scope: Scope) -> int | None:
    if not scope.limit:
        return None
    return scope.limit - int(r.fast(_COUNTED, (scope.workspace,))[0][0])


def _contacts(
    r: Reading, scope: Scope, wanted: str, contact_ids: Collection[int]
) -> tuple[dict[int, Image], dict[int, frozenset[int]]]:
    rows = r.fast(_CONTACT_BY_KEY, (scope.list_id, scope.workspace, wanted))
    others = set(contact_ids) - {row[0] for row in rows}
    if others:
        rows += r.fast(_CONTACT_BY_ID, (scope.list_id, json.dumps(sorted(others))))
    topics: dict[int, list[tuple[int, str]]] = {}
    own: dict[int, frozenset[int]] = {}
    if scope.topics and rows:
        asked = (json.dumps([row[0] for row in rows]), json.dumps(scope.topics))
        for contact, topic, state, sync in r.fast(_TOPICS, asked):
            topics.setdefault(contact, []).append((topic, state))
            if sync == scope.sync:
                own[contact] = own.get(contact, frozenset()) | {topic}
    return {row[0]: as_image(row, topics.get(row[0], ())) for row in rows}, own


def _told_by(holds: Iterable[Hold]) -> frozenset[int]:
    return frozenset(topic for hold in holds for topic in hold.topics)


def _holds(r: Reading, scope: Scope, contact_ids: Collection[int]) -> dict[int, list[Hold]]:
    """Give what other syncs hold *contact_ids*."""
    rows = r.fast(_HOLDS, (json.dumps(sorted(contact_ids)), scope.sync)) if contact_ids else []
    targets: dict[tuple[int, int], set[str]] = {}
    if rows:
        for sync, version, target in r.fast(_TARGETS, (json.dumps(sorted({row[1] for row in rows})),)):
            targets.setdefault((sync, version), set()).add(target)
    maps = {version: frozenset(names) for version, names in targets.items()}
    holds: dict[int, list[Hold]] = {}
    for contact, sync, priority, connection, modified, version, empties, told, seen in rows:
        rank = precedence(priority, connection)
        targets_of = maps.get((sync, version), frozenset())
        hold = Hold(sync, rank, modified, targets_of, bool(empties), frozenset(_decode(told)), seen)
        holds.setdefault(contact, []).append(hold)
    return holds


def _noted(r: Reading, scope: Scope, contacts: Iterable[Image]) -> frozenset[int]:
    """Tell of which *contacts* it was written down that the sync's lawful basis is not theirs."""
    basis = scope.lawful_basis
    differing = [image.id for image in contacts if basis and image.lawful_basis not in {"", basis}]
    return frozenset(row[0] for row in r.fast(_NOTED, (json.dumps(differing), basis))) if differing else frozenset()


def _suppressed(r: Reading, scope: Scope, wanted: str) -> _Suppressed:
    found = _Suppressed({}, {}, {}, set())
    for key, kind, where, which, run in r.fast(_SUPPRESSED, (scope.workspace, wanted)):
        if where == "topic":
            found.untold[key] = found.untold.get(key, frozenset()) | {which}
            if run == scope.run:
                found.brought[key] = found.brought.get(key, frozenset()) | {which}
        elif where == "workspace" or which == scope.list_id:
            found.kinds.setdefault(key, set()).add(kind)
            if kind in OBJECTIONS and run != scope.run:
                found.objected.add(key)
    return found


def _before(r: Reading, scope: Scope, claimants: Iterable[list[Link]]) -> dict[str, Image]:
    touched = [link.source_id for group in claimants for link in group if link.seen_run == scope.run]
    if not touched:
        return {}
    rows = r.fast(_BEFORE, (scope.run, json.dumps(touched)))
    return {source_id: image_of(before) for source_id, before in rows}


def as_image(row: Sequence[Any], topics: Iterable[tuple[int, str]]) -> Image:
    """Make an image of a row in the order of `Image`, and of what the contact said to *topics*."""
    return Image(
        id=row[0],
        email=row[1],
        key=row[2],
        fields=_decode(row[3]),
        provenance={} if row[4] is None else _decode(row[4]),
        subscription_type=row[5],
        status=ContactStatus(row[6]),
        stale=bool(row[7]),
        membership=None if row[8] is None else Membership(row[8]),
        lawful_basis=row[9],
        topics=tuple(sorted(topics)),
        manual=bool(row[10]),
        created_by=row[11],
    )


def image_of(text: str) -> Image:
    """Read an image that `image_text` wrote, in this version or an older one."""
    image = Image(*_decode(text))
    return image._replace(
        status=ContactStatus(image.status),
        membership=None if image.membership is None else Membership(image.membership),
        topics=tuple((topic, state) for topic, state in image.topics),
    )


def image_text(image: Image) -> str:
    """Write an image down, as the ledger keeps it."""
    return _encode(tuple(image)).decode()
