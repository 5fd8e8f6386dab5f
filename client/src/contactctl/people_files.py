"""What a line of a file says of a person, or of an address that gets no mail.

Rule: files that contactctl wrote come in again as they are. Their columns that
tell of something else than the person are passed over, but only where all of
them are there; in any other file every column is a contact field.
"""

from collections.abc import Mapping
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

from contactctl.incoming import Row

if TYPE_CHECKING:
    from google.protobuf.struct_pb2 import Value

    from contactd_proto.v1.suppression_pb2 import Suppression

#: The columns of `runs skipped`, before the mapped values. A test compares them.
SKIPPED_COLUMNS = (
    "run_time",
    "source_id",
    "name",
    "address",
    "outcome",
    "reason",
    "explanation",
    "suggestion",
    "winner",
    "raw",
)
#: The columns of `contacts export`, before the values. A test compares them.
CONTACT_COLUMNS = ("contact", "email", "subscription_type", "lawful_basis", "lists", "topics")
#: The columns of `suppressions export`. A test compares them.
SUPPRESSION_COLUMNS = ("email", "kind", "scope", "scope_id", "set_by", "evidence", "since", "digest")

#: What `--rejected` tells of a line, before its own cells. A test compares them.
REFUSED_COLUMNS = ("line", "email", "reason", "explanation", "suggestion")

_MARK = "field."


class Person(NamedTuple):
    """A line that says who somebody is."""

    line: int
    email: str
    values: dict[str, Any]


def person_of(row: Row) -> Person:
    """Read a line of a file of contacts."""
    cells = dict(row.cells)
    values = cells.pop("values", None)
    email = cells.pop("email", None) or ""
    for columns in (SKIPPED_COLUMNS, CONTACT_COLUMNS, REFUSED_COLUMNS):
        if set(columns) <= row.cells.keys():
            email = email or cells.get("address") or ""
            cells = {name: value for name, value in cells.items() if name not in columns}
    if isinstance(values, Mapping):
        cells |= values
    email = cells.pop("email", None) or email
    said = {name.removeprefix(_MARK): value for name, value in cells.items() if value not in ("", None)}
    return Person(row.line, str(email), said)


def fields_of(row: Row) -> set[str]:
    """Tell the contact fields that a line has a place for, empty ones too."""
    filled = Row(row.line, {name: value if isinstance(value, Mapping) else "x" for name, value in row.cells.items()})
    return set(person_of(filled).values)


def value_message(value: Any) -> "Value":
    """Turn a value of a file into one of the contract."""
    from google.protobuf.struct_pb2 import ListValue, Value

    match value:
        case bool():
            return Value(bool_value=value)
        case int() if abs(value) <= 2**53:
            return Value(number_value=value)
        case list():
            return Value(list_value=ListValue(values=[Value(string_value=str(part)) for part in value]))
        case _:
            return Value(string_value=str(value))


def print_of(email: str) -> bytes:
    """Give what tells an address from others in a few octets, so that those of a large file can be remembered."""
    return blake2b(email.strip().casefold().encode(), digest_size=8).digest()


def entry_of(row: Row, parent: str, kind: str) -> "Suppression":
    """Read a line of a suppression list; *kind* is meant where it says none.

    Raises:
        ValueError: it says something that is not known.
    """
    from contactd_proto.v1.suppression_pb2 import Suppression

    cells = {name: str(value or "").strip() for name, value in row.cells.items()}
    scope, group = cells.get("scope", ""), cells.get("scope_id", "")
    if scope not in {"", "workspace", "list", "topic"}:
        raise ValueError(f"its scope is '{scope}'; it can be workspace, list or topic")
    return Suppression(
        email=cells.get("email", ""),
        kind=_number(Suppression.Kind, "KIND", cells.get("kind", "") or kind),
        list=f"{parent}/lists/{group}" if scope == "list" else "",
        topic=f"{parent}/topics/{group}" if scope == "topic" else "",
        set_by=_number(Suppression.SetBy, "SET_BY", cells.get("set_by", "") or "account"),
        evidence=cells.get("evidence", ""),
    )


def _number(words: Any, prefix: str, said: str) -> Any:
    name = f"{prefix}_{said.replace('-', '_').upper()}"
    if name not in words.keys():  # noqa: SIM118  what the wrapper of an enumeration offers
        raise ValueError(f"'{said}' is not known there")
    return words.Value(name)
