"""Why somebody is a contact, or is not: what is known, and the sentence that it amounts to.

Rule: the sentence names what decides now, and the rest is told beside it. Each
clause is a row of the same tables that the ledger uses (`reasons`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from contactd.domain.changes import Change
from contactd.domain.nouns import ConsentEvent, Contact, Suppression
from contactd.domain.reasons import explain
from contactd.domain.suppressing import REASONS
from contactd.domain.words import ContactStatus, LinkState, Outcome, Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRecord:
    """What a sync last made of a record, and in which run; *winner* is the record that has its address instead."""

    sync: str
    source_id: str
    state: LinkState
    outcome: Outcome
    reason: Reason
    detail: str
    run: int
    at: int
    mapping_version: int
    first_run: int
    winner: str
    contact_id: int | None

    @property
    def holds(self) -> bool:
        """Whether it keeps its contact here."""
        return self.contact_id is not None and self.state in {LinkState.OWNER, LinkState.STALE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Something that happened to a contact: by a run of a sync, or by a person (*run* is `None`)."""

    at: int
    actor: str
    what: str
    sync: str
    run: int | None
    reason: Reason
    detail: str
    changes: Sequence[Change]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """All that is known of an address, a contact or a record; *digest* is what is left of an erased one.

    *reason* and *suggestion* are what the check of the address itself says.
    *former*: the address asked after is one that the contact had before; where
    none has it now, *moved* are the contacts that had it.
    """

    workspace: str
    contact: Contact | None
    reason: Reason
    suggestion: str
    digest: str
    suppressions: Sequence[Suppression]
    records: Sequence[KnownRecord]
    consent: Sequence[ConsentEvent]
    history: Sequence[Moment]
    former: bool = False
    moved: Sequence[int] = ()

    @property
    def verdict(self) -> str:
        """The answer in a sentence or two."""
        if self.digest or (self.contact is not None and self.contact.status is ContactStatus.ERASED):
            return "The person was erased; only a keyed hash of the address is kept, and no sync brings them back."
        if self.contact is None:
            had = " and ".join(f"contact {number}" for number in self.moved)
            return f"{self._why_not()}{f' It is a former address of {had}.' if had else ''}"
        before = f"This is a former address of contact {self.contact.id}." if self.former else ""
        if self.contact.status is ContactStatus.DELETED:
            return f"{before} {self._why_gone()}".lstrip()
        return " ".join(filter(None, (before, self._why_here(self.contact), self._why_no_mail(self.contact))))

    def _why_not(self) -> str:
        if self.records:
            last = max(self.records, key=lambda record: record.run)
            said = explain(last.reason, last.detail) or f"It was {last.outcome}."
            return f"No contact: the run {last.run} of '{last.sync}' did not take record '{last.source_id}'. {said}"
        reason = self._suppressed() or self.reason
        if reason:
            return f"No contact. {explain(reason, self.suggestion)}"
        return "No contact has this address, and no sync knows a record with it."

    def _why_gone(self) -> str:
        if not self.history:
            return "The contact was here and is deleted."
        last = self.history[-1]
        by = last.actor if last.run is None else f"the run {last.run} of '{last.sync}'"
        said = explain(last.reason, last.detail)
        return " ".join(filter(None, (f"The contact was here and is deleted, last changed by {by}.", said)))

    def _why_here(self, contact: Contact) -> str:
        holders = [f"record '{record.source_id}' of '{record.sync}'" for record in self.records if record.holds]
        if contact.manual:
            holders.insert(0, "a person")
        if not holders:
            return "The contact is here because nothing has removed it; nothing holds it any more."
        stale = " The record's address went bad; the contact keeps this one." if contact.stale else ""
        return f"The contact is here because of {' and '.join(holders)}.{stale}"

    def _why_no_mail(self, contact: Contact) -> str:
        reason = self._suppressed() or (Reason.DO_NOT_MAIL if contact.unsubscribed else Reason.NONE)
        return explain(reason)

    def _suppressed(self) -> Reason:
        kinds = {entry.kind for entry in self.suppressions if entry.scope == "workspace"}
        return next((reason for kind, reason in REASONS.items() if kind in kinds), Reason.NONE)
