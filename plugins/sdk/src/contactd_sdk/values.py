"""The values that pass between a source and the daemon.

They travel as MessagePack between two processes: frozen, checked on arrival,
and nothing but plain values inside.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

#: A time with a zone: one without is refused on arrival.
Aware = Annotated[datetime, msgspec.Meta(tz=True)]

#: What a field of a record may hold. Amounts are canonical decimal text
#: (`"12.50"`), never floats; dates `"2026-01-31"`; times RFC 3339 with an
#: offset. `None` and `""` are both empty. A key that is absent is unknown, and
#: leaves what the contact has alone (daemon/REQUIREMENTS.md 1.5, "Empty values").
Value = str | int | bool | list[str] | None


class Record(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One customer as the source has it.

    *id* is the source's own and never changes. *created* and *modified* are
    aware times, or `None` where the source has none: such a record is never
    older than any bound. *title* is what a person would call the record.
    """

    id: str
    values: dict[str, Value]
    title: str = ""
    created: Aware | None = None
    modified: Aware | None = None
    customer: bool = True
    inactive: bool = False
    deleted: bool = False


class Malformed(msgspec.Struct, frozen=True, array_like=True):
    """A record that could not be read: its raw text, kept for the export, and why."""

    raw: str
    why: str


class Page(msgspec.Struct, frozen=True, array_like=True):
    """Some records, and the cursor that names the page after them.

    *cursor* is `None` on the last page. *total* is how many records the whole
    reading will bring, where the source says so. *as_of* is the time at the
    source when this reading began, by the source's own clock, where it tells:
    what changed later may be missing from the pages. *note* is a sentence for
    whoever runs the daemon, without an address or a secret: it goes to the log.
    """

    records: list[Record]
    cursor: str | None
    malformed: list[Malformed] = []
    total: int | None = None
    as_of: Aware | None = None
    note: str = ""


class Window(msgspec.Struct, frozen=True, array_like=True):
    """What a reading is to bring.

    *since*: records modified at or after that time, and more where the source
    cannot tell; `None` asks for all. *fields*: the source fields whose values
    are wanted; others may be left out. *module*: the kind's module to read.
    """

    module: str
    fields: frozenset[str]
    since: Aware | None = None


class FieldType(StrEnum):
    """The types a field can have (daemon/REQUIREMENTS.md 1.2)."""

    TEXT = "text"
    EMAIL = "email"
    NUMBER = "number"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    URL = "url"
    PHONE = "phone"
    COUNTRY = "country"
    ENUM = "enum"
    TAGS = "tags"


class Preset(StrEnum):
    """The contact fields that a source field may be mapped to without being asked (R31)."""

    EMAIL = "email"
    FIRST_NAME = "first-name"
    LAST_NAME = "last-name"


class SourceField(msgspec.Struct, frozen=True):
    """A field that a module offers for mapping.

    *name* is the key in `Record.values`, *title* what people call it. *detail*:
    its value costs the source a call for every record that changed. *drifts*:
    its value moves without the record counting as modified, so that only a full
    reading brings it.
    """

    name: str
    title: str
    type: FieldType
    preset: Preset | None = None
    custom: bool = False
    detail: bool = False
    drifts: bool = False


class Module(msgspec.Struct, frozen=True):
    """A set of records that a kind can read: its name, and what its users call it.

    *fields* are known beforehand and those of this module alone.
    """

    name: str
    title: str
    fields: tuple[SourceField, ...] = ()


class Organization(msgspec.Struct, frozen=True):
    """An organization that an account can see."""

    id: str
    name: str
    time_zone: str = ""
    default: bool = False


class Account(msgspec.Struct, frozen=True):
    """Whose account it is: compared with the owner's address (R5)."""

    email: str


class Grant(msgspec.Struct, frozen=True):
    """What an account gave us for good, opaque to the daemon, which seals it."""

    secrets: dict[str, str]

    def __repr__(self) -> str:
        return "Grant('…')"


class Token(msgspec.Struct, frozen=True):
    """What opens the source for a while: *value* until *expires* (aware), at *endpoint*."""

    value: str
    expires: Aware
    endpoint: str

    def __repr__(self) -> str:
        return f"Token('…', expires={self.expires.isoformat()}, endpoint={self.endpoint!r})"


_RECORD = msgspec.msgpack.Encoder()
_RECORDS = msgspec.msgpack.Decoder(Record)


def packed(record: Record) -> bytes:
    """Give *record* as bytes: the same ones for the same record."""
    return _RECORD.encode(record)


def unpacked(octets: bytes) -> Record:
    """Give the record that `packed` made *octets* of."""
    return _RECORDS.decode(octets)
