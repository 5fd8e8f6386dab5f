"""What is sealed of a connection, and how it is put in and taken out.

Rule: in the clear these are only ever arguments on their way to a child.
"""

import msgspec

from contactd.domain.nouns import Connection
from contactd.domain.words import ConnectionState
from contactd.store import connections
from contactd.store.connections import Sealed
from contactd.store.database import Transaction
from contactd.store.seal import Sealer
from contactd_sdk import DeviceCode, Grant, Token

_TABLE = "connection"


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    """A consent that was begun: what a person brings back is held against it, once.

    *state* is the hash of the text that went along, *expires* a time in
    microseconds, *settings* those that were given with it. In a browser it comes
    back to *redirect*, and *verifier* proves that we began it. On another
    *device* it is asked after, and not before *asked_after*.
    """

    state: str
    expires: int
    settings: dict[str, str]
    redirect: str = ""
    verifier: str = ""
    device: DeviceCode | None = None
    asked_after: int = 0

    def __repr__(self) -> str:
        return "Consent('…')"


def seal_secrets(sealer: Sealer, connection_id: int, secrets: dict[str, str]) -> bytes | None:
    """Seal the secret settings of a connection, if it has any."""
    return _seal(sealer, "secrets", connection_id, secrets) if secrets else None


def settings(sealer: Sealer, sealed: Sealed) -> dict[str, str]:
    """Give all settings of a connection, the secret ones too."""
    if sealed.secrets is None:
        return dict(sealed.connection.settings)
    secrets = _open(sealer, "secrets", sealed, sealed.secrets)
    return sealed.connection.settings | msgspec.json.decode(secrets, type=dict[str, str])


def seal_grant(sealer: Sealer, connection_id: int, grant: Grant) -> bytes:
    """Seal what an account gave for good."""
    return _seal(sealer, "grant_sealed", connection_id, grant)


def grant(sealer: Sealer, sealed: Sealed) -> Grant:
    """Give the grant of a connection, whose account must have consented."""
    if sealed.grant is None:
        raise ValueError("there is no grant to open")
    return msgspec.json.decode(_open(sealer, "grant_sealed", sealed, sealed.grant), type=Grant)


def seal_token(sealer: Sealer, connection_id: int, token: Token) -> bytes:
    """Seal a token."""
    return _seal(sealer, "token_sealed", connection_id, token)


def token(sealer: Sealer, sealed: Sealed) -> Token | None:
    """Give the last token of a connection, if there was one."""
    if sealed.token is None:
        return None
    return msgspec.json.decode(_open(sealer, "token_sealed", sealed, sealed.token), type=Token)


def seal_consent(sealer: Sealer, connection_id: int, consent: Consent) -> bytes:
    """Seal what is remembered of a consent that was begun."""
    return _seal(sealer, "consent_sealed", connection_id, consent)


def consent(sealer: Sealer, sealed: Sealed) -> Consent | None:
    """Give the consent that was begun and not given yet, if there is one."""
    if sealed.consent is None:
        return None
    return msgspec.json.decode(_open(sealer, "consent_sealed", sealed, sealed.consent), type=Consent)


def refuse(tx: Transaction, connection_id: int, *, generation: int, by: str) -> Connection:
    """Note that the account refuses the grant of *generation*; a newer one is left alone."""
    now = connections.by_id(tx, connection_id)
    if now.credential_generation != generation or now.state is not ConnectionState.ENABLED:
        return now
    connections.tell(tx, "connection_credential_refused", now, by, generation=generation)
    state = ConnectionState.CREDENTIAL_INVALID.value
    return connections.change(tx, connection_id, state=state, token_sealed=None, token_expires=0)


def _seal(sealer: Sealer, column: str, connection_id: int, secret: Grant | Token | Consent | dict[str, str]) -> bytes:
    return sealer.seal(msgspec.json.encode(secret), table=_TABLE, column=column, row=connection_id)


def _open(sealer: Sealer, column: str, sealed: Sealed, octets: bytes) -> bytes:
    return sealer.open(octets, table=_TABLE, column=column, row=sealed.connection.id)
