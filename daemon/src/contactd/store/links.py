"""Links, as a page asks for them: by the ids of its records, and by the addresses that these carry.

Rule: a page costs what its records cost. An address that thousands of records
carry is asked after only as far as a page can tell: who holds its contact, and
the first of those that wait.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import Enum
from heapq import nsmallest
from typing import Any, TypeVar

import msgspec

from contactd.domain.ledger import Link
from contactd.domain.ranking import rank
from contactd.domain.words import LinkState, Outcome, Reason
from contactd.store.database import Reading
from contactd.store.sql import ANY_TEXT, using

#: The columns of `link`, in the order of `Link`.
LINK = (
    "source_id, contact_id, email_key, source_created, source_modified, content_hash, state, mapped,"
    " seen_run, outcome, reason, first_run"
)
# Named, because SQLite without statistics would rather read every link of the sync.
_OF_KEYS = f"FROM link {using('link_key')} WHERE sync_id = ? AND email_key IN {ANY_TEXT}"
_BY_ID = f"SELECT {LINK} FROM link WHERE sync_id = ? AND source_id IN {ANY_TEXT}"
_BY_KEY = f"SELECT {LINK} {_OF_KEYS} AND state IN ('owner', 'shadow', 'stale')"
_SOME = f"{_BY_KEY} LIMIT ?"
_CLAIMS = f"SELECT email_key, state, source_created, source_id {_OF_KEYS} AND state IN ('owner', 'shadow', 'stale')"

_decode = msgspec.json.decode
_Word = TypeVar("_Word", bound=Enum)


def _words(kind: type[_Word]) -> Mapping[str, _Word]:
    """Give the words of *kind* by their text: a table costs a third of asking the enumeration."""
    return {word.value: word for word in kind}


_STATES, _OUTCOMES, _REASONS = _words(LinkState), _words(Outcome), _words(Reason)


def by_id(r: Reading, sync: int, source_ids: Sequence[str]) -> dict[str, Link]:
    """Give the links of *source_ids*, by source id."""
    return {row[0]: as_link(row) for row in r.fast(_BY_ID, (sync, json.dumps(source_ids)))}


def claimants(r: Reading, sync: int, keys: Collection[str], most: int | None = None) -> dict[str, list[Link]]:
    """Give, by key, the links that own one of *keys* or wait for it, and the stale ones that hold its contact.

    *most*: so many shadows of a key are enough, as long as they are the first by the W-rule. `None`: all are wanted.
    """
    wanted = json.dumps(sorted(keys))
    if most is None:
        return _grouped(r.fast(_BY_KEY, (sync, wanted)))
    enough = len(keys) + most
    rows = r.fast(_SOME, (sync, wanted, enough + 1))
    return _grouped(rows if len(rows) <= enough else r.fast(_BY_ID, (sync, json.dumps(_first(r, sync, wanted, most)))))


def _first(r: Reading, sync: int, wanted: str, most: int) -> list[str]:
    """Tell who holds each of the keys *wanted*, and the first of those that wait for it, by source id."""
    names: list[str] = []
    waiting: dict[str, list[tuple[int | None, str]]] = {}
    for key, state, created, source_id in r.fast(_CLAIMS, (sync, wanted)):
        if state == LinkState.SHADOW:
            waiting.setdefault(key, []).append((created, source_id))
        else:
            names.append(source_id)
    for shadows in waiting.values():
        names += [source_id for _, source_id in nsmallest(most, shadows, key=lambda shadow: rank(*shadow))]
    return names


def _grouped(rows: Iterable[Sequence[Any]]) -> dict[str, list[Link]]:
    found: dict[str, list[Link]] = {}
    for row in rows:
        found.setdefault(row[2], []).append(as_link(row))
    return found


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
        _STATES[state],
        None if mapped is None else _decode(mapped),
        seen_run,
        _OUTCOMES[outcome],
        _REASONS[reason],
        first_run,
    )
