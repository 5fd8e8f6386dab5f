"""The way into a connection's account: a token that works, refreshed by one at a time.

Rule: a vendor counts refreshes and kills old tokens, so a connection has one
token, which all share. Whoever refreshes it holds a lease on the connection's
row; the others wait and look again. No transaction is open meanwhile. Once a
vendor wants no more of it for a while, nobody asks until then.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import structlog

from contactd.domain.clock import SECOND, micros, moment
from contactd.domain.nouns import Connection
from contactd.domain.words import ConnectionState
from contactd.engine.accounts import credentials, hosts, identity, refusing
from contactd.engine.accounts.budgets import ConnectionRights
from contactd.engine.accounts.shelves import ConnectionShelf
from contactd.engine.parts import Parts
from contactd.store import connections
from contactd.store.connections import Sealed
from contactd.store.database import Reading
from contactd_sdk import AuthFailed, Misconfigured, Throttled, Token, Unavailable

log = structlog.get_logger(__name__)

#: A token that ends sooner than this is not handed out.
SPARE = 120 * SECOND

#: How long a refresh is nobody else's business: longer than an authorizer may take.
LEASE = 90 * SECOND

#: However soon a vendor that has enough of refreshes wants to be asked again, and however late.
_SHORTEST_REST, _LONGEST_REST = 15 * SECOND, 3600 * SECOND

_PAUSE = 0.05
_LOOKS = int(LEASE / SECOND / _PAUSE) + 20


@dataclass(frozen=True, slots=True)
class _Lease:
    """The right to refresh *sealed*, the connection as it was when that was claimed."""

    until: int
    sealed: Sealed


class ConnectionAccess:
    """The `Access` of one connection, for one run or one call."""

    def __init__(self, parts: Parts, connection_id: int, *, pause: Callable[[float], None] = time.sleep) -> None:
        self._parts = parts
        self._id = connection_id
        self._pause = pause
        self._token: Token | None = None
        with parts.database.reading() as r:
            connection = connections.by_id(r, connection_id)
        self._name = connection.name
        self._organization = connection.organization_id
        self._rights = ConnectionRights(parts.database, parts.catalog.kind(connection.kind), connection)
        self._shelf = ConnectionShelf(parts, connection)

    @property
    def organization(self) -> str:
        """The chosen organization's id."""
        return self._organization

    @property
    def rights(self) -> ConnectionRights:
        """The budget of the organization."""
        return self._rights

    @property
    def shelf(self) -> ConnectionShelf:
        """What the source keeps between runs."""
        return self._shelf

    @property
    def token(self) -> Token:
        """The token in force: the stored one if it lives long enough, else a new one.

        Raises:
            SourceError: the account gives none.
            ChildFailed: its plugin broke a promise.
        """
        self._token = self._working(refused=None)
        return self._token

    def renew(self) -> Token:
        """Give a token other than the one handed out last, which the source refused.

        Raises:
            SourceError: the account gives none.
            ChildFailed: its plugin broke a promise.
        """
        self._token = self._working(refused=self._token)
        return self._token

    def _working(self, refused: Token | None) -> Token:
        for _ in range(_LOOKS):
            token = self._stored_or_refreshed(refused)
            if token is not None:
                return token
            self._pause(_PAUSE)
        raise Unavailable(f"another refresh of the token of connection '{self._name}' does not come to an end")

    def _stored_or_refreshed(self, refused: Token | None) -> Token | None:
        """Give a token that works, or none as long as another refreshes it."""
        with self._parts.database.reading() as r:
            sealed = connections.sealed(r, self._id)
            token = self._usable(r, sealed, refused)
            leased = r.now < sealed.lease_until <= r.now + LEASE
            resting = None if token else _resting(sealed, r.now)
        if resting is not None:
            raise resting
        return token if token or leased else self._refreshed(refused)

    def _usable(self, r: Reading, sealed: Sealed, refused: Token | None) -> Token | None:
        if sealed.token_expires - r.now <= SPARE:
            return None
        token = credentials.token(self._parts.sealer, sealed)
        return None if refused is not None and token == refused else token

    def _refreshed(self, refused: Token | None) -> Token | None:
        lease = self._claim(refused)
        if lease is None:
            return None
        token = None
        try:
            token = self._ask(lease.sealed)
        except AuthFailed as exc:
            self._refuse(lease.sealed, exc)
            raise
        except Throttled as exc:
            raise _rest(self._parts, lease.sealed.connection, exc) from exc
        finally:
            kept = self._end(lease, token)
        if not kept:
            return None
        log.info("token_refreshed", connection=self._name)
        if token is not None:
            identity.look_again(self._parts, self._id, token, self.rights)
        return token

    def _claim(self, refused: Token | None) -> _Lease | None:
        with self._parts.database.transaction() as tx:
            sealed = connections.sealed(tx, self._id)
            _check_authorized(sealed)
            until = tx.now + LEASE
            if self._usable(tx, sealed, refused) or not connections.claim_refresh(tx, self._id, until=until):
                return None
        return _Lease(until, sealed)

    def _ask(self, sealed: Sealed) -> Token:
        return fresh_token(self._parts, sealed, credentials.settings(self._parts.sealer, sealed))

    def _end(self, lease: _Lease, token: Token | None) -> bool:
        """Give the lease back, with *token* if there is one, and tell whether it counts."""
        generation = lease.sealed.connection.credential_generation
        with self._parts.database.transaction() as tx:
            current = connections.by_id(tx, self._id).credential_generation == generation
            if token is None or not current:
                connections.release_refresh(tx, self._id, lease=lease.until)
                return False
            connections.store_token(
                tx,
                self._id,
                lease=lease.until,
                token=credentials.seal_token(self._parts.sealer, self._id, token),
                expires=micros(token.expires),
            )
            return True

    def _refuse(self, sealed: Sealed, fault: AuthFailed) -> None:
        log.warning("credential_refused", connection=self._name)
        with self._parts.database.transaction() as tx:
            generation = sealed.connection.credential_generation
            refusing.refuse(tx, self._id, str(fault), generation=generation, by="contactd")


def _rest(parts: Parts, connection: Connection, fault: Throttled) -> Throttled:
    """Let nobody ask for a token for a while, whoever they are and whatever is restarted meanwhile."""
    with parts.database.transaction() as tx:
        until = min(max(micros(fault.until), tx.now + _SHORTEST_REST), tx.now + _LONGEST_REST)
        connections.cool_down(tx, connection.id, until=until, why=str(fault))
    log.warning("refresh_throttled", connection=connection.name)
    return Throttled(str(fault), moment(until))


def _resting(sealed: Sealed, now: int) -> Throttled | None:
    """Tell why no token may be asked for yet; a rest that is too long to be one comes of a clock that went back."""
    if now < sealed.refresh_after <= now + _LONGEST_REST:
        return Throttled(sealed.refresh_why, moment(sealed.refresh_after))
    return None


def fresh_token(parts: Parts, sealed: Sealed, settings: Mapping[str, str]) -> Token:
    """Get a new token for the grant of a connection, by *settings*; whoever asks holds the lease.

    Raises:
        SourceError: the account gives none.
        ChildFailed: its plugin broke a promise.
    """
    kind = parts.catalog.kind(sealed.connection.kind)
    token = parts.authorizers.refresh(kind, settings, credentials.grant(parts.sealer, sealed))
    allowed = parts.hosts.get(kind.name, frozenset())
    fault = hosts.fault(token.endpoint, kind=kind.name, vendor=kind.hosts, allowed=allowed)
    if fault is not None:
        raise Misconfigured(f"the address where the account of connection '{sealed.connection.name}' is read {fault}")
    return token


@contextmanager
def leased(parts: Parts, connection_id: int) -> Iterator[None]:
    """Be the one who refreshes the token of a connection, for as long as the block lasts.

    Raises:
        Unavailable: somebody else is.
        Throttled: its vendor wants to be asked for none now; where it says so in the block, nobody else asks, either.
    """
    with parts.database.transaction() as tx:
        sealed = connections.sealed(tx, connection_id)
        resting = _resting(sealed, tx.now)
        if resting is not None:
            raise resting
        until = tx.now + LEASE
        if not connections.claim_refresh(tx, connection_id, until=until):
            raise Unavailable("the token of this connection is being refreshed; try again in a moment")
    try:
        yield
    except Throttled as exc:
        raise _rest(parts, sealed.connection, exc) from exc
    finally:
        with parts.database.transaction() as tx:
            connections.release_refresh(tx, connection_id, lease=until)


def _check_authorized(sealed: Sealed) -> None:
    connection = sealed.connection
    usable = connection.state in {ConnectionState.PENDING, ConnectionState.ENABLED}
    if sealed.grant is None or not usable:
        raise AuthFailed(
            f"the account of connection '{connection.name}' has not consented, or no longer does; "
            f"authorize it with `contactctl connections authorize {connection.name}`"
        )
