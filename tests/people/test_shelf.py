"""What sources keep between runs: found by record and stamp, and gone with whoever is erased."""

from datetime import timedelta

import pytest

from contactd.domain.words import ConnectionState
from contactd.engine.accounts.shelves import ConnectionShelf
from contactd.engine.schedule.retention import Kept, Pruner
from contactd.store import connections
from contactd_sdk import Shelved
from fakes.house import EPOCH, House, record
from people.desk import Desk
from people.test_erasure import traces

WANDA = "wanda.zyzzyva@quokka.example"
PAYLOAD = b"Wandalina of Bandicoot Ltd, wanda.zyzzyva@quokka.example"


def shelved(number: str, *addresses: str, payload: bytes = b"something", stamp: int = 0) -> Shelved:
    return Shelved(number, EPOCH + timedelta(seconds=stamp), list(addresses), payload)


@pytest.fixture
def shelf(desk: Desk, house: House) -> ConnectionShelf:
    with house.database.reading() as r:
        connection = connections.by_id(r, house.sync.connection_id)
    return ConnectionShelf(desk.parts, connection)


def found(shelf: ConnectionShelf, *numbers: str, stamp: int = 0, module: str = "contacts") -> dict[str, bytes]:
    return shelf.find(module, dict.fromkeys(numbers, EPOCH + timedelta(seconds=stamp)))


def test_what_is_kept_is_found_by_module_record_and_stamp(shelf: ConnectionShelf) -> None:
    shelf.keep("contacts", [shelved("1", payload=b"one"), shelved("2", payload=b"two")])

    assert found(shelf, "1", "2", "3") == {"1": b"one", "2": b"two"}
    assert found(shelf, "1", stamp=1) == {}
    assert found(shelf, "1", module="vendors") == {}


def test_what_is_kept_again_replaces_what_was(shelf: ConnectionShelf) -> None:
    shelf.keep("contacts", [shelved("1", payload=b"old")])

    shelf.keep("contacts", [shelved("1", payload=b"new", stamp=5)])

    assert found(shelf, "1") == {}
    assert found(shelf, "1", stamp=5) == {"1": b"new"}


def test_no_trace_of_an_erased_person_stays_on_the_shelf(desk: Desk, house: House, shelf: ConnectionShelf) -> None:
    house.run([record(1, WANDA), record(2)])
    # By address as another person of a customer, by record where no address is told, and somebody else.
    shelf.keep("contacts", [shelved("7", "boss@example.com", "Wanda.Zyzzyva@quokka.example", payload=PAYLOAD)])
    shelf.keep("contacts", [shelved("1", payload=PAYLOAD), shelved("2", "person2@example.com")])

    desk.erase(WANDA)

    assert found(shelf, "1", "2", "7") == {"2": b"something"}
    assert traces(house) == set()


def test_what_is_kept_of_a_customer_goes_with_a_person_there(desk: Desk, house: House, shelf: ConnectionShelf) -> None:
    house.run([record(1, WANDA)])
    with house.database.transaction() as tx:
        tx.fast("UPDATE link SET source_id = '460/46001'")
    shelf.keep("contacts", [shelved("460", payload=PAYLOAD), shelved("461")])

    desk.erase(WANDA)

    assert found(shelf, "460", "461") == {"461": b"something"}


def test_what_holds_an_erased_address_is_not_kept(desk: Desk, house: House, shelf: ConnectionShelf) -> None:
    desk.erase(WANDA)

    shelf.keep("contacts", [shelved("1", "WANDA.zyzzyva@quokka.example", payload=PAYLOAD), shelved("2")])

    assert found(shelf, "1", "2") == {"2": b"something"}
    assert traces(house) == set()


def test_nothing_is_kept_for_a_connection_that_is_disabled(house: House, shelf: ConnectionShelf) -> None:
    with house.database.transaction() as tx:
        connections.change(tx, house.sync.connection_id, state=ConnectionState.DISABLED)

    shelf.keep("contacts", [shelved("1")])

    assert found(shelf, "1") == {}


def test_what_nobody_has_found_for_400_days_is_forgotten(house: House, shelf: ConnectionShelf) -> None:
    shelf.keep("contacts", [shelved("1"), shelved("2")])
    house.clock += timedelta(days=300)
    found(shelf, "1")
    house.clock += timedelta(days=101)

    Pruner(house.database, Kept()).prune()

    assert found(shelf, "1", "2") == {"1": b"something"}
