"""What each edition of a workspace asks and allows, as one table.

Source: daemon/REQUIREMENTS.md 1.1. An edition is a row of data, never a branch
in the code: a feature looks at its column.
"""

from dataclasses import dataclass
from enum import StrEnum

from contactd.domain.words import CountsView


class SameEmail(StrEnum):
    """What follows when an account is not registered under an address of the workspace's owners (R5)."""

    REFUSE = "refuse"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class Edition:
    """One row: *organizations* limits those connected at a time per kind of source; 0 is any number (R6).

    *counters*: the projection of the ledger that people see (1.6).
    """

    same_email: SameEmail
    organizations: int
    counters: CountsView


EDITIONS: dict[str, Edition] = {
    "open": Edition(same_email=SameEmail.WARN, organizations=0, counters=CountsView.NEW),
    "campaigns": Edition(same_email=SameEmail.REFUSE, organizations=1, counters=CountsView.NEW),
    "classic": Edition(same_email=SameEmail.WARN, organizations=0, counters=CountsView.OLD),
    "marketinghub": Edition(same_email=SameEmail.WARN, organizations=0, counters=CountsView.OLD),
}
