"""What is left of somebody who was erased: a hash of the address, and that a record of theirs was there.

Rule: a run keeps nothing of what such a record says: neither in its ledger nor
on its link. Nobody makes the hash without the key, which is not in the store.
"""

import hashlib
import hmac
import re
from collections.abc import Collection

from contactd.domain.address import email_key
from contactd.domain.sift import BAD_ADDRESS, Candidate, Sifted
from contactd.domain.words import Reason

#: What looks like an address in the midst of other text.
_ADDRESSES = re.compile(r"[^\s<>,;:\"'()\[\]{}\\]+@[^\s<>,;:\"'()\[\]{}\\]+")


def whole_address(text: str) -> re.Pattern[str]:
    """Give what finds the address *text* in other text, also in JSON, but not as a part of a longer address."""
    before = r"(?:(?<![\w.+])(?<!\w-)|(?<=\\[bfnrt]))"
    return re.compile(rf"{before}{re.escape(text)}(?![\w-])(?!\.\w)", re.IGNORECASE)


def digest(key: str, erasure_key: bytes) -> bytes:
    """Give what is left of the address *key*."""
    return hmac.digest(erasure_key, key.encode(), hashlib.sha256)


def forgotten(sifted: Sifted, erased: Collection[bytes], erasure_key: bytes) -> Sifted:
    """Give *sifted* without what records say whose person was erased, by the digests in *erased*.

    One that was eligible is refused as `erased` (row 11); one that was refused
    before that keeps its reason.
    """
    if not erased:
        return sifted

    def names(text: str) -> bool:
        keys = (email_key(found.rstrip(".!?")) for found in _ADDRESSES.findall(text))
        return any(digest(key, erasure_key) in erased for key in keys if key is not None)

    gone = {
        one.source_id
        for one in (*sifted.eligible, *sifted.refused)
        if one.key is not None and digest(one.key, erasure_key) in erased
    }
    # An address that cannot be used may still name one that was erased, and so may the one that was meant.
    gone |= {one.source_id for one in sifted.refused if names(f"{one.address} {one.detail}")}
    # A record of somebody who was erased names them still when it has no address any more.
    known = {one.source_id for one in sifted.refused if _was_erased(one)}
    refused = [
        _nameless(one, Reason.ERASED if one.source_id in known else one.reason)
        if one.source_id in gone | known
        else one
        for one in sifted.refused
    ]
    refused += [_nameless(one, Reason.ERASED) for one in sifted.eligible if one.source_id in gone]
    return Sifted(
        same=sifted.same,
        eligible=[one for one in sifted.eligible if one.source_id not in gone],
        refused=refused,
        unreadable=[(link, "" if names(raw) else raw) for link, raw in sifted.unreadable],
        parked=sifted.parked,
        newest=sifted.newest,
    )


def _was_erased(candidate: Candidate) -> bool:
    link = candidate.link
    return link is not None and link.reason is Reason.ERASED and candidate.reason in BAD_ADDRESS


def _nameless(candidate: Candidate, reason: Reason) -> Candidate:
    return candidate._replace(title="", address="", key=None, fields={}, digest=b"", reason=reason, detail="")
