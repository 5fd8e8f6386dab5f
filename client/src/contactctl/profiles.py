"""The user's own file of targets: `$XDG_CONFIG_HOME/contactctl/config.toml`.

[profiles.office]
address = "contacts.example.com:7443"
workspace = "sales"
token_file = "~/.config/contactctl/office.token"
tls_ca = "office-ca.pem"
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from contactctl.failures import Failure, usage

#: The profile that is taken when none is asked for, if there is one.
DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Profile:
    """Where to go and as whom. What is empty was not said."""

    address: str = ""
    workspace: str = ""
    token_file: str = ""
    tls_ca: str = ""
    tls_cert: str = ""
    tls_key: str = ""


_KEYS = frozenset(key.name for key in fields(Profile))
_FILES = ("token_file", "tls_ca", "tls_cert", "tls_key")


def config_file(environ: Mapping[str, str]) -> Path:
    """Tell where the file of profiles is, whether or not it exists."""
    base = environ.get("XDG_CONFIG_HOME") or Path(environ.get("HOME", "~")).expanduser() / ".config"
    return Path(base) / "contactctl" / "config.toml"


def find_profile(file: Path, name: str) -> Profile:
    """Read profile *name*, or the default one where *name* is empty.

    Raises:
        Failure: the file cannot be used, or has no such profile.
    """
    profiles = _read(file)
    if not name and DEFAULT not in profiles:
        return Profile()
    try:
        return profiles[name or DEFAULT]
    except KeyError:
        known = ", ".join(sorted(profiles)) or "none"
        raise usage(f"no profile is called '{name}' in {file}", f"profiles there: {known}") from None


def _read(file: Path) -> dict[str, Profile]:
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise usage(f"{file} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise usage(f"{file} is not TOML: {error}") from error
    if faults := _faults(document):
        raise _unusable(file, faults)
    tables: dict[str, dict[str, str]] = document.get("profiles", {})
    return {name: _profile(table, file.parent) for name, table in tables.items()}


def _unusable(file: Path, faults: list[str]) -> Failure:
    return usage(f"{file} has {len(faults)} fault{'s' if len(faults) > 1 else ''}", *faults)


def _faults(document: dict[str, Any]) -> list[str]:
    """Find all that is wrong, so that it can be mended in one go."""
    faults = [f"{key}: is not known; only [profiles.NAME] is" for key in document if key != "profiles"]
    tables = document.get("profiles", {})
    if not isinstance(tables, dict):
        return [*faults, "profiles: must be a table, as [profiles.NAME]"]
    for name, table in tables.items():
        faults += _profile_faults(f"profiles.{name}", table)
    return faults


def _profile_faults(place: str, table: Any) -> list[str]:
    if not isinstance(table, dict):
        return [f"{place}: must be a table"]
    known = ", ".join(sorted(_KEYS))
    return [
        f"{place}.{key}: is not known; known are {known}"
        if key not in _KEYS
        else f"{place}.{key}: must be text in quotes"
        for key, value in table.items()
        if key not in _KEYS or not isinstance(value, str)
    ]


def _profile(table: dict[str, str], folder: Path) -> Profile:
    """Make a profile whose files are meant from the place of the file that names them."""
    placed = {key: str(folder / Path(table[key]).expanduser()) for key in _FILES if table.get(key)}
    return Profile(**{**table, **placed})
