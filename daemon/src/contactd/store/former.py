"""Addresses that people had before: read from the images of the ledger and from what was changed by hand.

Rule: nothing is kept for this. Once the ledger's rows are pruned, a former
address is known no more.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from contactd.domain.address import email_key
from contactd.domain.erasing import whole_address
from contactd.domain.mapping import EMAIL
from contactd.store.database import Reading
from contactd.store.known import image_of
from contactd.store.sql import ANY_NUMBER, ANY_TEXT

_OF_CONTACTS = f"SELECT before FROM outcome WHERE contact_id IN {ANY_NUMBER} AND before IS NOT NULL"
_OF_RECORDS = (
    "SELECT aside FROM outcome WHERE run_id IN (SELECT id FROM run WHERE sync_id = ?)"
    f" AND source_id IN {ANY_TEXT} AND aside IS NOT NULL"
)
_BY_HAND = f"SELECT changes FROM hand_change WHERE contact_id IN {ANY_NUMBER}"
_GONE = (
    "SELECT id, email, email_key FROM contact"
    f" WHERE workspace_id = ? AND status = 'deleted' AND email_key IN {ANY_TEXT}"
)
_HAD = (
    "SELECT contact_id, before, aside FROM outcome"
    " WHERE reason IN ('email_changed', 'email_changed_merged')"
    " AND (replace(lower(before), ?, '') <> lower(before) OR replace(lower(aside), ?, '') <> lower(aside))"
    " AND run_id IN (SELECT id FROM run WHERE workspace_id = ?) ORDER BY run_id DESC"
)
_CHANGED = (
    "SELECT h.contact_id, h.changes FROM hand_change h JOIN contact c ON c.id = h.contact_id"
    " WHERE replace(lower(h.changes), ?, '') <> lower(h.changes) AND c.workspace_id = ? ORDER BY h.revision DESC"
)


def addresses(r: Reading, contacts: Sequence[int], records: Iterable[tuple[int, Sequence[str]]]) -> set[str]:
    """Give the addresses that *contacts* had, and those that *records* (a sync, and ids there) left behind."""
    wanted = json.dumps(list(contacts))
    images = [image_of(before) for (before,) in r.fast(_OF_CONTACTS, (wanted,))]
    had = {image.email for image in images if image.id in contacts}
    for sync, source_ids in records:
        asides = r.fast(_OF_RECORDS, (sync, json.dumps(list(source_ids))))
        had |= {image_of(aside).email for (aside,) in asides}
    for (changes,) in r.fast(_BY_HAND, (wanted,)):
        had |= _typed(changes)
    return had - {""}


def gone(r: Reading, workspace_id: int, keys: Sequence[str]) -> list[tuple[int, str]]:
    """Give (number, address) of deleted contacts that have one of *keys* still."""
    return [(number, email) for number, email, _ in r.fast(_GONE, (workspace_id, json.dumps(list(keys))))]


def holders(r: Reading, workspace_id: int, key: str) -> list[int]:
    """Give the contacts that had *key* and have another address now, the latest first. It reads the whole ledger."""
    whole, found = whole_address(key), dict[int, None]()
    for contact, *images in r.fast(_HAD, (key, key, workspace_id)):
        told = [text for text in images if text is not None and whole.search(text)]
        if contact is not None and any(email_key(image_of(text).email) == key for text in told):
            found[contact] = None
    for contact, changes in r.fast(_CHANGED, (key, workspace_id)):
        if key in {email_key(email) for email in _typed(changes)}:
            found[contact] = None
    return list(found)


def _typed(changes: str) -> set[str]:
    """Give the addresses that people replaced by hand."""
    told: list[list[Any]] = json.loads(changes)
    return {str(before) for what, before, _ in told if what == EMAIL and before}
