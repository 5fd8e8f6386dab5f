"""Taking a run back: what becomes of each of its effects, given what is there now.

Rule: an effect is taken back where nobody has touched the contact since, and
kept with the reason where somebody has. It goes back to the image from before
the run, which the ledger kept; a suppression is never lifted by that (I4) nor
left behind at the address that is given up, and who is erased stays so. The result is a plan like that of any page.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from contactd.domain.changes import Effect
from contactd.domain.effects import changes
from contactd.domain.ledger import Consent, Image, Known, Link, Plan, Row
from contactd.domain.relinking import Relinking
from contactd.domain.words import ContactStatus, Outcome, Reason


@dataclass(frozen=True, slots=True)
class Scene:
    """What there is now of some contacts.

    *touched*: which run changed them last, `None` a person. *made*: which run made them, likewise.
    *links* by record. *claimed*: those that a later run of the sync did something about, if only to give them to
    another record.
    """

    known: Known
    touched: Mapping[int, int | None]
    made: Mapping[int, int | None]
    links: Mapping[str, Link]
    claimed: frozenset[int]


@dataclass(frozen=True, slots=True)
class Undone:
    """What one step of an undo asks of the store; *quits*: (topic, contact) that the run had made known."""

    plan: Plan
    quits: Sequence[tuple[int, int]]


class Kept(StrEnum):
    """Why an effect is kept."""

    BY_HAND = "by_hand"
    LATER_RUN = "later_run"
    HELD = "held"
    TAKEN = "taken"
    SUPPRESSED = "suppressed"
    ERASED = "erased"
    FORGOTTEN = "forgotten"


#: As sentences for the ledger of the run that undoes.
WHY_KEPT: Mapping[Kept, str] = {
    Kept.BY_HAND: "Kept: a person has changed the contact since.",
    Kept.LATER_RUN: "Kept: a later run has changed the contact since.",
    Kept.HELD: "Kept: another sync holds the contact by now.",
    Kept.TAKEN: "Kept: another contact has the former e-mail address by now.",
    Kept.SUPPRESSED: "Kept: the e-mail address is suppressed by now, so the contact comes on no list.",
    Kept.ERASED: "Kept: the person was erased.",
    Kept.FORGOTTEN: "Kept: what the contact was before is forgotten; it named somebody who was erased.",
}

#: What it is called in the ledger that an outcome is taken back. A record that was not taken may have
#: touched the contact that it holds all the same: its address went bad, or its profile was refreshed.
TAKEN_BACK: Mapping[Outcome, Outcome] = {
    Outcome.ADDED: Outcome.REMOVED,
    Outcome.READDED: Outcome.REMOVED,
    Outcome.UPDATED: Outcome.UPDATED,
    Outcome.REMOVED: Outcome.READDED,
    Outcome.SKIPPED: Outcome.UPDATED,
}


def take_back(effects: Sequence[Effect], scene: Scene, *, undone: int, run: int, topics: Mapping[int, str]) -> Undone:
    """Take *effects* of the run *undone* back, as the run with the number *run*; *topics*: names by id."""
    return _Undoing(effects, scene, undone=undone, run=run, topics=topics).decided()


class _Undoing:
    """One step of an undo being decided."""

    def __init__(
        self, effects: Sequence[Effect], scene: Scene, *, undone: int, run: int, topics: Mapping[int, str]
    ) -> None:
        self._effects = effects
        self._scene = scene
        self._undone = undone
        self._run = run
        self._topics = topics
        self._kept: dict[str, Kept] = {}
        self._plan = Plan()
        self._quits: list[tuple[int, int]] = []

    def decided(self) -> Undone:
        """Decide all of them."""
        self._judge()
        images = self._images()
        for image in images.values():
            self._become(image)
        relinking = Relinking(self._scene.known, self._scene.links)
        for effect in self._effects:
            if effect.source_id in self._kept:
                why = WHY_KEPT[self._kept[effect.source_id]]
                self._write(effect, Outcome.UNCHANGED, self._now(effect.contact_id), detail=why)
            else:
                outcome, image = TAKEN_BACK[effect.outcome], images[effect.contact_id]
                self._write(effect, outcome, self._now(effect.contact_id), after=image)
                relinking.restore(effect, image, outcome)
        self._plan.links.extend(link._replace(digest=None, seen_run=self._run) for link in relinking.links())
        self._plan.released.extend(self._released(images.values()))
        return Undone(self._plan, self._quits)

    def _now(self, contact_id: int) -> Image | None:
        return self._scene.known.by_id.get(contact_id)

    def _judge(self) -> None:
        """Find what is kept; whoever is kept keeps its address, which may keep another one."""
        found = True
        while found:
            left = [effect for effect in self._effects if effect.source_id not in self._kept]
            going = {number for effect in left for number in effect.contacts}
            fresh = {effect.source_id: why for effect in left if (why := self._why_kept(effect, going)) is not None}
            self._kept.update(fresh)
            found = bool(fresh)

    def _why_kept(self, effect: Effect, going: set[int]) -> Kept | None:
        reasons = [self._why_not_back(image, going) for image in effect.befores]
        if effect.before is None:
            made = self._scene.made.get(effect.contact_id) == self._undone
            reasons += [self._why_not_away(effect.contact_id), None if made else Kept.FORGOTTEN]
        return next((reason for reason in reasons if reason is not None), None)

    def _why_not_away(self, contact_id: int) -> Kept | None:
        """Tell what forbids that the contact goes."""
        touched = self._why_not_touched(contact_id)
        # Who has held it since before the run held it when it was not there, too.
        later = any(hold.seen_run > self._undone for hold in self._scene.known.holds.get(contact_id, ()))
        return touched or (Kept.HELD if later else None)

    def _why_not_back(self, before: Image, going: set[int]) -> Kept | None:
        """Tell what forbids that the contact is again what it was."""
        now = self._now(before.id)
        if now is not None and _same(before, now):
            return None
        if before.status is not ContactStatus.LIVE:
            return self._why_not_away(before.id)
        touched = self._why_not_touched(before.id)
        if touched is not None or now is None:
            return touched
        other = self._other(before)
        if other is not None and other.status is ContactStatus.LIVE and other.id not in going:
            return Kept.TAKEN
        # Whatever list it is on, an address that it gets back comes onto that, too.
        comes = now.status is not ContactStatus.LIVE or before.key != now.key
        joins = before.membership is not None and now.membership is None
        suppressed = before.key in self._scene.known.suppressed
        return Kept.SUPPRESSED if (joins or comes) and suppressed else None

    def _why_not_touched(self, contact_id: int) -> Kept | None:
        now = self._now(contact_id)
        if now is None or now.status is ContactStatus.ERASED:
            return Kept.ERASED
        touched = self._scene.touched.get(contact_id)
        if touched in {self._undone, self._run}:
            # As it was, a record that it went to would not be looked at again.
            return Kept.LATER_RUN if contact_id in self._scene.claimed else None
        return Kept.BY_HAND if touched is None else Kept.LATER_RUN

    def _other(self, image: Image) -> Image | None:
        """Give the other contact that has the address which *image* wants back."""
        there = None if image.key is None else self._scene.known.contacts.get(image.key)
        return None if there is None or there.id == image.id else there

    def _images(self) -> dict[int, Image]:
        """Give what the contacts become; none keeps an address that another one gets back."""
        left = [effect for effect in self._effects if effect.source_id not in self._kept]
        images = {image.id: self._wanted(image) for effect in left for image in effect.befores}
        for effect in left:
            if effect.before is None:
                now = self._scene.known.by_id[effect.contact_id]
                images[now.id] = now._replace(status=ContactStatus.DELETED, membership=None, topics=())
        live = {image.key: number for number, image in images.items() if image.status is ContactStatus.LIVE}
        return {
            number: image._replace(key=None) if live.get(image.key, number) != number else image
            for number, image in images.items()
        }

    def _wanted(self, image: Image) -> Image:
        """Give *image* without topics of which its address wants nothing by now (I4)."""
        now = self._now(image.id)
        there = {topic for topic, _ in (() if now is None else now.topics)}
        unwanted = self._scene.known.untold.get(image.key or "", frozenset()) - there
        return image._replace(topics=tuple(pair for pair in image.topics if pair[0] not in unwanted))

    def _released(self, images: Iterable[Image]) -> list[int]:
        """Tell which contacts that are gone let go of an address that one of *images* gets back."""
        changed = {image.id for image in images}
        holders = (self._other(image) for image in images)
        return [holder.id for holder in holders if holder is not None and holder.id not in changed]

    def _become(self, image: Image) -> None:
        """Have a contact become *image*, with its memberships and what it agrees to."""
        now = self._scene.known.by_id[image.id]
        if _same(image, now):
            return
        self._plan.update.append(image)
        if image.key is not None and image.key != now.key:
            # What was said at the address that it leaves goes along; what was said at this one is heard.
            self._plan.objections.append((now.key or image.key, image.key))
        if image.id in self._scene.known.holds:
            self._plan.shared.append(image.id)
        if now.membership is not None and image.membership is None:
            self._plan.leaves.append(image.id)
        self._plan.subscribe(image, now)
        known_of, told = dict(now.topics), dict(image.topics)
        self._quits.extend((topic, image.id) for topic in known_of if topic not in told)
        self._plan.consents.extend(self._consents(now, image))

    def _consents(self, now: Image, image: Image) -> list[Consent]:
        known_of, told = dict(now.topics), dict(image.topics)
        pairs = [
            ("subscription_type", now.subscription_type, image.subscription_type),
            ("lawful_basis", now.lawful_basis, image.lawful_basis),
            *(
                (f"topics/{self._topics.get(topic, topic)}", known_of.get(topic, ""), told.get(topic, ""))
                for topic in sorted({*known_of, *told})
            ),
        ]
        return [Consent(image.id, subject, str(old), str(new)) for subject, old, new in pairs if old != new]

    def _write(
        self, effect: Effect, outcome: Outcome, now: Image | None, *, detail: str = "", after: Image | None = None
    ) -> None:
        changed = () if now is None or after is None else changes(now, after, self._topics)
        shown = now if after is None else after
        address, key = ("", None) if shown is None else (shown.email, shown.key)
        mapped = {} if after is None else {"email": after.email, **after.fields}
        told = (outcome, Reason.NONE, detail, effect.contact_id, changed, now if changed else None, mapped)
        self._plan.rows.append(Row(effect.source_id, effect.title, address, key, *told))
        self._plan.counts[outcome, Reason.NONE] += 1


def _same(one: Image, other: Image) -> bool:
    """Tell whether a contact is the same in both; which record held it is another matter."""
    return one._replace(holder="") == other._replace(holder="")
