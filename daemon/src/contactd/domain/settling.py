"""What only the end of a run can decide: changed addresses, hand-overs, removals.

Rule: an outcome is a function of the store at the start of the run and of the
set of records read, never of their order; so what depends on the whole set is
decided when the set is complete (daemon/REQUIREMENTS.md 1.5, "pages, then
settle"). All who want one address are decided together. A contact whose record
changes its address has let go of the old one before anybody claims that, so
two customers may swap theirs; what nobody claimed is handed on afterwards.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from contactd.domain.effects import brought_up, changes, made
from contactd.domain.ledger import DELETED, DETACHED, LEFT, Image, Known, Link, Parking, Plan, Row
from contactd.domain.page import Page
from contactd.domain.ranking import claims, rank
from contactd.domain.rules import Rules
from contactd.domain.sift import Candidate
from contactd.domain.words import ContactStatus, LinkState, Outcome, Reason


class Leaving(NamedTuple):
    """A record that is gone, *why*, and what it says where it was read."""

    link: Link
    why: str
    record: Candidate | None


def move(movers: Sequence[Candidate], known: Known, rules: Rules, ids: Iterator[int]) -> Plan:
    """Decide records whose address changed (E1 to E3): all of those that want one address are among *movers*."""
    page = Settling(known, rules, ids)
    page.rejudged = {mover.source_id for mover in movers}
    groups: dict[str, list[Candidate]] = {}
    for mover in movers:
        groups.setdefault(mover.key or "", []).append(mover)
    for key, group in groups.items():
        page.claim(key, group)
    return page.plan


def hand_over(left: Mapping[str, Sequence[int]], known: Known, rules: Rules, ids: Iterator[int]) -> Plan:
    """Give each address that was *left* to whoever ranks first now, with the contacts left there."""
    page = Settling(known, rules, ids)
    for key, contacts in left.items():
        page.hand_on(key, contacts)
    return page.plan


def remove(gone: Sequence[Leaving], known: Known, rules: Rules, ids: Iterator[int]) -> Plan:
    """Decide records that are gone (D1 to D4), or left the criteria."""
    page = Settling(known, rules, ids)
    page.rejudged = {leaving.link.source_id for leaving in gone}
    for leaving in gone:
        page.close(leaving)
    return page.plan


class Settling(Page):
    """A step of settle being decided."""

    def claim(self, key: str, group: list[Candidate]) -> None:
        """Give the new address to whoever ranks first; the others become shadows."""
        claimants, keeper = self._claimants(key)
        best = min(group, key=lambda mover: rank(mover.created, mover.source_id))
        rival = min(claimants, key=lambda link: rank(link.created, link.source_id), default=None)
        losers = [mover for mover in group if mover is not best]
        if rival is not None and rank(rival.created, rival.source_id) < rank(best.created, best.source_id):
            losers = group
            if rival.state is LinkState.SHADOW:
                self.plan.parked.append(Parking(rival.source_id, LEFT, key, b""))
        else:
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

    def arrive(self, mover: Candidate, key: str, keeper: Link | None) -> None:
        """The record has its new address: rename its contact (E1), or merge it into the one there (E2)."""
        holder = self.holder(mover.link)
        if holder is None:
            # Somebody who ranks before it took its contact over: it comes as a record without one.
            self.own(mover, key, keeper)
            return
        old = _old_key(mover, holder)
        if self.known.anchored(holder):
            self._part(mover, holder, key, keeper)
            return
        there = self.resident(key)
        if there is not None and there.status is ContactStatus.LIVE:
            if keeper is not None:
                self.relieve(keeper, there)
            before = self.before(mover, keeper, there) or there
            self._settled(mover, before, there, Reason.EMAIL_CHANGED_MERGED, aside=holder)
            self.forsake(mover)
            return
        if there is not None:
            self.plan.released.append(there.id)
        if keeper is not None:
            self.relieve(keeper, None)
        self._rename(mover, holder, old)
        if old is not None:
            self.plan.objections.append((old, key))
            self.plan.parked.append(Parking(mover.source_id, LEFT, old, b""))

    def _part(self, mover: Candidate, holder: Image, key: str, keeper: Link | None) -> None:
        """Somebody else holds the contact under its old address: it is theirs, and the record gets another."""
        old = _old_key(mover, holder)
        if self._objected(holder, old):
            # The person said no, whatever the address; another contact would get mail again (I4).
            if old is not None:
                self.plan.objections.append((old, key))
            self.refuse(mover, Reason.DO_NOT_MAIL, "")
        elif self.own(mover, key, keeper):
            self.forsake(mover)

    def _objected(self, holder: Image, key: str | None) -> bool:
        return holder.unsubscribed or self.known.suppressed.get(key or "") is Reason.DO_NOT_MAIL

    def _rename(self, mover: Candidate, holder: Image, old: str | None) -> None:
        link = mover.link
        before = self.known.before.get(mover.source_id, holder)._replace(key=old, holder=mover.source_id)
        if link is not None and link.seen_run == self.rules.run and link.outcome is Outcome.ADDED:
            # Made by an earlier page of this run: it never had the old address for anybody.
            self._settled(mover, before, holder, Reason.NONE, outcome=Outcome.ADDED)
        else:
            self._settled(mover, before, holder, Reason.EMAIL_CHANGED)

    def _settled(
        self,
        mover: Candidate,
        before: Image,
        now: Image,
        reason: Reason,
        *,
        outcome: Outcome = Outcome.UPDATED,
        aside: Image | None = None,
    ) -> None:
        """Have the record own the contact that is *now*, and was *before*, under its new address."""
        key = mover.key or ""
        welcome = aside is not None or not self._objected(before, before.key)
        image = brought_up(before, mover, key, self.rules, self.known, welcome=welcome)
        changed = changes(before, image, self.rules.topics)
        if aside is not None:
            changed += ("link",)
            aside = aside._replace(holder=mover.source_id)
        self.put(image, now, made_now=outcome is Outcome.ADDED)
        self.note(now)
        self.write(mover, outcome, reason, image.id, changed=changed, before=before, aside=aside)
        self.link(mover, LinkState.OWNER, image.id, outcome, reason, key=mover.key)

    def forsake(self, mover: Candidate) -> None:
        """The record left its contact behind: whoever carries the old address may have it, or it goes (D1, D2)."""
        holder = self.holder(mover.link)
        if holder is not None:
            old = _old_key(mover, holder)
            self.plan.parked.append(Parking(mover.source_id, LEFT, old, str(holder.id).encode()))

    def hand_on(self, key: str, left: Sequence[int]) -> None:
        """Give *key* to whoever ranks first among those that carry it now; a contact *left* that nobody has goes."""
        there = self.known.contacts.get(key)
        held = self.inherit(key, there)
        for number in left:
            contact = self.known.by_id.get(number)
            if contact is not None and not (held and there is not None and there.id == number):
                self.let_go(contact)

    def inherit(self, key: str, contact: Image | None) -> bool:
        """Let the first of the shadows of *key* take *contact*, or a new one; tell whether a record has it now."""
        claimants, keeper = self._claimants(key)
        heir = min(claimants, key=lambda link: rank(link.created, link.source_id), default=None)
        if heir is None or heir is keeper:
            return heir is not None
        alive = contact is not None and contact.status is ContactStatus.LIVE
        if not (alive or self.room()):
            return False
        self._take_over(heir, key, keeper, contact)
        return True

    def _claimants(self, key: str) -> tuple[list[Link], Link | None]:
        """Give the records that carry *key* and stay, and the one that holds its contact."""
        away = self.rejudged | self.known.movers
        links = [link for link in self.known.claimants.get(key, []) if link.source_id not in away]
        keeper = next((link for link in links if link.state is not LinkState.SHADOW), None)
        there = self.known.contacts.get(key)
        if key in self.known.suppressed or (there is not None and there.unsubscribed):
            return [], keeper
        return [link for link in links if claims(link) and link.source_id not in self.known.leaving], keeper

    def _take_over(self, heir: Link, key: str, keeper: Link | None, contact: Image | None) -> None:
        candidate = _remembered(heir, key)
        before = self.before(candidate, keeper, contact)
        if keeper is not None:
            self.relieve(keeper, contact)
        if before is None:
            number = next(self.ids) if contact is None else contact.id
            image = made(candidate, key, self.rules, self.known, number=number)
            changed: tuple[str, ...] = ()
        else:
            image = brought_up(before, candidate, key, self.rules, self.known)
            changed = changes(before, image, self.rules.topics)
        told = (Outcome.UPDATED, Reason.OWNERSHIP)
        self.put(image, contact, made_now=before is None)
        self.write(candidate, *told, image.id, changed=(*changed, "link"), before=before)
        self.count(heir, *told)
        taken = heir._replace(contact_id=image.id, state=LinkState.OWNER, mapped=None, seen_run=self.rules.run)
        self.plan.links.append(taken._replace(outcome=told[0], reason=told[1]))

    def close(self, leaving: Leaving) -> None:
        """A record is gone: its contact goes to a shadow, or is removed, or leaves this sync's list."""
        link = leaving.link
        holder = self.holder(link)
        detaches = leaving.why == DETACHED
        told = (Outcome.SKIPPED, Reason.CRITERIA) if detaches else (Outcome.UNCHANGED, Reason.NONE)
        counted = leaving.why in {DELETED, DETACHED}
        after = holder
        if (
            holder is not None
            and holder.status is ContactStatus.LIVE
            and not (link.key and self.inherit(link.key, holder))
        ):
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

    def let_go(self, contact: Image, *, for_good: bool = True) -> Image:
        """Take *contact* off this sync's list; where nothing else keeps it, it goes *for good*."""
        self.plan.leaves.append(contact.id)
        stays = self.known.anchored(contact) or not for_good
        status = contact.status if stays else ContactStatus.DELETED
        after = contact._replace(status=status, membership=None)
        self.put(after, contact)
        return after

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
