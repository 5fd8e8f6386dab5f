"""Secrets in the store, and the key that opens them."""

import os
from typing import TypedDict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactd.domain.refusals import Conflict, Invalid
from contactd.store.seal import KEY_SIZE, Sealer, hold_key, store_key

KEY = bytes(range(KEY_SIZE))


class Place(TypedDict):
    """Where a secret is kept."""

    table: str
    column: str
    row: int


PLACE: Place = {"table": "connection", "column": "secrets", "row": 7}


@given(st.binary(max_size=300))
def test_what_was_sealed_opens_in_its_place(secret):
    sealer = Sealer(KEY)

    sealed = sealer.seal(secret, **PLACE)

    assert sealer.open(sealed, **PLACE) == secret


def test_the_same_secret_is_sealed_differently_each_time():
    sealer = Sealer(KEY)

    assert sealer.seal(b"secret", **PLACE) != sealer.seal(b"secret", **PLACE)


@pytest.mark.parametrize("moved", [{"table": "sync"}, {"column": "token_sealed"}, {"row": 8}])
def test_what_was_moved_does_not_open(moved):
    sealed = Sealer(KEY).seal(b"secret", **PLACE)

    with pytest.raises(Conflict) as caught:
        Sealer(KEY).open(sealed, **(PLACE | moved))

    assert caught.value.reason == "STORE_KEY_WRONG"


@pytest.mark.parametrize("octets", [b"", b"\0\1", b"\0\2" + bytes(60)])
def test_what_was_never_sealed_does_not_open(octets):
    with pytest.raises(Conflict):
        Sealer(KEY).open(octets, **PLACE)


def test_another_key_does_not_open():
    sealed = Sealer(KEY).seal(b"secret", **PLACE)

    with pytest.raises(Conflict):
        Sealer(bytes(KEY_SIZE)).open(sealed, **PLACE)


def test_derived_keys_differ_by_purpose_and_key():
    derived = {Sealer(KEY).derived("a"), Sealer(KEY).derived("b"), Sealer(bytes(KEY_SIZE)).derived("a"), KEY}

    assert len(derived) == 4


def test_a_store_is_held_to_its_key(database):
    with database.transaction() as tx:
        hold_key(tx, Sealer(KEY))
        hold_key(tx, Sealer(KEY))

    with database.transaction() as tx, pytest.raises(Conflict) as caught:
        hold_key(tx, Sealer(bytes(KEY_SIZE)))

    assert "this store was made with another key" in caught.value.message


def test_a_key_is_made_for_an_empty_store_and_found_again(tmp_path):
    path = tmp_path / "state" / "store.key"

    made = store_key(path, make=True)

    assert (made.made, len(made.octets)) == (True, KEY_SIZE)
    assert path.stat().st_mode & 0o777 == 0o400
    assert store_key(path).octets == made.octets
    assert not store_key(path).made


def test_a_key_does_not_show_itself(tmp_path):
    made = store_key(tmp_path / "store.key", make=True)

    assert repr(made.octets) not in repr(made)


def test_no_key_is_made_for_a_store_that_has_one(tmp_path):
    with pytest.raises(Invalid) as caught:
        store_key(tmp_path / "store.key")

    assert caught.value.faults[0].field == "store.key_file"
    assert "the store was made with one; put that one there" in caught.value.message
    assert not (tmp_path / "store.key").exists()


def test_a_key_that_others_can_read_is_refused(tmp_path):
    path = tmp_path / "store.key"
    path.write_bytes(KEY)
    path.chmod(0o440)

    with pytest.raises(Invalid) as caught:
        store_key(path)

    assert caught.value.message == (f"the store key '{path}' can be read by others (mode 0440); run: chmod 0400 {path}")


def test_what_is_no_key_is_refused(tmp_path):
    path = tmp_path / "store.key"
    path.write_bytes(b"too short")
    path.chmod(0o400)

    with pytest.raises(Invalid) as caught:
        store_key(path)

    assert "must be 32 octets, and is 9" in caught.value.message


def test_a_credential_goes_before_the_file(tmp_path):
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "store-key").write_bytes(KEY)

    key = store_key(tmp_path / "store.key", credentials=credentials, make=True)

    assert (key.octets, key.origin, key.made) == (KEY, "credential 'store-key'", False)


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    if os.geteuid() == 0:
        (tmp_path / "file").touch()
        path = tmp_path / "file" / "store.key"
    else:
        tmp_path.chmod(0o500)
        path = tmp_path / "store.key"

    with pytest.raises(Invalid) as caught:
        store_key(path, make=True)

    assert "cannot be made" in caught.value.message
