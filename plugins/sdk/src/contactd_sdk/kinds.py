"""How a distribution offers its sources: one hook that returns kinds.

A distribution declares an entry point in the group `contactd.sources.v1`; the
module it names implements `contactd_sources`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pluggy

from contactd_sdk.calls import Allowance
from contactd_sdk.source import Authorizer, Source
from contactd_sdk.values import Module, SourceField

#: The group of entry points that the daemon looks through.
ENTRY_POINT_GROUP = "contactd.sources.v1"

#: The project name of pluggy's markers.
PROJECT = "contactd"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


class Capability(StrEnum):
    """What a kind can do beyond giving pages."""

    #: The source tells its fields itself (`FieldsSource`).
    FIELDS = "fields"
    #: `Window.since` saves calls: what was not modified is not read.
    MODIFIED_SINCE = "modified_since"
    #: Its pages mark what was deleted at the source.
    DELETES = "deletes"
    #: It can tell whether single records are gone (`ConfirmingSource`).
    CONFIRM = "confirm"
    #: Its authorizer takes consent in a browser (`BrowserAuthorizer`).
    BROWSER = "browser"
    #: Its authorizer takes consent on another device (`DeviceAuthorizer`).
    DEVICE = "device"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceKind:
    """A kind of source, as people see it and as the daemon opens it.

    *open* is called with an instance of *settings*, and where there is an
    *authorizer* with an `Access` after it. *hosts* are the host names of the
    vendor (`*.example.com` covers all below); a setting marked as an address
    must name one of them, unless the daemon's configuration allows another.
    *fields* are those known beforehand.

    *allowance* tells of the settings how many calls may be made; without it
    they are not counted. Kinds of one *vendor* share the budget of an
    organization; a kind that names none has a budget of its own.
    """

    name: str
    title: str
    settings: type[Any]
    open: Callable[..., Source]
    authorizer: Callable[[Any], Authorizer] | None = None
    modules: tuple[Module, ...] = (Module("contacts", "Contacts"),)
    fields: tuple[SourceField, ...] = ()
    hosts: tuple[str, ...] = ()
    capabilities: frozenset[Capability] = frozenset()
    vendor: str = ""
    allowance: Callable[[Any], Allowance] | None = None


class HookSpecs:
    """Every hook that the daemon calls."""

    @hookspec
    def contactd_sources(self) -> Iterable[SourceKind]:
        """Offer the kinds of source that this distribution brings.

        Called in every child that needs this plugin: it must be cheap and
        must not do I/O.
        """
        raise AssertionError("a specification is never called")
