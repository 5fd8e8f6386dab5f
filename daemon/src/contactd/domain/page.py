"""A page or a step being decided: what is known, and the plan that grows of it.

Rule: a decision is made, counted and linked in one go, so that none is ever
counted that was not made; one that an earlier page of the run made is taken
back in the same breath.
"""

from collections.abc import Collection, Iterator, Mapping

from contactd.domain.effects import agreed, brought_up, changes, counts, left_alone, made, refreshed, verdict, waited
from contactd.domain.ledger import LEFT, Consent, Image, Known, Link, Parking, Plan, Row
from contactd.domain.ranking import let_go
from contactd.domain.rules import Rules
from contactd.domain.sift import BAD_ADDRESS, SUPPRESSED, Candidate, skipped_outcome
from contactd.domain.words import ContactStatus, LinkState, Outcome, Reason, SubscriptionType
from contactd_sdk import Value


class Page:
    """What is being decided together: *plan* is what comes of it."""

    def __init__(self, known: Known, rules: Rules, ids: Iterator[int]) -> None:
        self.known = known
        self.rules = rules
        self.ids = ids
        self.plan = Plan()
        #: The records that this page decides: what the store says of their claims is history.
        self.rejudged: set[str] = set()
        #: Contacts as the plan leaves them so far.
        self.images: dict[int, Image] = {}
        #: Which record left a contact behind.
        self.left: dict[int, str] = {}

    def holder(self, link: Link | None) -> Image | None:
        """Give the contact that *link* holds."""
        there = None if link is None or link.contact_id is None else self.known.by_id.get(link.contact_id)
        return None if there is None else self.images.get(there.id, there)

    def against(self, key: str) -> Reason:
        """Tell why *key* gets no mail from this sync, if it gets none (rows 11 to 13)."""
        contact = self.known.contacts.get(key)
        objected = Reason.DO_NOT_MAIL if contact is not None and contact.unsubscribed else Reason.NONE
        return self.known.suppressed.get(key) or objected

    def refuse(self, candidate: Candidate, reason: Reason, detail: str) -> None:
        """Do not take a record. A contact that it holds stays, and is flagged if its address went bad."""
        link = candidate.link
        holder = self.holder(link)
        state = LinkState.SKIPPED if holder is None else LinkState.STALE
        outcome = skipped_outcome(reason)
        contact_id = None if holder is None else holder.id
        if link is not None and link.state is LinkState.OWNER and self._has_shadows(link):
            self.plan.parked.append(Parking(link.source_id, LEFT, link.key, b""))
        kept = None if holder is None else self._kept(candidate, holder, reason)
        changed = () if holder is None or kept is None else changes(holder, kept, self.rules.topics)
        if kept is not None and changed:
            self.put(kept, holder)
        before = holder._replace(holder=candidate.source_id) if holder is not None and changed else None
        self.write(candidate, outcome, reason, contact_id, detail=detail, changed=changed, before=before)
        # The key of a record that is not taken is nobody's claim; a stale one keeps its contact's.
        key = None if holder is None or link is None else link.key
        self.link(candidate, state, contact_id, outcome, reason, key=key)

    def _kept(self, candidate: Candidate, holder: Image, reason: Reason) -> Image:
        """Give the contact of a record that is not taken, as it is from now on."""
        if holder.status is not ContactStatus.LIVE:
            return holder
        moves = holder.key != candidate.key
        if reason in BAD_ADDRESS or (moves and reason in SUPPRESSED):
            return holder._replace(stale=True)
        if reason is Reason.DO_NOT_MAIL and self.rules.choices.refreshes:
            return refreshed(holder, candidate, self.rules, self.known)
        return holder

    def _has_shadows(self, link: Link) -> bool:
        claimants = self.known.claimants.get(link.key or "", ())
        return any(other.state is LinkState.SHADOW for other in claimants)

    def shade(self, candidate: Candidate, leaves: Image | None = None) -> None:
        """Another record owns the address: keep what this one says, in case it must take over, and whom it *leaves*."""
        told = (Outcome.SKIPPED, Reason.FILE_DUPLICATE)
        if leaves is None:
            self.write(candidate, *told, None, detail="")
        else:
            image = leaves._replace(holder=candidate.source_id)
            self.write(candidate, *told, image.id, detail="", changed=("link",), before=image, aside=image)
        self.link(candidate, LinkState.SHADOW, None, Outcome.SKIPPED, Reason.FILE_DUPLICATE, key=candidate.key)

    def own(self, candidate: Candidate, key: str, keeper: Link | None) -> bool:
        """The record has the address: make its contact, or bring that up to date; tell whether there was room."""
        now = self.resident(key)
        if (now is None or now.status is not ContactStatus.LIVE) and not self.room():
            self.refuse(candidate, Reason.LIMIT, "")
            return False
        before = self.before(candidate, keeper, now)
        if keeper is not None and keeper.source_id != candidate.source_id:
            self.relieve(keeper, now)
        if before is None:
            number = next(self.ids) if now is None else now.id
            image = left_alone(made(candidate, key, self.rules, self.known, number=number), now)
            changed: tuple[str, ...] = ()
        else:
            image = left_alone(brought_up(before, candidate, key, self.rules, self.known), now)
            changed = changes(before, image, self.rules.topics)
        outcome, reason = verdict(candidate, before, changed)
        if before is None and waited(candidate, key, self.rules.run):
            outcome, reason = Outcome.UPDATED, Reason.OWNERSHIP
        changed += ("link",) if reason else ()
        self.put(image, now, made_now=before is None)
        self.note(now)
        self.write(candidate, outcome, reason, image.id, changed=changed, before=before)
        self.link(candidate, LinkState.OWNER, image.id, outcome, reason, key=candidate.key)
        return True

    def room(self) -> bool:
        """Whether the workspace may have one contact more, of those that count (row 16)."""
        if self.known.room is None or self.rules.subscription_type != SubscriptionType.MARKETING:
            return True
        return sum(self.plan.counted) < self.known.room

    def put(self, image: Image, now: Image | None, *, made_now: bool = False) -> None:
        """Have a contact that is *now* so become *image*, with its memberships and what it agreed to."""
        if now is None:
            self.plan.create.append(image)
        elif image != now or any(one.id == now.id for one in self.plan.update):
            # The last image of a contact counts, also where it takes back what was meant for it a moment ago.
            self.plan.update.append(image)
            self.images[image.id] = image
            if now.id in self.known.holds:
                self.plan.shared.append(now.id)
        self.plan.subscribe(image, now)
        more = counts(image) - counts(now)
        if more:
            self.plan.counted.append(more)
        if now is not None and not made_now:
            # The mark of its creation is the first consent of a contact.
            self.plan.consents.extend(agreed(now, image, self.rules))

    def note(self, now: Image | None) -> None:
        """Write down a lawful basis that is not the one the contact has and keeps."""
        basis = self.rules.lawful_basis
        if now is None or now.id in self.known.noted or not basis:
            return
        if now.status is ContactStatus.LIVE and now.lawful_basis not in {"", basis}:
            self.plan.consents.append(Consent(now.id, "lawful_basis", now.lawful_basis, basis))

    def resident(self, key: str) -> Image | None:
        """Give the contact that has *key*."""
        there = self.known.contacts.get(key)
        return None if there is None else self.images.get(there.id, there)

    def before(self, candidate: Candidate, keeper: Link | None, now: Image | None) -> Image | None:
        """Give the contact as it was before this run first touched it, and which record held it then."""
        if now is None:
            return None
        if keeper is None:
            own = candidate.link is not None and candidate.link.contact_id == now.id
            return now._replace(holder=candidate.source_id if own else self.left.get(now.id, ""))
        if self.made_by(keeper):
            return None
        if keeper.seen_run == self.rules.run and keeper.source_id in self.known.before:
            return self.known.before[keeper.source_id]
        # What became of it a moment ago, because its record was refused, is of this run, too.
        stored = self.known.by_id.get(now.id, now) if keeper.source_id in self.rejudged else now
        return stored._replace(holder=keeper.source_id)

    def made_by(self, keeper: Link) -> bool:
        """Whether an earlier page of this run made the contact that *keeper* holds, for it or for a shadow it was."""
        took = keeper.reason is Reason.OWNERSHIP and keeper.source_id not in self.known.before
        return keeper.seen_run == self.rules.run and (took or keeper.outcome is Outcome.ADDED)

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
        silent = owner.mapped or {}
        names = [name for name in self.rules.mapping.targets if name not in silent]
        values: dict[str, Value] = {} if contact is None else {name: contact.fields.get(name) for name in names}
        address = "" if contact is None else contact.email
        mapped = {"email": address, **values}
        # The record is as it was: an overlap that brings it again brings no news.
        shadow = owner._replace(contact_id=None, state=LinkState.SHADOW, mapped=mapped)
        if owner.seen_run == self.rules.run:
            self.count(owner, Outcome.SKIPPED, Reason.FILE_DUPLICATE)
            shadow = shadow._replace(outcome=Outcome.SKIPPED, reason=Reason.FILE_DUPLICATE)
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
        """Remember the record, under *key*, and count it. A shadow keeps what it must know to take over.

        So may an owner become one: what it says is on its contact, what it is silent about must be remembered.
        """
        self.count(candidate.link, outcome, reason)
        run = self.rules.run
        silences = self.silences(candidate.fields) if state is LinkState.OWNER else None
        self.plan.links.append(
            Link(
                source_id=candidate.source_id,
                contact_id=contact_id,
                key=key,
                created=candidate.created,
                modified=candidate.modified,
                digest=candidate.digest,
                state=state,
                mapped=candidate.mapped if state is LinkState.SHADOW else silences,
                seen_run=run,
                outcome=outcome,
                reason=reason,
                first_run=run if candidate.link is None else candidate.link.first_run,
            )
        )

    def silences(self, said: Collection[str]) -> Mapping[str, Value] | None:
        """Give the fields that an owner is silent about, if there are any: their values are not its own."""
        silences = dict.fromkeys(name for name in self.rules.mapping.targets if name not in said)
        return silences or None

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
        detail: str | None = None,
        changed: tuple[str, ...] = (),
        before: Image | None = None,
        aside: Image | None = None,
    ) -> None:
        """Write a row of the ledger, for every outcome that gets one; without *detail* it tells the warnings."""
        if candidate.link is not None and candidate.link.seen_run == self.rules.run:
            self.plan.replaced.append(candidate.source_id)
        detail = candidate.warnings if detail is None else detail
        if outcome is Outcome.UNCHANGED or (outcome is Outcome.ADDED and not detail):
            return
        row = (outcome, reason, detail, contact_id, changed, before, candidate.mapped, aside)
        self.plan.rows.append(Row(candidate.source_id, candidate.title, candidate.address, candidate.key, *row))
