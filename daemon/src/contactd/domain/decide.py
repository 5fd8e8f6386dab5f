"""The second look at a page: what happens to each record, given what is known.

Rule: among the eligible records of a sync that carry one address, the one with
the smallest (created, id) owns it; the others are its shadows. That looks at
the records alone, never at history or order, so pages may come in any order
(the W-rule, daemon/REQUIREMENTS.md 1.5). A record that was decided on an
earlier page of the run is decided afresh from the contact as it was before.
"""

from collections.abc import Iterator

from contactd.domain.ledger import CLAIMED, LEFT, MANUAL, MOVED, Known, Link, Parking, Plan, Row
from contactd.domain.mapping import EMAIL
from contactd.domain.page import Page
from contactd.domain.ranking import as_seen, claims, let_go, rank
from contactd.domain.rules import Rules
from contactd.domain.sift import Candidate, Sifted
from contactd.domain.words import ContactStatus, LinkState, Outcome, Reason


def decide(sifted: Sifted, known: Known, rules: Rules, ids: Iterator[int]) -> Plan:
    """Decide every record of a page that can be decided now; *ids* names new contacts."""
    page = Deciding(as_seen(known, sifted.same, rules.run), rules, ids)
    page.plan.parked.extend(sifted.parked)
    for link in sifted.same:
        page.keep(link)
    for link, raw in sifted.unreadable:
        page.fail(link, raw)
    for candidate in sifted.refused:
        page.refuse(candidate, candidate.reason, candidate.detail)

    page.rejudged = {candidate.source_id for candidate in (*sifted.refused, *sifted.eligible)}
    groups: dict[str, list[Candidate]] = {}
    for candidate in map(page.meant, sifted.eligible):
        if not page.turned_away(candidate):
            groups.setdefault(candidate.key or "", []).append(candidate)
    for key, group in groups.items():
        page.contest(key, group)
    return page.plan


class Deciding(Page):
    """A page of a run being decided."""

    def keep(self, link: Link) -> None:
        """The record of an owner has not changed."""
        self.plan.seen.append(link.source_id)
        self.count(link, Outcome.UNCHANGED, Reason.NONE)

    def fail(self, link: Link, raw: str) -> None:
        """A record could not be read; a digest of it stands for its id."""
        row = Row(link.source_id, "", "", None, link.outcome, link.reason, raw, None, (), None, {})
        self.plan.rows.append(row)
        self.plan.links.append(link)
        self.count(None, link.outcome, link.reason)

    def meant(self, candidate: Candidate) -> Candidate:
        """Take a record for what it means: where a person wrote the contact's address by hand, that one."""
        holder = self.holder(candidate.link)
        if holder is None or holder.key is None or holder.provenance.get(EMAIL) != MANUAL:
            return candidate
        return candidate._replace(key=holder.key, address=holder.email)

    def turned_away(self, candidate: Candidate) -> bool:
        """Refuse a suppressed address (rows 11 to 13) or value (17), park a changed address; tell whether any was."""
        key = candidate.key or ""
        reason = self.against(key)
        if reason:
            self.refuse(candidate, reason, "")
            return True
        if candidate.rejected and self.rules.choices.strict:
            self.refuse(candidate, Reason.REJECTED, candidate.rejected[0])
            return True
        holder = self.holder(candidate.link)
        if holder is not None and holder.key != key and holder.status is ContactStatus.LIVE:
            # Until the end of the run it keeps the address that it leaves.
            self.rejudged.discard(candidate.source_id)
            self.plan.parked.append(Parking(candidate.source_id, MOVED, key, candidate.octets))
            return True
        return False

    def contest(self, key: str, group: list[Candidate]) -> None:
        """Give *key* to whoever ranks first among *group* and the claimants known from before."""
        claimants = self.known.claimants.get(key, [])
        keeper = next((link for link in claimants if link.state is not LinkState.SHADOW), None)
        others = [link for link in claimants if claims(link) and link.source_id not in self.rejudged]
        rival = min(others, key=lambda link: rank(link.created, link.source_id), default=None)
        if keeper is not None and self._awaits(keeper):
            for candidate in group:
                self._defer(candidate, key, rival)
            return
        best = min(group, key=lambda candidate: rank(candidate.created, candidate.source_id))
        lost = rival is not None and rank(rival.created, rival.source_id) < rank(best.created, best.source_id)
        if rival is not None and lost and rival.state is LinkState.SHADOW:
            # Nobody owns the key any more: settle hands it to the rival.
            self.plan.parked.append(Parking(best.source_id, LEFT, key, b""))
        for candidate in group:
            if lost or candidate is not best:
                self.shade(candidate)
        if not lost:
            self.own(best, key, keeper)

    def _awaits(self, keeper: Link) -> bool:
        """Whether the record that holds the contact was not read yet: it may turn out to move, and take it along."""
        read = keeper.seen_run == self.rules.run or keeper.source_id in self.rejudged
        return not read and self.holder(keeper) is not None

    def _defer(self, candidate: Candidate, key: str, rival: Link | None) -> None:
        """Leave it to the end who has the address; who was a shadow there before, and still loses, stays one."""
        link = candidate.link
        waits = link is not None and link.state is LinkState.SHADOW and link.key == key
        lost = rival is not None and rank(rival.created, rival.source_id) < rank(candidate.created, candidate.source_id)
        if waits and lost:
            self.shade(candidate)
            return
        self.plan.parked.append(Parking(candidate.source_id, CLAIMED, key, candidate.octets))
        if link is not None and not waits and link.key is not None:
            # It carries its former address no more.
            self.plan.links.append(let_go(link)._replace(digest=None, mapped=None))
