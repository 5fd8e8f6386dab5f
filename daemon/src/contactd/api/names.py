"""The names of resources, such as `workspaces/default/connections/books`, as patterns.

Rule: inside the daemon a thing is called by its ids; only this folder puts
them together to names, and takes names apart.
"""

import re
from dataclasses import dataclass
from functools import cached_property

from contactd.domain.refusals import Fault, Invalid

#: As a sync: those of all (`ListRuns`).
ANY = "-"

_VARIABLE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Pattern:
    """How the names of one kind of resource are made."""

    text: str

    def parse(self, name: str, field: str = "name") -> tuple[str, ...]:
        """Take *name* apart into its ids; *field* is where in the request it stands.

        Raises:
            Invalid: it is no such name.
        """
        match = self._shape.fullmatch(name)
        if match is None:
            raise Invalid(Fault(field, f"'{name}' is not a name such as '{self.text}'; give it in that form"))
        return match.groups()

    def format(self, *ids: str | int) -> str:
        """Put *ids* together to a name."""
        given = iter(ids)
        return _VARIABLE.sub(lambda _: str(next(given)), self.text)

    @cached_property
    def _shape(self) -> re.Pattern[str]:
        return re.compile(_VARIABLE.sub(r"([^/\\s]{1,200})", self.text))


WORKSPACE = Pattern("workspaces/{workspace}")
CONNECTION = Pattern("workspaces/{workspace}/connections/{connection}")
LIST = Pattern("workspaces/{workspace}/lists/{list}")
TOPIC = Pattern("workspaces/{workspace}/topics/{topic}")
FIELD = Pattern("workspaces/{workspace}/fields/{field}")
SYNC = Pattern("workspaces/{workspace}/syncs/{sync}")
MAPPING = Pattern("workspaces/{workspace}/syncs/{sync}/mapping")
RUN = Pattern("workspaces/{workspace}/syncs/{sync}/runs/{run}")
CONTACT = Pattern("workspaces/{workspace}/contacts/{contact}")
SUPPRESSION = Pattern("workspaces/{workspace}/suppressions/{suppression}")
NOTIFICATION = Pattern("workspaces/{workspace}/notifications/{notification}")
DAEMON = Pattern("daemons/{daemon}")
PLUGIN = Pattern("plugins/{plugin}")


def within(pattern: Pattern, name: str, workspace: str, field: str) -> str:
    """Read the id of something that must be in *workspace*.

    Raises:
        Invalid: it is no such name, or is in another workspace.
    """
    home, own = pattern.parse(name, field)
    if home != workspace:
        raise Invalid(Fault(field, f"'{name}' belongs to another workspace; name one of 'workspaces/{workspace}'"))
    return own


def child(pattern: Pattern, name: str, workspace: str, field: str) -> str:
    """Read the id of something that must belong to *workspace*; empty where *name* is.

    Raises:
        Invalid: it is no such name, or belongs to another workspace.
    """
    return within(pattern, name, workspace, field) if name else ""


def number(text: str, field: str = "name") -> int:
    """Read the number that a run, contact or notification is called by.

    Raises:
        Invalid: it is none.
    """
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise Invalid(
            Fault(field, f"'{text}' is not a number that anything here has; give the number that the daemon gave it")
        )
    return int(text)
