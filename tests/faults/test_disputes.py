"""What is disputed about Zoho (FACTS.md "9"), either way: the same customers are read, and nobody is lost."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from contactd_books.product import BOOKS
from contactd_invoice.product import INVOICE
from contactd_sdk import Misconfigured, Record, Window
from contactd_zoho_sandbox.control import Sandbox
from faults.world import World, connect

FIELDS = frozenset({"email", "last_name"})

#: Every switch the other way, and those that a connector meets together.
TURNS: dict[str, dict[str, Any]] = {
    "as usual": {},
    "foreign organizations are 401": {"foreign_status": 401},
    "what is gone is 400": {"gone_status": 400},
    "what is gone is code 5": {"gone_code": 5},
    "what is gone is 400 code 5": {"gone_status": 400, "gone_code": 5},
    "the bound leaves its second out": {"bound_inclusive": False},
    "bad values are ignored": {"bad_filter": "ignored", "bad_time": "ignored"},
    "inactive ones are left out unless asked for": {"default_filter": "Status.Active"},
    "long pages are refused": {"long_page": "refused"},
    "no filter by time": {"books_ignores": ["last_modified_time"], "invoice_ignores": ["last_modified_time"]},
    "no order": {"books_ignores": ["sort_column"], "invoice_ignores": ["sort_column"]},
    "descending is ascending": {"books_ignores": ["sort_order"], "invoice_ignores": ["sort_order"]},
    "neither order nor filter": {
        "books_ignores": ["last_modified_time", "sort_column", "contact_type"],
        "invoice_ignores": ["last_modified_time", "sort_column", "contact_type"],
    },
    "vendors are mixed in": {"books_ignores": ["contact_type"]},
    "Invoice tells vendors apart": {"invoice_ignores": []},
    "each has a quota": {"quota_shared": False},
    "blocks grow": {"block_grows": True},
}


@dataclass
class Town:
    """A sandbox with two pages of customers, and some whom a reading could miss or mistake."""

    sandbox: Sandbox
    vendor: str
    inactive: str
    changed: str
    #: When *changed* was changed, and nobody else since.
    moment: datetime


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    with Sandbox.start(generate=205) as sandbox:
        vendor = sandbox.add("A Vendor", contact_type="vendor", email="vendor@posteo.de")
        inactive = sandbox.add("Inactive", status="inactive", email="inactive@posteo.de")
        sandbox.advance(3600)
        changed = sandbox.add("Changed", email="changed@posteo.de")
        moment = datetime.fromisoformat(sandbox.get(changed)["last_modified_time"])
        yield Town(sandbox, vendor, inactive, changed, moment)


@pytest.fixture
def switched(town: Town, turn: str) -> Iterator[Town]:
    before = town.sandbox.state()["switches"]
    town.sandbox.switch(**TURNS[turn])
    yield town
    town.sandbox.switch(**before)
    town.sandbox.clear_journal()


@pytest.fixture(params=[BOOKS, INVOICE], ids=["books", "invoice"])
def world(request: pytest.FixtureRequest, switched: Town) -> World:
    return connect(switched.sandbox, switched.changed, request.param)


def read(world: World, since: datetime | None = None) -> list[Record]:
    with world.source() as source:
        return [row for page in source.pages(None, Window("contacts", FIELDS, since=since)) for row in page.records]


def customers(records: list[Record]) -> list[str]:
    return sorted(record.id for record in records if record.customer)


@pytest.mark.parametrize("turn", TURNS)
def test_a_reading_of_all_brings_every_customer_once_and_no_vendor(world: World, switched: Town) -> None:
    found = customers(read(world))

    assert len(found) == len(set(found)) == 207
    assert {switched.inactive, switched.changed} < set(found)
    assert switched.vendor not in found


@pytest.mark.parametrize("turn", TURNS)
def test_what_changed_is_brought_whatever_the_server_makes_of_order_and_filter(world: World, switched: Town) -> None:
    found = customers(read(world, since=switched.moment - timedelta(seconds=1)))

    # Where nothing is in order the front is read again; one who comes twice has one outcome in a run.
    assert set(found) == {switched.changed}
    assert len(world.sandbox.journal("*/contacts")) <= 4


@pytest.mark.parametrize("turn", TURNS)
def test_only_who_is_gone_is_gone(world: World, switched: Town) -> None:
    deleted = switched.sandbox.add("Deleted")
    switched.sandbox.delete(deleted)

    with world.source() as source:
        gone = source.gone("contacts", [deleted, switched.changed])

    assert gone == {deleted}


@pytest.mark.parametrize("turn", TURNS)
def test_nobody_is_gone_from_an_organization_that_is_not_ours(world: World, switched: Town) -> None:
    world.organization = "1"

    with world.source() as source, pytest.raises(Misconfigured) as told:
        source.gone("contacts", [switched.changed])

    assert told.value.setting == "organization"
