"""What the daemon and a child say to each other.

Both ends import this module with `frame`, `asides`, `authorizing` and `channel`; the
child imports nothing else of the daemon. All of it is plain values: what arrives is never executed.
"""

from collections.abc import Callable
from typing import Literal

import msgspec

from contactd.host import authorizing
from contactd.host.asides import Answer, Aside, Blocked
from contactd.host.frame import Frame
from contactd_sdk import (
    AuthFailed,
    Capability,
    Misconfigured,
    Module,
    Page,
    Quota,
    SettingFault,
    SettingsInvalid,
    SourceError,
    SourceField,
    Spent,
    Throttled,
    Token,
    Unavailable,
    Window,
)
from contactd_sdk.settings import SettingSchema
from contactd_sdk.values import Aware


class Kind(msgspec.Struct, frozen=True):
    """A kind of source as the daemon knows it: all of a `SourceKind` that is no code."""

    plugin: str
    name: str
    title: str
    settings: tuple[SettingSchema, ...]
    authorized: bool
    modules: tuple[Module, ...]
    fields: tuple[SourceField, ...]
    hosts: tuple[str, ...]
    capabilities: frozenset[Capability]
    #: Kinds of one vendor share the budget of an organization.
    vendor: str = ""
    #: Whether its calls are counted.
    counted: bool = False

    def known(self, module: str) -> tuple[SourceField, ...]:
        """Give the fields of *module* that are known without asking a source."""
        return (*self.fields, *(field for one in self.modules if one.name == module for field in one.fields))


# What the daemon asks of a child. It asks one thing at a time.


class Describe(Frame, frozen=True):
    """What kinds are there? Answered by `Described`."""


class Open(Frame, frozen=True):
    """Open a source, with *token* where its kind has an authorizer. Answered by `Opened`."""

    kind: str
    settings: dict[str, str]
    organization: str = ""
    token: Token | None = None


class ReadFields(Frame, frozen=True):
    """What fields has *module*? Answered by `FieldsRead`."""

    module: str


class ReadGone(Frame, frozen=True):
    """Which of *ids* are gone from *module*? Answered by `GoneRead`."""

    module: str
    ids: list[str]


class ReadPages(Frame, frozen=True):
    """Give the pages from *cursor* on. Answered by many `PageRead`, then one `PagesRead`."""

    cursor: str | None
    window: Window


class Close(Frame, frozen=True):
    """Close the source. Answered by `Closed`."""


# What a child answers.


class Described(Frame, frozen=True):
    """Every kind the plugin offers."""

    kinds: tuple[Kind, ...]


class Opened(Frame, frozen=True):
    """The source is open."""


class FieldsRead(Frame, frozen=True):
    """The fields that were asked for."""

    fields: list[SourceField]


class GoneRead(Frame, frozen=True):
    """Those that were asked after and are gone."""

    ids: frozenset[str]


class PageRead(Frame, frozen=True):
    """One page of those asked for."""

    page: Page


class PagesRead(Frame, frozen=True):
    """There are no more pages."""


class Closed(Frame, frozen=True):
    """The source is closed; *unused* and *told* are as in `Take`. *fresh*: these rights are still good."""

    unused: int = 0
    fresh: bool = False
    told: Quota | None = None


class Broken(Exception):
    """The plugin broke a rule of the SDK. The message is ours and safe to show."""


class Unusable(Broken):
    """The plugin offers nothing that can be used."""


Reason = Literal["auth_failed", "misconfigured", "throttled", "spent", "unavailable", "settings", "broken", "unusable"]


class Failed(Frame, frozen=True):
    """The answer to anything that failed; *error* is what was raised at the other end."""

    reason: Reason
    message: str
    until: Aware | None = None
    setting: str | None = None
    faults: tuple[SettingFault, ...] = ()
    everywhere: bool = False

    def error(self) -> Exception:
        """Make again what was raised at the other end."""
        return _ERRORS[self.reason](self)


#: What each reason is raised as at the other end.
_ERRORS: dict[Reason, Callable[[Failed], Exception]] = {
    "auth_failed": lambda failed: AuthFailed(failed.message),
    "misconfigured": lambda failed: Misconfigured(failed.message, failed.setting),
    "throttled": lambda failed: (
        Throttled(failed.message, failed.until, everywhere=failed.everywhere)
        if failed.until
        else Broken("raised Throttled without a time")
    ),
    "spent": lambda failed: (
        Spent(failed.message, failed.until) if failed.until else Broken("raised Spent without a time")
    ),
    "unavailable": lambda failed: Unavailable(failed.message),
    "settings": lambda failed: SettingsInvalid(failed.faults),
    "broken": lambda failed: Broken(failed.message),
    "unusable": lambda failed: Unusable(failed.message),
}


def refused(exc: SourceError | SettingsInvalid) -> Failed:
    """Say in a frame what a source, or the daemon when it was asked for a token, raised."""
    match exc:
        case AuthFailed():
            return Failed("auth_failed", str(exc))
        case Misconfigured():
            return Failed("misconfigured", str(exc), setting=exc.setting)
        case Throttled():
            reason: Reason = "spent" if isinstance(exc, Spent) else "throttled"
            return Failed(reason, str(exc), until=exc.until, everywhere=exc.everywhere)
        case Unavailable():
            return Failed("unavailable", str(exc))
        case SettingsInvalid():
            return Failed("settings", str(exc), faults=exc.faults)
    return Failed("broken", f"raised {type(exc).__name__}, which is none of the errors of contactd-sdk")


Request = Describe | Open | ReadFields | ReadGone | ReadPages | Close | Answer | Failed | authorizing.Asked
Reply = (
    Described
    | Opened
    | FieldsRead
    | GoneRead
    | PageRead
    | PagesRead
    | Closed
    | Aside
    | Blocked
    | Failed
    | authorizing.Answered
)
