"""What only the end of a run can decide: changed addresses, hand-overs, removals.

Rule: an outcome is a function of the store at the start of the run and of the
set of records read, never of their order; so what depends on the whole set is
decided when the set is complete (daemon/REQUIREMENTS.md 1.5, "pages, then
settle"). A contact whose record changes its address has let go of the old one
before anybody claims that, so two customers may swap theirs.
"""

from collections.abc import Iterator, Sequence

from contactd.domain.decide import Page
from contactd.domain.ledger import Image, Known, Link, Plan, Row
from contactd.domain.ranking import claims, rank
from contactd.domain.rules import Rules
from contactd.domain.sift import Candidate
from contactd.domain.words import ContactStatus, LinkState, Outcome, Reason


def move(movers: Sequence[Candidate], known: Known, rules: Rules, ids: Iterator[int]) -> Plan:
    """Decide records whose address changed (E1 to E3)."""
    page = Settling(known, rules, ids)
    page.rejudged = {mover.source_id for mover in movers}
    groups: dict[str, list[Candidate]] = {}
    for mover in movers:
        groups.setdefault(mover.key or "", []).append(mover)
    page.claimed = set(groups)
    for key, group in groups.items():
        page.claim(key, group)
    return page.plan


def hand_over(keys: Sequence[str], known: Known, rules: Rules, ids: Iterator[int]) -> Plan:
    """Give each of *keys* to whoever ranks first among those that carry it now."""
    page = Settling(known, rules, ids)
    for key in keys:
        page.inherit(key, known.contacts.get(key))
    return page.plan


def remove(gone: Sequence[tuple[Link, bool]], known: Known, rules: Rules, ids: Iterator[int]) -> Plan:
    """Decide records that are gone (D1 to D4); the flag tells whether the record was read, as deleted."""
    page = Settling(known, rules, ids)
    page.rejudged = {link.source_id for link, _ in gone}
    for link, was_read in gone:
        page.close(link, was_read=was_read)
    return page.plan


class Settling(Page):
    """A step of settle being decided."""

    def claim(self, key: str, group: list[Candidate]) -> None:
        """Give the new address to whoever ranks first; the others become shadows."""
        claimants, keeper = self._claimants(key)
        best = min(group, key=lambda mover: rank(mover.created, mover.source_id))
        rival = min(claimants, key=lambda link: rank(link.created, link.source_id), default=None)
        if rival is not None and rank(rival.created, rival.source_id) < rank(best.created, best.source_id):
            losers = group
            if keeper is None or keeper.state is LinkState.STALE:
                self.inherit(key, self.resident(key))
        else:
            losers = [mover for mover in group if mover is not best]
            self.arrive(best, key, keeper)
        for mover in losers:
            self.shade(mover)
            self.forsake(mover)

    def resident(self, key: str) -> Image | None:
        """Give the contact that has *key* and keeps it; one that moves away lets go of it here."""
        there = self.known.contacts.get(key)
        if there is not None and there.id in self.known.moving:
            self.plan.released.append(there.id)
            return None
        return there

    def arrive(self, mover: Candidate, key: str, owner: Link | None) -> None:
        """The record has its new address: rename its contact (E1), or merge it into the one there (E2)."""
        holder = self.holder(mover.link)
        if holder is None:
            # Somebody who ranks before it took its contact over: it comes as a record without one.
            self.own(mover, key, owner)
            return
        if holder.id in self.known.anchored:
            # Somebody else holds it under its old address: it is theirs, and stays as it is.
            self.own(mover, key, owner)
            if holder.key is not None:
                self.plan.objections.append((holder.key, key))
            self.forsake(mover)
            return
        there = self.resident(key)
        if there is None or there.status is not ContactStatus.LIVE:
            if there is not None:
                self.plan.released.append(there.id)
            self._rename(mover, holder, key)
            old = _old_key(mover, holder)
            if old is not None:
                self.plan.objections.append((old, key))
                if old not in self.claimed:
                    self.inherit(old, None)
            return
        if owner is not None:
            self.relieve(owner, there)
        before = self.before(owner, there) or there
        image, changed = self.merged(before, mover, key)
        self._settled(mover, image, Outcome.UPDATED, Reason.EMAIL_CHANGED_MERGED, changed, before)
        self.forsake(mover)

    def _rename(self, mover: Candidate, holder: Image, key: str) -> None:
        before = holder._replace(key=_old_key(mover, holder))
        image, changed = self.merged(before, mover, key)
        link = mover.link
        if link is not None and link.seen_run == self.rules.run and link.outcome is Outcome.ADDED:
            # Made by an earlier page of this run: it never had the old address for anybody.
            self._settled(mover, image, Outcome.ADDED, Reason.NONE, changed, before)
        else:
            self._settled(mover, image, Outcome.UPDATED, Reason.EMAIL_CHANGED, changed, before)

    def _settled(
        self,
        mover: Candidate,
        image: Image,
        outcome: Outcome,
        reason: Reason,
        changed: tuple[str, ...],
        before: Image,
    ) -> None:
        self.plan.update.append(image)
        if before.membership is None:
            self.plan.joins.append(image.id)
        self.write(mover, outcome, reason, image.id, changed=changed, before=before)
        self.link(mover, LinkState.OWNER, image.id, outcome, reason, key=mover.key)

    def forsake(self, mover: Candidate) -> None:
        """The record left its contact behind: a shadow of the old address takes it, or it goes (D1, D2)."""
        holder = self.holder(mover.link)
        if holder is None:
            return
        if holder.id in self.known.anchored and holder.key in self.claimed:
            return
        # Without a key, somebody else has its old address already.
        if holder.key is None or holder.key in self.claimed:
            self.let_go(holder._replace(key=None))
        elif not self.inherit(holder.key, holder):
            self.let_go(holder)

    def inherit(self, key: str, contact: Image | None) -> bool:
        """Let the first of the shadows of *key* take *contact*, or a new one; tell whether one did."""
        claimants, keeper = self._claimants(key)
        heir = min(claimants, key=lambda link: rank(link.created, link.source_id), default=None)
        if heir is None or heir is keeper:
            return heir is not None
        if keeper is not None:
            self.relieve(keeper, contact)
        self._take_over(heir, key, contact)
        return True

    def _claimants(self, key: str) -> tuple[list[Link], Link | None]:
        """Give the records that carry *key* and stay, and the one that holds its contact."""
        away = self.rejudged | self.known.movers
        links = [link for link in self.known.claimants.get(key, []) if link.source_id not in away]
        keeper = next((link for link in links if link.state is not LinkState.SHADOW), None)
        return [link for link in links if claims(link) and link.source_id not in self.known.leaving], keeper

    def _take_over(self, heir: Link, key: str, contact: Image | None) -> None:
        candidate = _remembered(heir, key)
        if contact is None or contact.status is not ContactStatus.LIVE:
            image = self.added(candidate, key, contact)
            (self.plan.create if contact is None else self.plan.update).append(image)
            self.plan.joins.append(image.id)
            changed: tuple[str, ...] = ()
        else:
            image, changed = self.merged(contact, candidate, key)
            self.plan.update.append(image)
            if contact.membership is None:
                self.plan.joins.append(image.id)
        self.write(candidate, Outcome.UPDATED, Reason.OWNERSHIP, image.id, changed=changed, before=contact)
        self.count(heir, Outcome.UPDATED, Reason.OWNERSHIP)
        self.plan.links.append(
            heir._replace(
                contact_id=image.id,
                state=LinkState.OWNER,
                mapped=None,
                seen_run=self.rules.run,
                outcome=Outcome.UPDATED,
                reason=Reason.OWNERSHIP,
            )
        )

    def close(self, link: Link, *, was_read: bool) -> None:
        """A record is gone: its contact goes to a shadow, or is removed, or leaves this sync's list."""
        holder = self.holder(link)
        outcome, reason = Outcome.UNCHANGED, Reason.NONE
        counted = was_read
        alive = holder is not None and holder.status is ContactStatus.LIVE
        if holder is not None and alive and not (link.key and self.inherit(link.key, holder)):
            outcome = Outcome.REMOVED
            reason = Reason.DETACHED if self.let_go(holder) else Reason.NONE
            counted = True
        if counted:
            self.count(link, outcome, reason)
            self._write_closed(link, holder, outcome, reason)
        self.plan.links.append(
            link._replace(
                contact_id=None,
                state=LinkState.GONE,
                mapped=None,
                digest=None,
                seen_run=self.rules.run if counted else link.seen_run,
                outcome=outcome if counted else link.outcome,
                reason=reason if counted else link.reason,
            )
        )

    def let_go(self, contact: Image) -> bool:
        """Take *contact* off this sync's list; tell whether something else keeps it."""
        self.plan.leaves.append(contact.id)
        if contact.id in self.known.anchored:
            self.plan.update.append(contact._replace(membership=None))
            return True
        self.plan.update.append(contact._replace(status=ContactStatus.DELETED, membership=None))
        return False

    def _write_closed(self, link: Link, holder: Image | None, outcome: Outcome, reason: Reason) -> None:
        if link.seen_run == self.rules.run:
            self.plan.replaced.append(link.source_id)
        if outcome is Outcome.UNCHANGED or holder is None:
            return
        row = (outcome, reason, "", holder.id, (), holder, {"email": holder.email, **holder.fields})
        self.plan.rows.append(Row(link.source_id, "", holder.email, holder.key, *row))


def _old_key(mover: Candidate, holder: Image) -> str | None:
    """Tell the address that a mover leaves; an earlier step may have taken it off the contact already."""
    return holder.key if holder.key is not None or mover.link is None else mover.link.key


def _remembered(shadow: Link, key: str) -> Candidate:
    """Make of a shadow what its record was when it was read."""
    mapped = dict(shadow.mapped or {})
    address = mapped.pop("email", "") or ""
    return Candidate(
        source_id=shadow.source_id,
        title="",
        address=str(address),
        key=key,
        fields=mapped,
        created=shadow.created,
        modified=shadow.modified,
        digest=shadow.digest or b"",
        link=shadow,
        reason=Reason.NONE,
        detail="",
        octets=b"",
    )
