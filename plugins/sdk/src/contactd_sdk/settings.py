"""The settings of a kind: a frozen dataclass whose fields describe themselves.

    @dataclass(frozen=True, slots=True, kw_only=True)
    class AcmeSettings:
        url: str = setting("Where Acme answers.", address=True)
        token: Secret = setting("An API token with the scope `contacts.read`.")

A field is `str`, `int`, `bool` or `Secret`. What a person gave is checked as a
whole: every fault is told at once.
"""

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass
from typing import Any, TypeVar, get_type_hints
from urllib.parse import urlsplit

import msgspec

_Settings = TypeVar("_Settings")


class Secret:
    """A text that shows itself as `Secret('…')` wherever it is printed."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Give the text itself, for the one call that needs it."""
        return self._text

    def __repr__(self) -> str:
        return "Secret('…')"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(repr(self), spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> Any:
        raise TypeError("a Secret is not written down by itself")


def setting(
    help: str,  # noqa: A002  the word users of click and argparse know
    *,
    default: Any = MISSING,
    address: bool = False,
    choices: tuple[str, ...] = (),
    bounds: tuple[int, int] | None = None,
) -> Any:
    """Describe one setting: *help* is a sentence for the person who fills it in.

    Without *default* it is required. *address*: its text is the base address of
    a server, checked against the hosts that are allowed. *choices*: the words
    that its text may be, where there are only some. *bounds*: the least and the
    most that a number may be.
    """
    metadata = {"contactd": {"help": help, "address": address, "choices": choices, "bounds": bounds}}
    return dataclasses.field(default=default, metadata=metadata)


class SettingSchema(msgspec.Struct, frozen=True):
    """One setting as a form shows it. *type* is one of text, number, boolean, secret."""

    name: str
    help: str
    type: str
    required: bool
    default: str | int | bool | None = None
    address: bool = False
    choices: tuple[str, ...] = ()
    bounds: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class SettingFault:
    """What is wrong with one setting, as a sentence."""

    name: str
    message: str


class SettingsInvalid(Exception):
    """Some settings cannot be used: *faults* has all of them."""

    def __init__(self, faults: tuple[SettingFault, ...]) -> None:
        super().__init__(" ".join(fault.message for fault in faults))
        self.faults = faults


#: A number as people write it. `int` takes more: other scripts, blanks and underscores.
_NUMBER = re.compile(r"-?[0-9]{1,18}")

_TYPES: dict[Any, str] = {str: "text", int: "number", bool: "boolean", Secret: "secret"}


def schema(settings: type[Any]) -> tuple[SettingSchema, ...]:
    """Describe the settings class *settings*.

    Raises:
        TypeError: it is no dataclass, or a field has a type that a form cannot ask for.
    """
    hints = get_type_hints(settings)
    rows = []
    for field in dataclasses.fields(settings):
        if hints[field.name] not in _TYPES:
            raise TypeError(f"setting '{field.name}' of {settings.__name__} must be str, int, bool or Secret")
        about = field.metadata.get("contactd", {"help": "", "address": False, "choices": (), "bounds": None})
        required = field.default is MISSING
        default = field.default if isinstance(field.default, str | int | bool) else None
        kind = _TYPES[hints[field.name]]
        more = (required, default, about["address"], about["choices"], about["bounds"])
        rows.append(SettingSchema(field.name, about["help"], kind, *more))
    return tuple(rows)


def check(schemas: tuple[SettingSchema, ...], given: Mapping[str, str]) -> tuple[SettingFault, ...]:
    """Hold what a person gave against *schemas* and tell every fault."""
    known = {row.name: row for row in schemas}
    faults = [
        SettingFault(name, f"there is no setting '{name}'; the settings are {', '.join(known) or 'none'}")
        for name in given
        if name not in known
    ]
    for row in schemas:
        fault = _fault(row, given.get(row.name))
        if fault is not None:
            faults.append(SettingFault(row.name, fault))
    return tuple(faults)


def _fault(row: SettingSchema, text: str | None) -> str | None:
    if not text:
        return f"setting '{row.name}' is missing: {row.help}" if row.required else None
    if row.type == "number":
        return _number_fault(row, text)
    if row.type == "boolean" and text not in {"true", "false"}:
        return f"setting '{row.name}' must be 'true' or 'false'"
    if row.choices and text not in row.choices:
        return f"setting '{row.name}' must be one of {', '.join(row.choices)}"
    if row.address and not _is_address(text):
        return f"setting '{row.name}' must be an address such as https://accounts.example.com"
    return None


def _number_fault(row: SettingSchema, text: str) -> str | None:
    if not _NUMBER.fullmatch(text):
        return f"setting '{row.name}' must be a whole number of at most 18 digits, such as 20"
    if row.bounds is not None and not row.bounds[0] <= int(text) <= row.bounds[1]:
        return f"setting '{row.name}' is {text}, and must be from {row.bounds[0]} to {row.bounds[1]}"
    return None


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def read(settings: type[_Settings], given: Mapping[str, str], *, withheld: bool = False) -> _Settings:
    """Make an instance of *settings* from text.

    *withheld*: secrets were kept back on purpose and are empty. That is how a
    source sees the settings of a kind that has an authorizer: it is given a
    token instead.

    Raises:
        SettingsInvalid: with every fault there is.
    """
    schemas = schema(settings)
    hidden = tuple(row for row in schemas if withheld and row.type == "secret")
    shown = tuple(row for row in schemas if row not in hidden)
    faults = check(shown, given)
    if faults:
        raise SettingsInvalid(faults)
    values = {row.name: _value(row, given[row.name]) for row in shown if given.get(row.name)}
    return settings(**values, **{row.name: Secret("") for row in hidden})


def _value(row: SettingSchema, text: str) -> str | int | bool | Secret:
    if row.type == "number":
        return int(text)
    if row.type == "boolean":
        return text == "true"
    return Secret(text) if row.type == "secret" else text
