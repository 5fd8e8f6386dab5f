"""A change that is asked for twice by one request id is made once (AIP 155).

Rule: the answer is written in the transaction of the change itself, so there
is never the one without the other. No noun of the store holds a secret, and of
what was asked only a hash is kept.
"""

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec

from contactd.domain.refusals import Fault, Invalid
from contactd.store import requests
from contactd.store.database import Reading, Transaction

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

_Noun = TypeVar("_Noun")


@dataclass(frozen=True, slots=True)
class Asking:
    """One request as it came: its *id*, empty where its sender gave none, and its whole *body*."""

    id: str = ""
    body: bytes = field(default=b"", repr=False)


#: A request that is made anew each time.
UNNAMED = Asking()


def once(tx: Transaction, asking: Asking, by: str, noun: type[_Noun], change: Callable[[], _Noun]) -> _Noun:
    """Make *change*, whose answer is a *noun*; a repeated request gets the first answer instead.

    Raises:
        Invalid: the id is no UUID, or came with another body before.
    """
    if not asking.id:
        return change()
    first = answered(tx, by, asking.id, asking.body)
    if first is not None:
        return msgspec.msgpack.decode(first, type=noun)
    changed = change()
    remember(tx, by, asking.id, asking.body, msgspec.msgpack.encode(changed))
    return changed


def answered(r: Reading, actor: str, request_id: str, body: bytes) -> bytes | None:
    """Give what *actor* was answered to this request within the last day, if it was.

    Raises:
        Invalid: the id is no UUID, or came with another body before.
    """
    if not _UUID.fullmatch(request_id):
        raise _fault(f"'{request_id}' is not a UUID; give a fresh one such as uuidgen makes")
    known = requests.find(r, actor, request_id.lower())
    if known is None:
        return None
    if not hmac.compare_digest(known.body_hash, _hash(body)):
        raise _fault(f"'{request_id}' came with another request before; give each request a UUID of its own")
    return known.answer


def remember(tx: Transaction, actor: str, request_id: str, body: bytes, answer: bytes) -> None:
    """Keep *answer* for when the same request comes again."""
    requests.keep(tx, actor, request_id.lower(), requests.Answered(_hash(body), answer))


def _hash(body: bytes) -> bytes:
    return hashlib.sha256(body).digest()


def _fault(message: str) -> Invalid:
    return Invalid(Fault("request_id", message), reason="REQUEST_ID")
