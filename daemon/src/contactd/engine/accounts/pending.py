"""A consent that was begun, as the store holds it: sealed, one of a connection, good once and for a while.

Rule: whoever does not know its state changes nothing. Of the state itself only
a hash is kept.
"""

import hashlib
import hmac
import secrets
from typing import NamedTuple

from msgspec.structs import replace

from contactd.domain.clock import SECOND
from contactd.domain.nouns import Connection
from contactd.domain.refusals import Conflict, Fault, Invalid
from contactd.engine.accounts import credentials
from contactd.engine.accounts.credentials import Consent
from contactd.engine.parts import Parts
from contactd.store import connections
from contactd.store.database import Transaction
from contactd_sdk import DeviceCode


class Claimed(NamedTuple):
    """A consent, and how many seconds are left until it may be asked after."""

    consent: Consent
    wait: int


def new_state() -> str:
    """Give a text that nobody can guess."""
    return secrets.token_urlsafe(32)


def print_of(state: str) -> str:
    """Give what is kept of a *state*."""
    return hashlib.sha256(state.encode()).hexdigest()


def put(parts: Parts, connection: Connection, consent: Consent, *, by: str) -> None:
    """Keep *consent*, in place of one that was begun before."""
    with parts.database.transaction() as tx:
        _keep(parts, tx, connection.id, consent)
        flow = "device" if consent.device else "browser"
        connections.tell(tx, "connection_consent_begun", connection, by, flow=flow)


def take(parts: Parts, connection: Connection, state: str, *, field: str) -> Consent:
    """Give the consent that *state* names, and forget it: it is good once.

    Raises:
        Conflict: none is under way, or it took too long.
        Invalid: another one is; *field* is where the state stands.
    """
    with parts.database.transaction() as tx:
        consent = _held(parts, tx, connection.id)
        ours = _is_named(consent, state)
        if ours:
            connections.keep_consent(tx, connection.id, None)
        now = tx.now
    return _checked(connection, consent, ours=ours, now=now, field=field)


def claim(parts: Parts, connection: Connection, state: str) -> Claimed:
    """Give the consent on another device that *state* names, to be asked after by one at a time.

    Raises:
        Conflict: none is under way, or it took too long.
        Invalid: another one is.
    """
    with parts.database.transaction() as tx:
        consent = _held(parts, tx, connection.id)
        ours = _is_named(consent, state)
        now = tx.now
        wait = _wait(consent, now) if consent else 0
        if ours and consent and consent.device and not wait:
            _keep(parts, tx, connection.id, _later(consent, consent.device, now))
    return Claimed(_checked(connection, consent, ours=ours, now=now, field="state"), wait)


def go_on(parts: Parts, connection: Connection, state: str, device: DeviceCode) -> None:
    """Ask after the consent that *state* names by *device* from now on, unless it is over."""
    with parts.database.transaction() as tx:
        consent = _held(parts, tx, connection.id)
        if consent and _is_named(consent, state):
            _keep(parts, tx, connection.id, _later(consent, device, tx.now))


def put_off(parts: Parts, connection: Connection, state: str, seconds: int) -> None:
    """Let nobody ask after the consent that *state* names for so many *seconds*, as long as it lasts."""
    with parts.database.transaction() as tx:
        consent = _held(parts, tx, connection.id)
        if consent and _is_named(consent, state):
            later = min(tx.now + seconds * SECOND, consent.expires)
            _keep(parts, tx, connection.id, replace(consent, asked_after=later))


def use(parts: Parts, connection: Connection, state: str) -> bool:
    """Forget the consent that *state* names, which was given, however late; tell whether it was still under way."""
    with parts.database.transaction() as tx:
        ours = _is_named(_held(parts, tx, connection.id), state)
        if ours:
            connections.keep_consent(tx, connection.id, None)
        return ours


def drop(parts: Parts, connection: Connection, state: str, *, by: str) -> None:
    """Forget the consent that *state* names, unless it is over."""
    with parts.database.transaction() as tx:
        if _is_named(_held(parts, tx, connection.id), state):
            connections.keep_consent(tx, connection.id, None)
            connections.tell(tx, "connection_consent_ended", connection, by)


def _held(parts: Parts, tx: Transaction, connection_id: int) -> Consent | None:
    return credentials.consent(parts.sealer, connections.sealed(tx, connection_id))


def _keep(parts: Parts, tx: Transaction, connection_id: int, consent: Consent) -> None:
    connections.keep_consent(tx, connection_id, credentials.seal_consent(parts.sealer, connection_id, consent))


def _is_named(consent: Consent | None, state: str) -> bool:
    return consent is not None and hmac.compare_digest(consent.state, print_of(state))


def _wait(consent: Consent, now: int) -> int:
    return max(0, -((now - consent.asked_after) // SECOND))


def _later(consent: Consent, device: DeviceCode, now: int) -> Consent:
    return replace(consent, device=device, asked_after=now + device.interval * SECOND)


def _checked(connection: Connection, consent: Consent | None, *, ours: bool, now: int, field: str) -> Consent:
    again = f"begin again with `contactctl connections authorize {connection.name}`"
    if consent is None:
        raise Conflict(
            f"no consent is under way for connection '{connection.name}': it was used, or never begun; {again}",
            reason="NO_CONSENT_BEGUN",
            name=connection.name,
        )
    if not ours:
        message = f"this is not the consent that was begun last for connection '{connection.name}'; {again}"
        raise Invalid(Fault(field, message), reason="CONSENT_UNKNOWN")
    if consent.expires <= now:
        raise Conflict(
            f"the consent that was begun for connection '{connection.name}' took too long; {again}",
            reason="CONSENT_EXPIRED",
            name=connection.name,
        )
    return consent
