"""What each edition of a workspace asks and allows, as one table.

Source: daemon/REQUIREMENTS.md 1.1. An edition is a row of data, never a branch
in the code: a feature looks at its column, and no column at an edition's name.
"""

from dataclasses import dataclass
from enum import StrEnum

from contactd.domain.words import CountsView, Recurrence


class SameEmail(StrEnum):
    """What follows when an account is not registered under an address of the workspace's owners (R5)."""

    REFUSE = "refuse"
    WARN = "warn"
    #: Its help page says nothing of it.
    NOTHING = "nothing"


class Person(StrEnum):
    """What a screen calls a contact; every text of ours says contact."""

    CONTACT = "contact"
    LEAD = "lead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One row of the table."""

    #: In a sentence, for whoever chooses one.
    description: str
    person: Person
    same_email: SameEmail
    #: Organizations connected at a time per kind of source; 0 is any number (R6).
    organizations: int
    #: Syncs of one connection; 0 is any number (R11, R12).
    syncs: int
    #: Modules of a kind of source that a sync can read, from the first on; 0 is any of them (R13).
    modules: int
    #: Whether a sync can have criteria (R26).
    criteria: bool
    #: Whether a sync can say from when on records are read (R42).
    window: bool
    #: How far before the making of a sync its window may reach, days of 24 hours; 0 is any number (R43).
    window_days: int
    recurrences: frozenset[Recurrence]
    #: Whether a replaced credential deactivates syncs until each is activated by hand (R76, R77).
    rotation_deactivates: bool
    #: Whether another address of the source account does (R78).
    address_deactivates: bool
    #: The projection of the ledger that people see (1.6).
    counters: CountsView


# Cron is an extra of ours; no help page has it.
_PAGES = frozenset({Recurrence.ONCE, Recurrence.DAILY, Recurrence.WEEKLY, Recurrence.MONTHLY})

EDITIONS: dict[str, Edition] = {
    "open": Edition(
        description="everything that the others have, and none of their limits",
        person=Person.CONTACT,
        same_email=SameEmail.WARN,
        organizations=0,
        syncs=0,
        modules=0,
        criteria=True,
        window=True,
        window_days=0,
        recurrences=frozenset(Recurrence),
        rotation_deactivates=False,
        address_deactivates=False,
        counters=CountsView.NEW,
    ),
    "campaigns": Edition(
        description="one organization for a kind of source, one sync for it, all of its records",
        person=Person.CONTACT,
        same_email=SameEmail.REFUSE,
        organizations=1,
        syncs=1,
        modules=1,
        criteria=False,
        window=False,
        window_days=0,
        recurrences=_PAGES,
        rotation_deactivates=False,
        address_deactivates=False,
        counters=CountsView.NEW,
    ),
    "classic": Edition(
        description="any number of syncs, each with criteria and a window of its own",
        person=Person.CONTACT,
        same_email=SameEmail.NOTHING,
        organizations=0,
        syncs=0,
        modules=1,
        criteria=True,
        window=True,
        window_days=0,
        recurrences=_PAGES,
        rotation_deactivates=True,
        address_deactivates=False,
        counters=CountsView.OLD,
    ),
    "marketinghub": Edition(
        description="as classic, with leads, and nothing older than 30 days",
        person=Person.LEAD,
        same_email=SameEmail.NOTHING,
        organizations=0,
        syncs=0,
        modules=1,
        criteria=True,
        window=True,
        window_days=30,
        recurrences=_PAGES,
        rotation_deactivates=True,
        address_deactivates=True,
        counters=CountsView.OLD,
    ),
}
