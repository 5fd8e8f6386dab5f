"""Lists in pages: sizes, and the opaque tokens that name the next page.

Rule: a token holds where the last page ended, never how many rows to leave
out, so a row that comes or goes meanwhile makes no other appear twice. It is
signed with a key derived from the store key, so every daemon of a store takes
the tokens of the others.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from contactd.domain.clock import SECOND
from contactd.domain.refusals import Fault, Invalid
from contactd.store.database import Clock
from contactd.store.seal import Sealer

#: How many rows a page has when nobody says.
USUAL = 50

#: No page has more.
MOST = 1000

_LIFE = 3 * 24 * 3600 * SECOND
_SIGNATURE_SIZE = 16

Keyset = tuple[str | int, ...]
_Noun = TypeVar("_Noun")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which page is asked for: *after* is the last key of the page before, `None` for the first.

    *limit* is one more than *size*: the row too many tells that there is a next page.
    """

    filter: str
    size: int
    after: Keyset | None

    @property
    def limit(self) -> int:
        """How many rows to look for."""
        return self.size + 1

    @property
    def text_after(self) -> str:
        """The one text that the keyset holds, empty for the first page."""
        return str(self.after[0]) if self.after else ""

    @property
    def number_after(self) -> int:
        """The one number that the keyset holds, 0 for the first page."""
        return int(self.after[0]) if self.after else 0


class Paging:
    """Makes and reads page tokens."""

    def __init__(self, sealer: Sealer, clock: Clock) -> None:
        self._key = sealer.derived("page-token")
        self._clock = clock

    def asked(self, *, page_size: int, page_token: str, filter: str) -> Asked:  # noqa: A002  the word of the contract
        """Read what a request asks for; *filter* says, as text, what it lists.

        Raises:
            Invalid: the size is negative, or the token is not one for this list.
        """
        if page_size < 0:
            raise Invalid(Fault("page_size", "page_size cannot be negative; leave it out for the usual size"))
        after = self._after(page_token, filter) if page_token else None
        return Asked(filter, min(page_size or USUAL, MOST), after)

    def cut(self, asked: Asked, rows: Sequence[_Noun], key: Callable[[_Noun], Keyset]) -> tuple[Sequence[_Noun], str]:
        """Cut *rows* to the size asked for, and give the token of the next page, empty on the last."""
        if len(rows) <= asked.size:
            return rows, ""
        shown = rows[: asked.size]
        return shown, self._token(asked.filter, key(shown[-1]))

    def _token(self, filter_text: str, after: Keyset) -> str:
        body = json.dumps([self._clock() + _LIFE, _digest(filter_text), *after]).encode()
        return base64.urlsafe_b64encode(self._sign(body) + body).rstrip(b"=").decode()

    def _after(self, token: str, filter_text: str) -> Keyset:
        try:
            octets = base64.urlsafe_b64decode(token.encode() + b"=" * (-len(token) % 4))
        except (binascii.Error, ValueError):
            raise _refused("is not one that this store gave out") from None
        signature, body = octets[:_SIGNATURE_SIZE], octets[_SIGNATURE_SIZE:]
        if not hmac.compare_digest(signature, self._sign(body)):
            raise _refused("is not one that this store gave out")
        ends, digest, *after = json.loads(body)
        if digest != _digest(filter_text):
            raise _refused("belongs to another list or filter")
        if ends < self._clock():
            raise _refused("is older than three days")
        return tuple(after)

    def _sign(self, body: bytes) -> bytes:
        return hmac.digest(self._key, body, hashlib.sha256)[:_SIGNATURE_SIZE]


def _digest(filter_text: str) -> str:
    return hashlib.sha256(filter_text.encode()).hexdigest()[:16]


def _refused(why: str) -> Invalid:
    return Invalid(Fault("page_token", f"the page token {why}; list again from the start"), reason="PAGE_TOKEN")
