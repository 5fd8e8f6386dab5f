"""The second look at a page: what happens to each record, given what is known.

Rule: among the eligible records of a sync that carry one address, the one with
the smallest (created, id) owns it; the others are its shadows. That looks at
the records alone, never at history or order, so pages may come in any order
(the W-rule, daemon/REQUIREMENTS.md 1.5). A record that was decided on an
earlier page of the run is decided afresh from the contact as it was before.
"""

from collections.abc import Iterator

from contactd.domain.ledger import LEFT, MOVED, Image, Known, Link, Parking, Plan, Row
from contactd.domain.mapping import merge
from contactd.domain.ranking import as_seen, claims, let_go, rank
from contactd.domain.rules import Rules
from contactd.domain.sift import BAD_ADDRESS, Candidate, Sifted, skipped_outcome
from contactd.domain.words import ContactStatus, LinkState, Membership, Outcome, Reason
from contactd_sdk import Value


def decide(sifted: Sifted, known: Known, rules: Rules, ids: Iterator[int]) -> Plan:
    """Decide every record of a page that can be decided now; *ids* names new contacts."""
    page = Page(as_seen(known, sifted.same, rules.run), rules, ids)
    page.plan.parked.extend(sifted.parked)
    for link in sifted.same:
        page.keep(link)
    for link, raw in sifted.unreadable:
        page.fail(link, raw)
    for candidate in sifted.refused:
        page.refuse(candidate, candidate.reason, candidate.detail)

    page.rejudged = {candidate.source_id for candidate in (*sifted.refused, *sifted.eligible)}
    groups: dict[str, list[Candidate]] = {}
    for candidate in sifted.eligible:
        if not page.turned_away(candidate):
            groups.setdefault(candidate.key or "", []).append(candidate)
    for key, group in groups.items():
        page.contest(key, group)
    return page.plan


class Page:
    """One page being decided: what is known, and the plan that grows of it."""

    def __init__(self, known: Known, rules: Rules, ids: Iterator[int]) -> None:
        self.known = known
        self.rules = rules
        self.ids = ids
        self.plan = Plan()
        #: The records that this page decides: what the store says of their claims is history.
        self.rejudged: set[str] = set()
        #: The addresses that movers ask for at the end of the run; settle's business.
        self.claimed: set[str] = set()

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

    def turned_away(self, candidate: Candidate) -> bool:
        """Refuse a suppressed address (rows 11 to 13), park a changed one; tell whether either was done."""
        key = candidate.key or ""
        contact = self.known.contacts.get(key)
        objected = Reason.DO_NOT_MAIL if contact is not None and contact.unsubscribed else Reason.NONE
        reason = self.known.suppressed.get(key) or objected
        if reason:
            self.refuse(candidate, reason, "")
            return True
        holder = self.holder(candidate.link)
        if holder is not None and holder.key != key and holder.status is ContactStatus.LIVE:
            # Until the end of the run it keeps the address that it leaves.
            self.rejudged.discard(candidate.source_id)
            self.plan.parked.append(Parking(candidate.source_id, MOVED, key, candidate.octets))
            return True
        return False

    def holder(self, link: Link | None) -> Image | None:
        """Give the contact that *link* holds."""
        return None if link is None or link.contact_id is None else self.known.by_id.get(link.contact_id)

    def refuse(self, candidate: Candidate, reason: Reason, detail: str) -> None:
        """Do not take a record. A contact that it holds stays, and is flagged if its address went bad."""
        link = candidate.link
        holder = self.holder(link)
        state = LinkState.SKIPPED if holder is None else LinkState.STALE
        outcome = skipped_outcome(reason)
        contact_id = None if holder is None else holder.id
        if link is not None and link.state is LinkState.OWNER and self._has_shadows(link):
            self.plan.parked.append(Parking(link.source_id, LEFT, link.key, b""))
        if holder is not None and reason in BAD_ADDRESS and not holder.stale:
            self.plan.update.append(holder._replace(stale=True))
        self.write(candidate, outcome, reason, contact_id, detail=detail)
        # The key of a record that is not taken is nobody's claim; a stale one keeps its contact's.
        key = None if holder is None or link is None else link.key
        self.link(candidate, state, contact_id, outcome, reason, key=key)

    def _has_shadows(self, link: Link) -> bool:
        claimants = self.known.claimants.get(link.key or "", ())
        return any(other.state is LinkState.SHADOW for other in claimants)

    def contest(self, key: str, group: list[Candidate]) -> None:
        """Give *key* to whoever ranks first among *group* and the claimants known from before."""
        claimants = self.known.claimants.get(key, [])
        keeper = next((link for link in claimants if link.state is not LinkState.SHADOW), None)
        others = [link for link in claimants if claims(link) and link.source_id not in self.rejudged]
        best = min(group, key=lambda candidate: rank(candidate.created, candidate.source_id))
        rival = min(others, key=lambda link: rank(link.created, link.source_id), default=None)
        lost = rival is not None and rank(rival.created, rival.source_id) < rank(best.created, best.source_id)
        if rival is not None and lost and rival.state is LinkState.SHADOW:
            # Nobody owns the key any more: settle hands it to the rival.
            self.plan.parked.append(Parking(best.source_id, LEFT, key, b""))
        for candidate in group:
            if lost or candidate is not best:
                self.shade(candidate)
        if not lost:
            self.own(best, key, keeper)

    def shade(self, candidate: Candidate) -> None:
        """Another record owns the address: keep what this one holds, in case it must take over."""
        self.write(candidate, Outcome.SKIPPED, Reason.FILE_DUPLICATE, None)
        self.link(candidate, LinkState.SHADOW, None, Outcome.SKIPPED, Reason.FILE_DUPLICATE, key=candidate.key)

    def own(self, candidate: Candidate, key: str, owner: Link | None) -> None:
        """The record has the address: make its contact, or bring that up to date."""
        now = self.resident(key)
        before = self.before(owner, now)
        if owner is not None and owner.source_id != candidate.source_id:
            self.relieve(owner, now)
        if before is None:
            image = self.added(candidate, key, now)
            outcome, reason = Outcome.ADDED, Reason.NONE
            changed: tuple[str, ...] = ()
        else:
            image, changed = self.merged(before, candidate, key)
            outcome, reason = self.verdict(candidate, owner, before, changed)
        if image != now:
            (self.plan.create if now is None else self.plan.update).append(image)
        if now is None or now.membership is None:
            self.plan.joins.append(image.id)
        self.write(candidate, outcome, reason, image.id, changed=changed, before=before)
        self.link(candidate, LinkState.OWNER, image.id, outcome, reason, key=candidate.key)

    def resident(self, key: str) -> Image | None:
        """Give the contact that has *key*."""
        return self.known.contacts.get(key)

    def before(self, owner: Link | None, now: Image | None) -> Image | None:
        """Give the contact as it was before this run first touched it."""
        if owner is None or owner.seen_run != self.rules.run:
            return now
        if owner.outcome is Outcome.ADDED:
            return None
        return self.known.before.get(owner.source_id, now)

    def added(self, candidate: Candidate, key: str, now: Image | None) -> Image:
        """Make a contact of a record; *now*: the one that a record of this run made already."""
        fields = {name: value for name, value in candidate.fields.items() if value not in (None, "", [])}
        return Image(
            id=next(self.ids) if now is None else now.id,
            email=candidate.address,
            key=key,
            fields=fields,
            provenance={},
            subscription_type=self.rules.subscription_type,
            status=ContactStatus.LIVE,
            stale=False,
            membership=Membership.SUBSCRIBED,
        )

    def merged(self, before: Image, candidate: Candidate, key: str) -> tuple[Image, tuple[str, ...]]:
        """Bring a contact up to date; what a person changed by hand is left alone."""
        fields: dict[str, Value] = {
            name: value for name, value in candidate.fields.items() if before.provenance.get(name) != "manual"
        }
        after, changed = merge(dict(before.fields), fields, update_empty=self.rules.update_empty)
        revived = before.status is not ContactStatus.LIVE
        email = candidate.address if before.provenance.get("email") != "manual" else before.email
        image = before._replace(
            email=email,
            key=key,
            fields=after,
            status=ContactStatus.LIVE,
            stale=False,
            subscription_type=self.rules.subscription_type if revived else before.subscription_type,
            membership=before.membership or Membership.SUBSCRIBED,
        )
        return image, (*(("email",) if email != before.email else ()), *changed)

    def verdict(
        self, candidate: Candidate, owner: Link | None, before: Image, changed: tuple[str, ...]
    ) -> tuple[Outcome, Reason]:
        """Name what bringing a contact up to date amounts to (rows 19 to 21)."""
        if before.status is not ContactStatus.LIVE:
            return Outcome.READDED, Reason.NONE
        if not self._owned_before(candidate, owner, before):
            return Outcome.UPDATED, Reason.LINKED
        if owner is not None and owner.source_id != candidate.source_id:
            return Outcome.UPDATED, Reason.OWNERSHIP
        if changed or before.stale or before.membership is None:
            return Outcome.UPDATED, Reason.NONE
        return Outcome.UNCHANGED, Reason.NONE

    def _owned_before(self, candidate: Candidate, owner: Link | None, before: Image) -> bool:
        """Whether a record of this sync held the contact when the run began."""
        if owner is None:
            return candidate.link is not None and candidate.link.contact_id == before.id
        if owner.seen_run != self.rules.run:
            return True
        return owner.outcome not in {Outcome.ADDED, Outcome.READDED} and owner.reason is not Reason.LINKED

    def relieve(self, keeper: Link, contact: Image | None) -> None:
        """Take the contact from the record that holds it: an owner becomes a shadow, a stale one just lets go."""
        if keeper.source_id in self.rejudged:
            for place, link in enumerate(self.plan.links):
                if link.source_id == keeper.source_id and link.state is LinkState.STALE:
                    self.plan.links[place] = let_go(link)
        elif keeper.state is LinkState.STALE:
            self.plan.links.append(let_go(keeper))
        else:
            self.demote(keeper, contact)

    def demote(self, owner: Link, contact: Image | None) -> None:
        """The owner so far becomes a shadow; if it was decided in this run, it is decided again."""
        names = self.rules.mapping.targets
        values = {} if contact is None else {name: contact.fields.get(name) for name in names}
        address = "" if contact is None else contact.email
        mapped = {"email": address, **values}
        shadow = owner._replace(contact_id=None, state=LinkState.SHADOW, mapped=mapped, digest=None)
        if owner.seen_run == self.rules.run:
            self.count(owner, Outcome.SKIPPED, Reason.FILE_DUPLICATE)
            shadow = shadow._replace(outcome=Outcome.SKIPPED, reason=Reason.FILE_DUPLICATE, digest=owner.digest)
            row = (Outcome.SKIPPED, Reason.FILE_DUPLICATE, "", None, (), None, mapped)
            self.plan.replaced.append(owner.source_id)
            self.plan.rows.append(Row(owner.source_id, "", address, owner.key, *row))
        self.plan.links.append(shadow)

    def link(
        self,
        candidate: Candidate,
        state: LinkState,
        contact_id: int | None,
        outcome: Outcome,
        reason: Reason,
        *,
        key: str | None,
    ) -> None:
        """Remember the record, under *key*, and count it. A shadow keeps what it must know to take over."""
        self.count(candidate.link, outcome, reason)
        run = self.rules.run
        self.plan.links.append(
            Link(
                source_id=candidate.source_id,
                contact_id=contact_id,
                key=key,
                created=candidate.created,
                modified=candidate.modified,
                digest=candidate.digest,
                state=state,
                mapped=candidate.mapped if state is LinkState.SHADOW else None,
                seen_run=run,
                outcome=outcome,
                reason=reason,
                first_run=run if candidate.link is None else candidate.link.first_run,
            )
        )

    def count(self, link: Link | None, outcome: Outcome, reason: Reason) -> None:
        """Count a decision, and take back the one of an earlier page that it replaces."""
        self.plan.counts[outcome, reason] += 1
        if link is not None and link.seen_run == self.rules.run:
            self.plan.counts[link.outcome, link.reason] -= 1

    def write(
        self,
        candidate: Candidate,
        outcome: Outcome,
        reason: Reason,
        contact_id: int | None,
        *,
        detail: str = "",
        changed: tuple[str, ...] = (),
        before: Image | None = None,
    ) -> None:
        """Write a row of the ledger, for every outcome that gets one."""
        if candidate.link is not None and candidate.link.seen_run == self.rules.run:
            self.plan.replaced.append(candidate.source_id)
        if outcome in {Outcome.UNCHANGED, Outcome.ADDED}:
            return
        row = (outcome, reason, detail, contact_id, changed, before, candidate.mapped)
        self.plan.rows.append(Row(candidate.source_id, candidate.title, candidate.address, candidate.key, *row))
