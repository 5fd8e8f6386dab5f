"""Secrets in the store, sealed so that the file alone tells nothing.

Rule: each value is bound to its place. A sealed text that is moved to another
row or column, or opened with another key, does not open.
"""

import hashlib
import hmac
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from contactd.domain.refusals import Conflict, Fault, Invalid
from contactd.store import tables
from contactd.store.database import Reading, Transaction

#: How many octets a store key has.
KEY_SIZE = 32

#: The name of the credential that systemd hands over.
CREDENTIAL = "store-key"

_NONCE_SIZE = 12
_VERSION_SIZE = 2
_META = tables.table(tables.StoreMeta)
_KEY_PRINT = "key_print"
_PRINT = _META.select().where(_META.c.name == _KEY_PRINT)


class Sealer:
    """Seals and opens values with one key. AES-256-GCM, a random nonce each."""

    def __init__(self, key: bytes, *, version: int = 1) -> None:
        """Take *key*, 32 octets; *version* counts the keys that this store has had."""
        if len(key) != KEY_SIZE:
            raise ValueError(f"a store key has {KEY_SIZE} octets")
        self._key = key
        self._cipher = AESGCM(key)
        self._version = version

    def seal(self, secret: bytes, *, table: str, column: str, row: int) -> bytes:
        """Seal *secret* for its place in the store."""
        version = self._version.to_bytes(_VERSION_SIZE, "big")
        nonce = os.urandom(_NONCE_SIZE)
        return version + nonce + self._cipher.encrypt(nonce, secret, _place(version, table, column, row))

    def open(self, sealed: bytes, *, table: str, column: str, row: int) -> bytes:
        """Open what was sealed for this place.

        Raises:
            Conflict: it was sealed with another key, or for another place.
        """
        version, rest = sealed[:_VERSION_SIZE], sealed[_VERSION_SIZE:]
        nonce, text = rest[:_NONCE_SIZE], rest[_NONCE_SIZE:]
        try:
            return self._cipher.decrypt(nonce, text, _place(version, table, column, row))
        except (InvalidTag, ValueError):
            raise Conflict(
                f"the store key does not open '{column}' of {table} {row}; "
                "start contactd with the key that this store was made with",
                reason="STORE_KEY_WRONG",
                table=table,
                column=column,
            ) from None

    def derived(self, purpose: str) -> bytes:
        """Give a key of its own for *purpose*, from which the store key cannot be told."""
        return hmac.digest(self._key, b"contactd|" + purpose.encode(), hashlib.sha256)


def _place(version: bytes, table: str, column: str, row: int) -> bytes:
    return f"{table}|{column}|{row}|{int.from_bytes(version, 'big')}".encode()


def is_held(r: Reading) -> bool:
    """Tell whether this store is held to a key: one that is not has nothing sealed in it."""
    return r.first(_PRINT) is not None


def hold_key(tx: Transaction, sealer: Sealer) -> None:
    """Write down which key this store is sealed with, and later hold every key against that.

    Raises:
        Conflict: the store was made with another key.
    """
    key_print = sealer.derived("key-print").hex()
    row = tx.first(_PRINT)
    if row is None:
        tx.execute(_META.insert().values(name=_KEY_PRINT, value=key_print))
    elif not hmac.compare_digest(row.value, key_print):
        raise Conflict(
            "this store was made with another key; start contactd with that one, "
            "by the credential 'store-key' or by [store] key_file",
            reason="STORE_KEY_WRONG",
        )


@dataclass(frozen=True, slots=True)
class StoreKey:
    """A store key, and where it came from; *made* says that it did not exist before."""

    octets: bytes = field(repr=False)
    origin: str
    made: bool = False


def store_key(key_file: Path, *, credentials: Path | None = None, make: bool = False) -> StoreKey:
    """Load the store key from systemd's folder of *credentials*, else from *key_file*.

    *make*: the store is held to none, so a key may be made if there is none.

    Raises:
        Invalid: there is none, others can read it, or it is no key.
    """
    if credentials is not None and _is_there(credentials / CREDENTIAL):
        return StoreKey(_octets(credentials / CREDENTIAL), f"credential '{CREDENTIAL}'")
    if _is_there(key_file):
        _check_private(key_file)
        return StoreKey(_octets(key_file), f"'{key_file}'")
    if not make:
        raise _fault(f"there is no store key at '{key_file}', and the store was made with one; put that one there")
    return StoreKey(_made(key_file), f"'{key_file}'", made=True)


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError as exc:
        raise _fault(f"the store key '{path}' cannot be reached: {exc.strerror}; let contactd into its folder") from exc


def _octets(path: Path) -> bytes:
    try:
        octets = path.read_bytes()
    except OSError as exc:
        raise _fault(f"the store key '{path}' cannot be read: {exc.strerror}; make it readable for contactd") from exc
    if len(octets) != KEY_SIZE:
        raise _fault(f"the store key '{path}' must be {KEY_SIZE} octets, and is {len(octets)}; put the right one there")
    return octets


def _check_private(path: Path) -> None:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise _fault(f"the store key '{path}' can be read by others (mode {mode:04o}); run: chmod 0400 {path}")


def _made(path: Path) -> bytes:
    octets = os.urandom(KEY_SIZE)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "wb") as file:
            file.write(octets)
            file.flush()
            os.fsync(file.fileno())
        _sync_folder(path.parent)
    except OSError as exc:
        raise _fault(
            f"the store key '{path}' cannot be made: {exc.strerror}; name another file in [store] key_file"
        ) from exc
    return octets


def _sync_folder(folder: Path) -> None:
    # A key that a power cut takes away takes every secret in the store with it.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _fault(message: str) -> Invalid:
    return Invalid(Fault("store.key_file", message))
