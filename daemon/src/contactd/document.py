"""A TOML document that is read whole, with every fault in it told at once.

Rule: what a person wrote wrongly becomes a `Fault` with its place, never an
exception; the caller goes on with the default and raises once, at the end.
"""

import difflib
import ipaddress
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Self, TypeVar

from contactd.domain.refusals import Fault

Value = TypeVar("Value")
Default = TypeVar("Default")

#: Turns what stands in the document into a value, or raises `ValueError` with a whole sentence.
Reader = Callable[[object], Value]

_UNITS = {"ms": "milliseconds", "s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_DURATION = re.compile(r"(\d{1,9})(ms|s|m|h|d)")
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?|\[[0-9a-f:]+\](:[0-9]{1,5})?")
_HIGHEST_PORT = 65535


class Section:
    """One table of the document. Left as a context, it tells of every setting that nobody asked for."""

    def __init__(self, path: str, entries: Mapping[str, Any], faults: list[Fault]) -> None:
        self._path = path
        self._entries = entries
        self._faults = faults
        self._known: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for name, value in self._entries.items():
            if name not in self._known:
                self._faults.append(Fault(self._place(name, value), self._unknown(name)))

    def take(self, name: str, read: Reader[Value], default: Default) -> Value | Default:
        """Take the setting *name*, or *default* when it is absent or cannot be used."""
        self._known.append(name)
        if name not in self._entries:
            return default
        try:
            return read(self._entries[name])
        except ValueError as exc:
            self.fault(name, str(exc))
            return default

    def must(self, name: str, read: Reader[Value], missing: str) -> Value | None:
        """Take the setting *name*, which may not be absent; *missing* says what to write."""
        if name not in self._entries:
            self.fault(name, missing)
        return self.take(name, read, None)

    def fault(self, name: str, message: str) -> None:
        """Say what is wrong with the setting *name*."""
        self._faults.append(Fault(self._below(name), message))

    def section(self, name: str) -> "Section":
        """Go into the table *name*; it is empty when it is absent."""
        self._known.append(name)
        entries = self._entries.get(name, {})
        if not isinstance(entries, dict):
            self.fault(name, f"'{name}' is a section: write [{self._below(name)}] on a line of its own")
            entries = {}
        return Section(self._below(name), entries, self._faults)

    def tables(self) -> list[str]:
        """Name the tables below this one that were not asked for by name."""
        return [name for name, value in self._entries.items() if isinstance(value, dict) and name not in self._known]

    def has(self, name: str) -> bool:
        """Whether *name* stands in the document."""
        return name in self._entries

    def _below(self, name: str) -> str:
        return f"{self._path}.{name}" if self._path else name

    def _place(self, name: str, value: object) -> str:
        if isinstance(value, dict):
            return f"[{self._below(name)}]"
        return self._below(name)

    def _unknown(self, name: str) -> str:
        kind = "setting" if self._path else "section"
        near = difflib.get_close_matches(name, self._known, n=1)
        if near:
            return f"there is no {kind} '{name}'; did you mean '{near[0]}'?"
        known = ", ".join(f"'{known}'" for known in self._known)
        return f"there is no {kind} '{name}'; there are {known}"


def text(value: object) -> str:
    """Read a text that is not empty."""
    if not isinstance(value, str) or not value:
        raise ValueError(f"write a text in quotes; it is {value!r}")
    return value


def texts(value: object) -> tuple[str, ...]:
    """Read a list of texts."""
    if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
        raise ValueError(f'write a list of texts, such as ["one", "two"]; it is {value!r}')
    return tuple(value)


def whole(lowest: int, highest: int) -> Reader[int]:
    """Read a whole number from *lowest* to *highest*."""

    def read(value: object) -> int:
        # A TOML boolean is an int to Python.
        if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
            raise ValueError(f"write a whole number from {lowest} to {highest}; it is {value!r}")
        return value

    return read


def one_of(*words: str) -> Reader[str]:
    """Read one of *words*."""

    def read(value: object) -> str:
        if value not in words:
            choice = ", ".join(f"'{word}'" for word in words)
            raise ValueError(f"write one of {choice}; it is {value!r}")
        return str(value)

    return read


def duration(value: object) -> timedelta:
    """Read a time such as "30s", "5m", "2h" or "90d"."""
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError(f'write a time with its unit, such as "500ms", "30s", "5m", "2h" or "90d"; it is {value!r}')
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def path(base: Path) -> Reader[Path]:
    """Read a path; a relative one starts from *base*, the folder of the document."""

    def read(value: object) -> Path:
        written = text(value)
        if written.startswith("~"):
            raise ValueError(f"write the whole path, without '~'; it is {value!r}")
        return base / written

    return read


def readable_file(base: Path) -> Reader[Path]:
    """Read the path of a file that is there and can be read."""

    def read(value: object) -> Path:
        found = path(base)(value)
        try:
            found.open("rb").close()
        except OSError as exc:
            raise ValueError(f"the file '{found}' cannot be read ({exc.strerror}); name one that can") from exc
        return found

    return read


def folders(base: Path) -> Reader[tuple[Path, ...]]:
    """Read a list of folders that are there."""

    def read(value: object) -> tuple[Path, ...]:
        found = tuple(path(base)(each) for each in texts(value))
        for each in found:
            if not each.is_dir():
                raise ValueError(f"there is no folder '{each}'; make it, or take it from the list")
        return found

    return read


def hosts(value: object) -> frozenset[str]:
    """Read a list of hosts, each with a port or without."""
    found = frozenset(each.lower() for each in texts(value))
    for each in sorted(found):
        if not _HOST.fullmatch(each):
            raise ValueError(f"write hosts as host or host:port, such as \"127.0.0.1:8080\"; '{each}' is neither")
    return found


def ip_address(value: object) -> str:
    """Read the number of an address; names are not looked up."""
    try:
        return str(ipaddress.ip_address(text(value)))
    except ValueError as exc:
        raise ValueError(f'write the number of an address, such as "0.0.0.0" or "::"; it is {value!r}') from exc


def loopback_endpoint(value: object) -> tuple[str, int]:
    """Read "ADDRESS:PORT" of this machine alone; port 0 takes a free one."""
    host, _, port = text(value).rpartition(":")
    try:
        address = ipaddress.ip_address(host.removeprefix("[").removesuffix("]"))
        number = whole(0, _HIGHEST_PORT)(int(port))
    except ValueError as exc:
        raise ValueError(f'write an address and a port, such as "127.0.0.1:9464"; it is {value!r}') from exc
    if not address.is_loopback:
        raise ValueError(
            f"'{value}' can be reached from other machines, which takes TLS: "
            'write an address such as "127.0.0.1:7444", or use [listen.tls]'
        )
    return str(address), number
