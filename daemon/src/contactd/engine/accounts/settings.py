"""The settings of a connection: what is wrong with them, and which of them are secret."""

from collections.abc import Mapping

from contactd.domain.refusals import Fault
from contactd.engine.accounts import hosts
from contactd.engine.parts import Parts
from contactd.host.frames import Kind
from contactd_sdk.settings import check


def setting_faults(parts: Parts, kind: Kind, given: Mapping[str, str]) -> tuple[Fault, ...]:
    """Tell all that is wrong with the settings *given* for *kind*, by their paths in the contract."""
    told = {fault.name: fault.message for fault in check(kind.settings, given)}
    allowed = parts.hosts.get(kind.name, frozenset())
    for row in kind.settings:
        text = given.get(row.name)
        if row.address and text and row.name not in told:
            fault = hosts.fault(text, kind=kind.name, vendor=kind.hosts, allowed=allowed)
            if fault is not None:
                told[row.name] = f"setting '{row.name}' {fault}"
    return tuple(Fault(f"connection.settings[{name}]", message) for name, message in told.items())


def divided(kind: Kind, settings: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Give the plain and the secret ones of *settings*; empty ones are none."""
    secret = secret_names(kind)
    given = {name: text for name, text in settings.items() if text}
    plain = {name: text for name, text in given.items() if name not in secret}
    return plain, {name: text for name, text in given.items() if name in secret}


def secret_names(kind: Kind) -> frozenset[str]:
    """Name the settings of *kind* that nobody may read."""
    return frozenset(row.name for row in kind.settings if row.type == "secret")
