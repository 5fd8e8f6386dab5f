"""How a child can fail the daemon, beyond what its source itself says (`SourceError`).

* Interrupted  the daemon asked for it: nothing is wrong
* ChildFailed  the plugin, or its process, broke a promise: it was ended
"""

from enum import StrEnum


class Interrupted(Exception):
    """The daemon took a child away from whoever was waiting for it."""


class Cause(StrEnum):
    """What a child did wrong."""

    #: No process could be made.
    UNSTARTED = "unstarted"
    #: The plugin could not be imported, or offers nothing that can be used.
    UNUSABLE = "unusable"
    #: Its code raised what is no `SourceError`, or broke a rule of the SDK.
    BROKEN = "broken"
    #: The process ended by itself.
    ENDED = "ended"
    #: Nothing came for too long.
    SILENT = "silent"
    #: What came was no frame, or none that was asked for.
    UNREADABLE = "unreadable"


_REPORT = "update it, or report this to its author"

#: What a person can do about each.
REMEDIES: dict[Cause, str] = {
    Cause.UNSTARTED: "free memory and open files on this machine, or raise the limits of contactd",
    Cause.UNUSABLE: "install what it needs into the environment of contactd, update it, or uninstall it",
    Cause.BROKEN: _REPORT,
    Cause.ENDED: _REPORT,
    Cause.SILENT: f"a plugin must neither work nor wait without a limit: {_REPORT}",
    Cause.UNREADABLE: f"a plugin must keep to the types of contactd-sdk: {_REPORT}",
}


class ChildFailed(Exception):
    """A child broke a promise and was ended; the work goes on in another from its cursor.

    The sentence is safe to show. *output* is what the plugin printed last. It
    may hold anything, contacts and secrets too: show it to a plugin's author
    who asks for it, and never log it.
    """

    def __init__(self, plugin: str, cause: Cause, what: str, *, output: str = "") -> None:
        super().__init__(f"plugin '{plugin}' {what}; {REMEDIES[cause]}")
        self.plugin = plugin
        self.cause = cause
        self.output = output
