"""Contacts and their values, as people type them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from contactctl.failures import usage

if TYPE_CHECKING:
    from google.protobuf.struct_pb2 import Value

    from contactctl.daemon import Daemon
    from contactd_proto.v1.contact_pb2 import Contact, SubscriptionType

contact_argument = click.argument("contact", metavar="CONTACT|ADDRESS")


def found(daemon: "Daemon", said: str) -> "Contact":
    """Ask for the contact that was said by its number or its address."""
    from contactd_proto.v1.contact_pb2 import GetContactRequest, LookupContactRequest

    if "@" in said:
        lookup = LookupContactRequest(parent=daemon.names.parent, email=said)
        return daemon.call(daemon.contacts.LookupContact, lookup)
    return daemon.call(daemon.contacts.GetContact, GetContactRequest(name=daemon.names.contact(said)))


def named(daemon: "Daemon", said: str) -> str:
    """Give the full name of the contact that was said by its number or its address."""
    return found(daemon, said).name if "@" in said else daemon.names.contact(said)


def subscription_type_number(said: str | None) -> "SubscriptionType.ValueType":
    """Give the contract's number for a type of mail as people type it; unsaid stays unsaid."""
    from contactd_proto.v1.contact_pb2 import SUBSCRIPTION_TYPE_UNSPECIFIED, SubscriptionType

    if said is None:
        return SUBSCRIPTION_TYPE_UNSPECIFIED
    return SubscriptionType.Value(f"SUBSCRIPTION_TYPE_{said.replace('-', '_').upper()}")


def said_values(pairs: Iterable[str], cleared: Iterable[str] = ()) -> dict[str, "Value"]:
    """Make values of `FIELD=VALUE`; a field that is said several times has all of them, a *cleared* one none.

    Raises:
        Failure: one of them has no field, or no `=`.
    """
    from google.protobuf.struct_pb2 import NULL_VALUE, ListValue, Value

    said: dict[str, list[str]] = {}
    for pair in pairs:
        field, equals, value = pair.partition("=")
        if not field or not equals:
            raise usage(f"'{pair}' is no value: write FIELD=VALUE")
        said.setdefault(field, []).append(value)
    values = {
        field: Value(string_value=texts[0])
        if len(texts) == 1
        else Value(list_value=ListValue(values=[Value(string_value=text) for text in texts]))
        for field, texts in said.items()
    }
    return {**values, **{field: Value(null_value=NULL_VALUE) for field in cleared}}


def joined_and_left(said: Iterable[str]) -> tuple[list[str], list[str]]:
    """Sort `+NAME` (or `NAME`) and `-NAME` into those to join and those to leave.

    Raises:
        Failure: one of them names nothing.
    """
    join: list[str] = []
    leave: list[str] = []
    for one in said:
        name = one.removeprefix("+").removeprefix("-")
        if not name:
            raise usage(f"'{one}' names nothing: write +NAME to join, -NAME to leave")
        (leave if one.startswith("-") else join).append(name)
    return join, leave
