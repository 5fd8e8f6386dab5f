"""The two sets of counters that people know, both made of one ledger.

Rule: both add up. Whatever outcome or reason there is falls into one counter of
each view, or in the old one into none, where a filter at the source would never
have sent the record (daemon/REQUIREMENTS.md 1.6, R57 to R74).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from contactd.domain.nouns import Counts
from contactd.domain.words import Outcome, Reason


class Ignored(StrEnum):
    """Why the old view says that a record was ignored (R69 to R74); `OTHER` is all that it has no word for."""

    BOUNCED = "bounced"
    DO_NOT_MAIL = "do_not_mail"
    GROUP = "group"
    FILE_DUPLICATE = "file_duplicate"
    INVALID_PATTERN = "invalid_pattern"
    EMPTY = "empty"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewView:
    """What newer editions show (R58 to R61); *unchanged* and *removed* stand beside."""

    added: int
    updated: int
    unchanged: int
    removed: int
    skipped: int

    @property
    def total(self) -> int:
        """All records."""
        return self.added + self.updated + self.unchanged + self.removed + self.skipped


@dataclass(frozen=True, slots=True, kw_only=True)
class OldView:
    """What older editions show (R63 to R74)."""

    new: int
    readded: int
    duplicate: int
    deleted: int
    reasons: Mapping[Ignored, int]

    @property
    def ignored(self) -> int:
        """Records that came on no list."""
        return sum(self.reasons.values())

    @property
    def total(self) -> int:
        """Records in one fetch."""
        return self.new + self.readded + self.duplicate + self.ignored + self.deleted


#: A filter at the source would never have sent these: the old view does not know them.
UNSEEN = frozenset({Reason.CRITERIA, Reason.BEFORE_WINDOW, Reason.NOT_CUSTOMER})

IGNORED: dict[Reason, Ignored] = {
    Reason.BOUNCED: Ignored.BOUNCED,
    Reason.DO_NOT_MAIL: Ignored.DO_NOT_MAIL,
    Reason.ROLE_ADDRESS: Ignored.GROUP,
    Reason.FILE_DUPLICATE: Ignored.FILE_DUPLICATE,
    Reason.INVALID_PATTERN: Ignored.INVALID_PATTERN,
    Reason.EMPTY_EMAIL: Ignored.EMPTY,
}

_NOT_TAKEN = (Outcome.SKIPPED, Outcome.FAILED)


def new_view(counts: Counts) -> NewView:
    """Show *counts* as newer editions do."""
    return NewView(
        added=counts.of(Outcome.ADDED) + counts.of(Outcome.READDED),
        updated=counts.of(Outcome.UPDATED),
        unchanged=counts.of(Outcome.UNCHANGED),
        removed=counts.of(Outcome.REMOVED),
        skipped=counts.of(Outcome.SKIPPED) + counts.of(Outcome.FAILED),
    )


def old_view(counts: Counts) -> OldView:
    """Show *counts* as older editions do."""
    reasons = dict.fromkeys(Ignored, 0)
    for (outcome, reason), records in counts.by_reason.items():
        if outcome in _NOT_TAKEN and reason not in UNSEEN:
            reasons[IGNORED.get(reason, Ignored.OTHER)] += records
    return OldView(
        new=counts.of(Outcome.ADDED),
        readded=counts.of(Outcome.READDED),
        duplicate=counts.of(Outcome.UPDATED) + counts.of(Outcome.UNCHANGED),
        deleted=counts.of(Outcome.REMOVED),
        reasons=reasons,
    )
