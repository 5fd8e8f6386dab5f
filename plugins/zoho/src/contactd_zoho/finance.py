"""Calls to one product of the family: the token goes along, an answer is told from a refusal.

Rule: every call has a right from the organization's budget, and what its answer
tells of the quota goes back to it. A refused token is renewed once per call. If
the new one is refused as well, it is not the token but what it may do.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

import msgspec

from contactd_sdk import Access, Quota, Throttled, Token, Unavailable
from contactd_sdk.rest import Pending, Reply, Rest
from contactd_zoho.errors import Envelope, Refusal, refusal
from contactd_zoho.product import Product
from contactd_zoho.quotas import quota_of
from contactd_zoho.times import utc_now

_Answer = TypeVar("_Answer", bound=Envelope)
_Decoded = TypeVar("_Decoded")


class Finance:
    """One *product*, spoken to with the token that *access* gives."""

    def __init__(self, product: Product, access: Access, *, now: Callable[[], datetime] = utc_now) -> None:
        self.product = product
        self.organization = access.organization
        self.now = now
        self._access = access
        self._token = access.token
        header = product.organization_header
        self._named = {header: access.organization} if header else {}
        self._rest = Rest(self._token.endpoint)
        #: When the first answer was given, by the vendor's clock.
        self.began: datetime | None = None
        #: Whether contacts were found where they are asked for.
        self.listed = False
        #: What the last answer told of the day's quota.
        self.quota: Quota | None = None

    def get(
        self,
        path: str,
        params: Mapping[str, str],
        decode: Callable[[bytes], _Answer],
        ahead: Pending | None = None,
    ) -> _Answer:
        """Ask for *path* and give what *decode* makes of the answer; *ahead* is this very call, made before.

        Raises:
            SourceError: the call was refused, or had no answer.
        """
        answer = self.attempt(path, params, decode, ahead)
        if isinstance(answer, Refusal):
            raise answer.error
        return answer

    def attempt(
        self,
        path: str,
        params: Mapping[str, str],
        decode: Callable[[bytes], _Answer],
        ahead: Pending | None = None,
    ) -> _Answer | Refusal:
        """Do as `get` does, and give a refusal back instead of raising it.

        Raises:
            Throttled: the organization may make no call now; its answer is not even read.
            SourceError: the call had no answer.
        """
        # Taken first: a token in force since may lead elsewhere, and the answer waits where the call was made.
        reply = ahead.reply() if ahead else None
        self._use(self._access.token)
        answer = self._read(reply or self._send(path, params), decode)
        if isinstance(answer, Refusal) and answer.renew:
            self._use(self._access.renew())
            answer = self._read(self._send(path, params), decode)
        return answer

    def get_ahead(self, path: str, params: Mapping[str, str]) -> Pending | None:
        """Make a call whose answer `get` will take, if there is a right to one in hand."""
        if not self._access.calls.spare():
            return None
        self._use(self._access.token)
        return self._rest.get_ahead(self.product.root + path, self._whole(params), self._headers())

    def close(self) -> None:
        """Let go of connections."""
        self._rest.close()

    def _send(self, path: str, params: Mapping[str, str]) -> Reply:
        self._access.calls.take()
        return self._rest.get(self.product.root + path, self._whole(params), self._headers())

    def _whole(self, params: Mapping[str, str]) -> dict[str, str]:
        return {"organization_id": self.organization, **params}

    def _headers(self) -> dict[str, str]:
        return {**authorization(self._token), **self._named}

    def _use(self, token: Token) -> None:
        # An account that moved to another data center answers elsewhere from now on.
        if token.endpoint != self._token.endpoint:
            self._rest.close()
            self._rest = Rest(token.endpoint)
        self._token = token

    def _read(self, reply: Reply, decode: Callable[[bytes], _Answer]) -> _Answer | Refusal:
        self._tell(reply)
        if reply.status == 200:
            self.began = self.began or told_at(reply)
            answer = decoded(reply.body, decode)
            if answer is None:
                return Refusal(Unavailable(f"{self.product.title} sent an answer that cannot be read."))
            if answer.code == 0:
                return answer
        refused = refusal(reply, self.product, self.now)
        if isinstance(refused.error, Throttled):
            error = refused.error
            self._access.calls.blocked(error.until, str(error), everywhere=error.everywhere)
            raise refused.error
        return refused

    def _tell(self, reply: Reply) -> None:
        quota = quota_of(reply, self.now())
        if quota is not None:
            self.quota = quota
            self._access.calls.told(quota)


def told_at(reply: Reply) -> datetime | None:
    """Tell when an answer was given, by the vendor's clock; `None` if it does not say."""
    try:
        when = parsedate_to_datetime(reply.header("date"))
    except ValueError:
        return None
    return when if when.tzinfo is not None else None


def authorization(token: Token) -> dict[str, str]:
    """Give the header that a call needs (FACTS.md "1.6")."""
    return {"Authorization": f"Zoho-oauthtoken {token.value}"}


def decoded(body: bytes, decode: Callable[[bytes], _Decoded]) -> _Decoded | None:
    """Decode *body*, or give `None` if it is not what was asked for."""
    try:
        return decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
