"""Records that are gone: what becomes of their contacts (D1 to D4).

Rule: a contact goes to a shadow of its address first; only where there is none
is it removed, or leaves the list where something else keeps it
(daemon/REQUIREMENTS.md 1.5, "Deleted at the source").
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from contactd.domain.effects import changes
from contactd.domain.ledger import DELETED, DETACHED, Image, Known, Link, Plan, Row
from contactd.domain.rules import Rules
from contactd.domain.settling import Settling
from contactd.domain.sift import Candidate
from contactd.domain.words import ContactStatus, LinkState, Outcome, Reason


class Leaving(NamedTuple):
    """A record that is gone, *why*, and what it says where it was read."""

    link: Link
    why: str
    record: Candidate | None


def remove(gone: Sequence[Leaving], known: Known, rules: Rules, ids: Iterator[int]) -> Plan:
    """Decide records that are gone (D1 to D4), or left the criteria."""
    page = Removing(known, rules, ids)
    page.rejudged = {leaving.link.source_id for leaving in gone}
    for leaving in gone:
        page.close(leaving)
    return page.plan


class Removing(Settling):
    """A step of removals being decided."""

    def close(self, leaving: Leaving) -> None:
        """A record is gone: its contact goes to a shadow, or is removed, or leaves this sync's list."""
        link = leaving.link
        holder = self.holder(link)
        detaches = leaving.why == DETACHED
        told = (Outcome.SKIPPED, Reason.CRITERIA) if detaches else (Outcome.UNCHANGED, Reason.NONE)
        counted = leaving.why in {DELETED, DETACHED}
        after = holder
        inherited = (
            holder is not None
            and holder.status is not ContactStatus.ERASED
            and link.key is not None
            and self.inherit(link.key, holder)
        )
        if holder is not None and holder.status is ContactStatus.LIVE and not inherited:
            after = self.let_go(holder, for_good=not detaches)
            stays = after.status is ContactStatus.LIVE
            told = (Outcome.REMOVED, Reason.DETACHED if stays else Reason.NONE)
            counted = True
        if counted:
            self.count(link, *told)
            self._write_closed(leaving, holder, after, *told)
        state = LinkState.SKIPPED if detaches else LinkState.GONE
        closed = link._replace(
            contact_id=None, key=None if detaches else link.key, state=state, mapped=None, digest=None
        )
        if counted:
            closed = closed._replace(seen_run=self.rules.run, outcome=told[0], reason=told[1])
        self.plan.links.append(closed)

    def _write_closed(
        self, leaving: Leaving, holder: Image | None, after: Image | None, outcome: Outcome, reason: Reason
    ) -> None:
        link, record = leaving.link, leaving.record
        if link.seen_run == self.rules.run:
            self.plan.replaced.append(link.source_id)
        if outcome is Outcome.UNCHANGED:
            return
        title, mapped = ("", {}) if record is None else (record.title, record.mapped)
        changed: tuple[str, ...] = ()
        if holder is not None and after is not None and outcome is Outcome.REMOVED:
            changed = (*changes(holder, after, self.rules.topics), "link")
            mapped = mapped or {"email": holder.email, **holder.fields}
        address = str(mapped.get("email") or "")
        contact_id = None if holder is None or outcome is not Outcome.REMOVED else holder.id
        before = None if contact_id is None or holder is None else holder._replace(holder=link.source_id)
        row = (outcome, reason, "", contact_id, changed, before, mapped)
        self.plan.rows.append(Row(link.source_id, title, address, link.key, *row))
