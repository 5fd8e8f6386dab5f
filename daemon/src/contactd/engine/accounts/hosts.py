"""Which hosts a kind of source may be pointed at.

Rule: the vendor's own, by https, and those that the operator of the daemon
allows in its configuration. What a caller types, or a vendor answers, never
decides where secrets are sent.
"""

import re
from collections.abc import Iterable

# Nothing but a host and a port before the path, and no odd sign anywhere: what
# one program reads as a user's name, another reads as the host.
_ADDRESS = re.compile(r"(https?)://(([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?)(?:[/?#][!-~]*)?")
_ENTRY = re.compile(r"([a-z0-9.*-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?")

_USUAL_PORTS = {"http": 80, "https": 443}


def fault(address: str, *, kind: str, vendor: Iterable[str], allowed: Iterable[str]) -> str | None:
    """Tell why *address* must not be used for *kind*, as the rest of a sentence, or `None`.

    *vendor*: the kind's own hosts, met at the port of https if they name none.
    *allowed*: the configuration's, met at any port if they name none. Both may
    begin with `*.`, for all hosts below.
    """
    match = _ADDRESS.fullmatch(address.lower())
    if match is None:
        return "must be an address such as https://accounts.example.com"
    scheme, authority, host, given = match.groups()
    port = int(given) if given else _USUAL_PORTS[scheme]
    if any(_meets(entry, host, port, usual=port) for entry in allowed):
        return None
    if not any(_meets(entry, host, port, usual=443) for entry in vendor):
        return (
            f"names '{authority}', which is not a host of {kind}; "
            f"allow it in the daemon's configuration under [plugins.{kind}] hosts"
        )
    return None if scheme == "https" else "must begin with https://"


def _meets(entry: str, host: str, port: int, *, usual: int) -> bool:
    match = _ENTRY.fullmatch(entry.lower())
    if match is None:
        return False
    wanted, given = match.groups()
    if port != (int(given) if given else usual):
        return False
    return host.endswith(wanted[1:]) if wanted.startswith("*.") else host == wanted
