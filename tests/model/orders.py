"""What the model is told of a sync and of one reading, and the first look at each record (rows 1 to 13)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from contactd_sdk import Record, Value
from model.people import ADDRESSES, BY_HAND, MARKETING, Contact, Store

#: Source field to contact field, as syncs map them.
MAPPING: Mapping[str, str] = {"first": "first-name", "company": "company", "size": "employees"}

#: Stands for a value that its field cannot take.
_NONSENSE: Final = object()

#: Stands for the reason of a record that is gone.
DELETED_THERE = "deleted there"


@dataclass(frozen=True)
class Order:
    """A standing order: a sync as its people set it up."""

    sync: int = 1
    list: int = 1
    type: str = MARKETING
    topics: tuple[int, ...] = ()
    basis: str = ""
    update_empty: bool = False
    inactive: str = "sync"
    roles: str = "skip"
    typo: str = "known"
    on_leave: str = "keep"
    suppressed: str = "skip"
    raise_type: bool = False
    strict: bool = False
    #: The source fields that are mapped, beside the address.
    maps: tuple[str, ...] = tuple(MAPPING)
    #: How often it was edited: a record that was looked at before is no news no more.
    edits: int = 0
    #: The company that a record must have, empty for all records: `company is "…"`.
    company: str = ""
    after: datetime | None = None
    connection: int = 1
    #: That of the connection: a higher one goes before a lower one.
    priority: int = 0


@dataclass(frozen=True)
class Reading:
    """What one run reads. *slipped* are there though the pages passed over them."""

    records: tuple[Record, ...]
    malformed: tuple[str, ...] = ()
    sweep: bool = False
    slipped: frozenset[str] = frozenset()
    #: What was changed until then and is as it was is no news; None: everything is.
    known_until: datetime | None = None


class Good(NamedTuple):
    """An eligible record: the key it carries and what it says."""

    key: str
    rank: tuple[int, int]
    values: dict[str, Value]
    modified: datetime | None
    email: str


def rank_of(record: Record) -> tuple[int, int]:
    """Place a record in the order of the W-rule: the smallest (created, id) owns."""
    return (int(record.created.timestamp()) if record.created else 0, int(record.id))


def mapped(record: Record, order: Order) -> dict[str, Value]:
    """Give the contact fields that *record* speaks of; None is empty, absent is unknown or not to be understood."""
    said = {MAPPING[source]: record.values[source] for source in order.maps if source in record.values}
    understood = {name: _number(value) if name == "employees" else value for name, value in said.items()}
    return {name: value if value != "" else None for name, value in understood.items() if value is not _NONSENSE}


def _number(value: Value) -> Any:
    """Give *value* as a field for numbers keeps it; histories know digits and words."""
    text = str(value or "")
    return _NONSENSE if text.isalpha() else text and int(text)


def look(record: Record, order: Order, store: Store, home: Contact | None) -> Good | str:
    """Give the record of *home* as an eligible one, or the reason why it is none: the first row that matches."""
    return _record_level(record, order) or _address_level(record, order, store, home)


def _record_level(record: Record, order: Order) -> str:
    gone = record.deleted or (record.inactive and order.inactive == "remove" and record.customer)
    company = record.values.get("company")
    outside = order.company and (not isinstance(company, str) or company.casefold() != order.company.casefold())
    rows = (
        (gone, DELETED_THERE),
        (not record.customer, "not_customer"),
        (record.inactive and order.inactive == "skip", "inactive"),
        (order.after and record.modified and record.modified <= order.after, "before_window"),
        (outside, "criteria"),
    )
    return next((reason for holds, reason in rows if holds), "")


def _choices(order: Order) -> dict[str, str]:
    return {
        "typo": "invalid_pattern" if order.typo == "known" else "",
        "role_address": "role_address" if order.roles == "skip" else "",
    }


def said(record: Record, order: Order, home: Contact | None) -> Good:
    """Give what *record* says, whatever is held against it; an address that a person wrote on *home* stands for its."""
    given = str(record.values["email"])
    key = ADDRESSES[given][0] or ""
    if home is not None and home.key is not None and home.origin.get("email", (0, 0))[0] == BY_HAND:
        given, key = home.email, home.key
    return Good(key, rank_of(record), mapped(record, order), record.modified, given)


def _address_level(record: Record, order: Order, store: Store, home: Contact | None) -> Good | str:
    key, against = ADDRESSES[str(record.values.get("email") or "")]
    against = _choices(order).get(against, against)
    if key is None or against:
        return against
    good = said(record, order, home)
    return store.forbidden(good.key) or _rejected(record, order) or good


def _rejected(record: Record, order: Order) -> str:
    """Row 17: a value that its field cannot take."""
    spoken = {MAPPING[source] for source in order.maps if source in record.values}
    return "rejected" if order.strict and spoken != mapped(record, order).keys() else ""
