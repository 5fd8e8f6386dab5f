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

from contactd.domain.effects import brought_up, changes, counts, left_alone, made
from contactd.domain.ledger import LEFT, Image, Known, Link, Parking, Plan
from contactd.domain.noes import minded, objected, says_no, unwanted
from contactd.domain.page import Page
from contactd.domain.ranking import claims, first_of
from contactd.domain.rules import Rules
from contactd.domain.sift import Candidate, remembered
from contactd.domain.words import ContactStatus, LinkState, Outcome, Reason


class Vacancy(NamedTuple):
    """An address that is given away at the end: the records that claim it, and the contacts left there, by who left."""

    claims: Sequence[Candidate]
    left: Mapping[int, str]


def move(
    movers: Sequence[Candidate],
    claims: Mapping[str, Sequence[Candidate]],
    known: Known,
    rules: Rules,
    ids: Iterator[int],
) -> Plan:
    """Decide records whose address changed (E1 to E3): all of those that want one address are among *movers*.

    *claims*: by address, records that want it too, and have no contact to bring along.
    """
    page = Settling(known, rules, ids)
    page.rejudged = {mover.source_id for mover in movers}
    groups: dict[str, list[Candidate]] = {}
    for mover in movers:
        groups.setdefault(mover.key or "", []).append(mover)
    for key, group in groups.items():
        page.claim(key, group, claims.get(key, ()))
    return page.plan


def hand_over(vacant: Mapping[str, Vacancy], known: Known, rules: Rules, ids: Iterator[int]) -> Plan:
    """Give each address that is *vacant* to whoever ranks first now."""
    page = Settling(known, rules, ids)
    page.rejudged = {claim.source_id for vacancy in vacant.values() for claim in vacancy.claims}
    for key, vacancy in vacant.items():
        page.fill(key, vacancy)
    return page.plan


def turn_away(unwelcome: Sequence[Candidate], known: Known, rules: Rules, ids: Iterator[int]) -> Plan:
    """Refuse records whose address wants no mail any more, since their page was decided (I4)."""
    page = Settling(known, rules, ids)
    page.rejudged = {candidate.source_id for candidate in unwelcome}
    for candidate in unwelcome:
        page.refuse(candidate, page.against(candidate.key or ""), "")
    return page.plan


class Settling(Page):
    """A step of settle being decided."""

    def claim(self, key: str, group: list[Candidate], claims: Sequence[Candidate]) -> None:
        """Give the new address to whoever ranks first; the others become shadows."""
        claimants, keeper = self._claimants(key)
        best = first_of(group)
        rival = first_of(claimants)
        losers = [mover for mover in group if mover is not best]
        if best is not first_of([link for link in (best, rival, *claims) if link is not None]):
            losers = group
            if rival is not None and rival.state is LinkState.SHADOW:
                self.plan.parked.append(Parking(rival.source_id, LEFT, key, b""))
        elif best is not None:
            self.arrive(best, key, keeper)
        for mover in losers:
            self.shade(mover, leaves=self.holder(mover.link))
            self.forsake(mover)

    def resident(self, key: str) -> Image | None:
        """Give the contact that has *key* and keeps it; one that moves away lets go of it here."""
        there = super().resident(key)
        if there is not None and there.id in self.known.moving and there.id not in self.left:
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
        there = self._unmade(keeper, self.resident(key))
        if there is not None and there.status is ContactStatus.LIVE:
            if keeper is not None:
                self.relieve(keeper, there)
            before = self.before(mover, keeper, there) or there
            self._merge(mover, before, there, holder)
            self.forsake(mover)
            return
        self._take_along(old, key)
        if self.known.anchored(holder):
            self._part(mover, holder, key, there)
            return
        if there is not None:
            self.plan.released.append(there.id)
        self._rename(mover, holder, old)
        if old is not None:
            self.plan.parked.append(Parking(mover.source_id, LEFT, old, b""))

    def _take_along(self, old: str | None, key: str) -> None:
        """What was said no to under the *old* address holds for the new one, too: the person said it (E1)."""
        if old is not None:
            self.plan.objections.append((old, key))
            untold = unwanted(old, self.known) | self.known.untold.get(key, frozenset())
            self.known = self.known._replace(untold={**self.known.untold, key: untold})

    def _unmade(self, keeper: Link | None, there: Image | None) -> Image | None:
        """Take back that a page gave a contact to somebody for an address that now goes to one who brings its own."""
        if keeper is None or there is None or keeper.seen_run != self.rules.run:
            return there
        if self.made_by(keeper):
            self.relieve(keeper, there)
            self.plan.unmade.append(there.id)
            self.plan.counted.append(-counts(there))
            return None
        before = self.known.before.get(keeper.source_id)
        if keeper.outcome is Outcome.READDED and before is not None:
            self.relieve(keeper, there)
            self.plan.leaves.append(there.id)
            self.put(before._replace(key=None, holder=""), there)
            return None
        return there

    def _part(self, mover: Candidate, holder: Image, key: str, there: Image | None) -> None:
        """Somebody else holds the contact under its old address: it is theirs, and the record gets another."""
        old = _old_key(mover, holder)
        if says_no(holder, old, self.known):
            # The person said no, whatever the address; another contact would get mail again (I4).
            self.refuse(mover, Reason.DO_NOT_MAIL, "")
            return
        if not self.room():
            self.refuse(mover, Reason.LIMIT, "")
            return
        if there is not None:
            self.plan.released.append(there.id)
        image = made(mover, key, self.rules, self.known, number=next(self.ids))
        told = (Outcome.UPDATED, Reason.EMAIL_CHANGED)
        self.put(image, None)
        aside = holder._replace(holder=mover.source_id)
        self.write(mover, *told, image.id, changed=("email", "link"), aside=aside)
        self.link(mover, LinkState.OWNER, image.id, *told, key=key)
        self.forsake(mover)

    def _merge(self, mover: Candidate, before: Image, there: Image, holder: Image) -> None:
        """The record of *holder* comes to a contact that is *there* already."""
        kept = minded(before, holder, _old_key(mover, holder), self.known, self.rules)
        if kept != before:
            # Another record may have brought the contact onto the list, earlier in this run.
            there = there._replace(membership=before.membership, topics=before.topics)
        self._settled(mover, before, there, Reason.EMAIL_CHANGED_MERGED, aside=holder, kept=kept)

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
        kept: Image | None = None,
    ) -> None:
        """Have the record own the contact that is *now*, and was *before*, under its new address.

        *kept* is what it was before with the noes that the record brings.
        """
        key = mover.key or ""
        welcome = not self.against(key) and (aside is not None or not objected(before, before.key, self.known))
        image = left_alone(brought_up(kept or before, mover, key, self.rules, self.known, welcome=welcome), now)
        changed = changes(before, image, self.rules.topics)
        if aside is not None:
            changed += ("link",)
            aside = aside._replace(holder=mover.source_id)
        self.put(image, now, made_now=outcome is Outcome.ADDED)
        self.note(now)
        self.write(mover, outcome, reason, image.id, changed=changed, before=before, aside=aside)
        if not welcome:
            # Its address gets no mail from now on: what the next reading makes of it is another thing.
            mover = mover._replace(digest=b"")
        self.link(mover, LinkState.OWNER, image.id, outcome, reason, key=mover.key)

    def forsake(self, mover: Candidate) -> None:
        """The record left its contact behind: whoever carries the old address may have it, or it goes (D1, D2)."""
        holder = self.holder(mover.link)
        if holder is not None:
            self.plan.parked.append(Parking(mover.source_id, LEFT, _old_key(mover, holder), str(holder.id).encode()))

    def fill(self, key: str, vacancy: Vacancy) -> None:
        """Give *key* to whoever ranks first of those that carry or claim it; a contact left that nobody has goes."""
        self.left.update(vacancy.left)
        there = self.known.contacts.get(key)
        claimants, keeper = self._claimants(key)
        reason = self.against(key)
        claims = () if reason else vacancy.claims
        best = first_of(claims)
        pool: list[Link | Candidate] = [*claimants, *claims]
        if best is not None and best is first_of(pool):
            held = self.own(best, key, keeper)
        else:
            best, held = None, self.inherit(key, there)
        for candidate in vacancy.claims:
            if reason:
                self.refuse(candidate, reason, "")
            elif candidate is not best:
                self.shade(candidate)
        for number in vacancy.left:
            contact = self.known.by_id.get(number)
            if contact is not None and not (held and there is not None and there.id == number):
                self.let_go(contact)

    def inherit(self, key: str, contact: Image | None) -> bool:
        """Let the first of the shadows of *key* take *contact*, or a new one; tell whether a record has it now."""
        claimants, keeper = self._claimants(key)
        heir = first_of(claimants)
        if heir is None or heir is keeper:
            return heir is not None
        if contact is not None and contact.status is not ContactStatus.LIVE:
            # Nobody comes back whose record was not read (row 19).
            read = heir.seen_run == self.rules.run
            return read and self.own(remembered(heir, key, self.rules.mapping.targets), key, keeper)
        return (contact is not None or self.room()) and self._take_over(heir, key, keeper, contact)

    def _claimants(self, key: str) -> tuple[list[Link], Link | None]:
        """Give the records that carry *key* and stay, and the one that holds its contact."""
        away = self.rejudged | self.known.movers
        links = [link for link in self.known.claimants.get(key, []) if link.source_id not in away]
        keeper = next((link for link in links if link.state is not LinkState.SHADOW), None)
        if self.against(key):
            return [], keeper
        return [link for link in links if claims(link) and link.source_id not in self.known.leaving], keeper

    def _take_over(self, heir: Link, key: str, keeper: Link | None, contact: Image | None) -> bool:
        candidate = remembered(heir, key, self.rules.mapping.targets)
        before = self.before(candidate, keeper, contact)
        if keeper is not None:
            self.relieve(keeper, contact)
        if before is None:
            number = next(self.ids) if contact is None else contact.id
            image = left_alone(made(candidate, key, self.rules, self.known, number=number), contact)
            changed: tuple[str, ...] = ()
        else:
            image = left_alone(brought_up(before, candidate, key, self.rules, self.known), contact)
            changed = changes(before, image, self.rules.topics)
        told = (Outcome.UPDATED, Reason.OWNERSHIP)
        self.put(image, contact, made_now=before is None)
        self.write(candidate, *told, image.id, changed=(*changed, "link"), before=before)
        self.count(heir, *told)
        taken = heir._replace(contact_id=image.id, state=LinkState.OWNER, mapped=self.silences(candidate.fields))
        self.plan.links.append(taken._replace(seen_run=self.rules.run, outcome=told[0], reason=told[1]))
        return True

    def let_go(self, contact: Image, *, for_good: bool = True) -> Image:
        """Take *contact* off all that this sync put it on; where nothing else keeps it, it goes *for good*."""
        self.plan.leaves.append(contact.id)
        self.plan.parted.append(contact.id)
        status = contact.status if self.known.anchored(contact) or not for_good else ContactStatus.DELETED
        own = self.known.own.get(contact.id, frozenset())
        topics = tuple((topic, state) for topic, state in contact.topics if topic not in own)
        after = contact._replace(status=status, membership=None, topics=topics)
        self.put(after, contact)
        return after


def _old_key(mover: Candidate, holder: Image) -> str | None:
    """Tell the address that a mover leaves; an earlier step may have taken it off the contact already."""
    return holder.key if holder.key is not None or mover.link is None else mover.link.key
