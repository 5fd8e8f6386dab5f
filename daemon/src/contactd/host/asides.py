"""What an open source asks of the daemon while the daemon waits for its answer, and what it is told.

Rule: a child asks for one thing at a time, and only while a run waits for it;
what it merely says (`Blocked`) is heard before whatever it says next.
"""

from contactd.host.frame import Frame
from contactd_sdk import Allowance, Aware, Quota, Shelved, Token

#: How many records one frame may ask after, or keep something of.
BATCH = 500


class Renew(Frame, frozen=True):
    """The open source's token was refused: is there a newer one? Answered by `Renewed`."""


class Renewed(Frame, frozen=True):
    """The token that is in force now."""

    token: Token


class Take(Frame, frozen=True):
    """May the source make up to *count* calls, within *allowance*? Answered by `Taken`.

    *unused* rights were not used in time. *told* is what the last answer told
    of the day, if that was not said before.
    """

    allowance: Allowance
    count: int
    unused: int = 0
    told: Quota | None = None


class Taken(Frame, frozen=True):
    """It may make *count* calls, at least one, before *until*: seconds of this machine's monotonic clock."""

    count: int
    until: float


class Blocked(Frame, frozen=True):
    """The vendor blocks the organization, or *everywhere*, *until* then; *why* is a whole sentence. Not answered."""

    until: Aware
    why: str
    everywhere: bool = False


class Find(Frame, frozen=True):
    """What is kept of these records of *module*, by id and stamp? Answered by `Found`."""

    module: str
    stamps: dict[str, Aware]


class Found(Frame, frozen=True):
    """What is kept, by id."""

    payloads: dict[str, bytes]


class Keep(Frame, frozen=True):
    """Keep *items* of records of *module*. Answered by `Kept`."""

    module: str
    items: list[Shelved]


class Kept(Frame, frozen=True):
    """They are kept."""


Aside = Renew | Take | Find | Keep
Answer = Renewed | Taken | Found | Kept
