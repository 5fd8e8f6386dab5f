"""What people type, and what the contract calls it.

People say `books-main` and `12`; the contract says
`workspaces/default/syncs/books-main/runs/12`. A full name is taken as it is.
"""

from dataclasses import dataclass

from contactctl.failures import usage

_ANY_SYNC = "-"


def short(name: str) -> str:
    """Give what people call the thing called *name*."""
    parts = name.split("/")
    if len(parts) == 6 and parts[4] == "runs":
        return f"{parts[3]}/{parts[5]}"
    return parts[-1]


@dataclass(frozen=True, slots=True)
class Names:
    """Makes the names of things in one workspace."""

    workspace: str

    @property
    def parent(self) -> str:
        """The workspace's own name."""
        return self._full("workspaces", self.workspace)

    def plugin(self, plugin: str) -> str:
        """Name a plugin; plugins belong to no workspace."""
        return plugin if plugin.startswith("plugins/") else f"plugins/{_said('plugin', plugin)}"

    def other_workspace(self, workspace: str) -> str:
        """Name any workspace."""
        return self._full("workspaces", workspace)

    def connection(self, connection: str) -> str:
        """Name a connection."""
        return self._inside("connections", connection)

    def list(self, mailing_list: str) -> str:
        """Name a mailing list."""
        return self._inside("lists", mailing_list)

    def topic(self, topic: str) -> str:
        """Name a topic."""
        return self._inside("topics", topic)

    def field(self, field: str) -> str:
        """Name a contact field."""
        return self._inside("fields", field)

    def suppression(self, suppression: str) -> str:
        """Name an entry of the suppression list by its number."""
        return self._inside("suppressions", suppression)

    def sync(self, sync: str) -> str:
        """Name a sync."""
        return self._inside("syncs", sync)

    def any_sync(self) -> str:
        """Name all syncs at once, where the contract allows that."""
        return self._inside("syncs", _ANY_SYNC)

    def mapping(self, sync: str) -> str:
        """Name the mapping of a sync."""
        return f"{self.sync(sync)}/mapping"

    def contact(self, contact: str) -> str:
        """Name a contact by its number."""
        return self._inside("contacts", contact)

    def notification(self, notification: str) -> str:
        """Name a notification by its number."""
        return self._inside("notifications", notification)

    def run(self, run: str) -> str:
        """Name a run, said as `books-main/12` or just `12`.

        Raises:
            Failure: what was said is neither.
        """
        if run.startswith("workspaces/"):
            return run
        sync, _, number = run.rpartition("/")
        if not (number.isascii() and number.isdecimal()):
            raise usage(f"'{run}' is no run: say its number, such as 12, or SYNC/12")
        return f"{self.sync(sync or _ANY_SYNC)}/runs/{number}"

    def _inside(self, collection: str, said: str) -> str:
        if said.startswith("workspaces/"):
            return said
        return f"{self.parent}/{collection}/{_said(collection[:-1], said)}"

    def _full(self, collection: str, said: str) -> str:
        return said if said.startswith(f"{collection}/") else f"{collection}/{_said(collection[:-1], said)}"


def _said(what: str, said: str) -> str:
    if not said.strip():
        raise usage(f"the name of the {what} is empty")
    return said
