"""Taking a run back: what becomes of each of its effects, given what is there now.

Rule: an effect is taken back where nobody has touched the contact since, and
kept with the reason where somebody has. It goes back to the image from before
the run, which the ledger kept; a suppression is never lifted by that (I4), and
who is erased stays so. The result is a plan like that of any page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from contactd.domain.changes import Effect, differences
from contactd.domain.ledger import Image, Known, Link, Plan, Row
from contactd.domain.words import ContactStatus, LinkState, Outcome, Reason


@dataclass(frozen=True, slots=True)
class Scene:
    """What there is now of some contacts.

    *touched*: which run changed them last, `None` a person. *links* by record.
    *held*: those that another sync holds.
    """

    known: Known
    touched: Mapping[int, int | None]
    links: Mapping[str, Link]
    held: frozenset[int]


class Kept(StrEnum):
    """Why an effect is kept."""

    BY_HAND = "by_hand"
    LATER_RUN = "later_run"
    HELD = "held"
    TAKEN = "taken"
    SUPPRESSED = "suppressed"
    ERASED = "erased"


#: As sentences for the ledger of the run that undoes.
WHY_KEPT: Mapping[Kept, str] = {
    Kept.BY_HAND: "Kept: a person has changed the contact since.",
    Kept.LATER_RUN: "Kept: a later run has changed the contact since.",
    Kept.HELD: "Kept: another sync holds the contact by now.",
    Kept.TAKEN: "Kept: another contact has the former e-mail address by now.",
    Kept.SUPPRESSED: "Kept: the e-mail address is suppressed by now, so the contact comes on no list.",
    Kept.ERASED: "Kept: the person was erased.",
}

#: What it is called in the ledger that an outcome is taken back; the others leave nothing to take back.
TAKEN_BACK: Mapping[Outcome, Outcome] = {
    Outcome.ADDED: Outcome.REMOVED,
    Outcome.READDED: Outcome.REMOVED,
    Outcome.UPDATED: Outcome.UPDATED,
    Outcome.REMOVED: Outcome.READDED,
}


def take_back(effects: Sequence[Effect], scene: Scene, *, undone: int, run: int) -> Plan:
    """Take *effects* of the run *undone* back, as the run with the number *run*."""
    return Undoing(effects, scene, undone=undone, run=run).plan()


class Undoing:
    """One step of an undo being decided."""

    def __init__(self, effects: Sequence[Effect], scene: Scene, *, undone: int, run: int) -> None:
        self._scene = scene
        self._undone = undone
        self._run = run
        self._effects = effects
        self._kept: dict[str, Kept] = {}

    def plan(self) -> Plan:
        """Decide all of them."""
        plan = Plan()
        self._judge()
        images = self._images()
        for effect in self._effects:
            if effect.source_id in self._kept:
                self._keep(plan, effect)
            else:
                self._restore(plan, effect, images[effect.contact_id])
        plan.released.extend(self._released(images))
        return plan

    def _judge(self) -> None:
        """Find what is kept; whoever is kept keeps its address, which may keep another one."""
        found = True
        while found:
            going = {effect.contact_id for effect in self._effects if effect.source_id not in self._kept}
            fresh = {
                effect.source_id: why
                for effect in self._effects
                if effect.source_id not in self._kept and (why := self._why_kept(effect, going)) is not None
            }
            self._kept.update(fresh)
            found = bool(fresh)

    def _why_kept(self, effect: Effect, going: set[int]) -> Kept | None:
        now = self._scene.known.by_id.get(effect.contact_id)
        if now is None or now.status is ContactStatus.ERASED:
            return Kept.ERASED
        if effect.before == now:
            return None
        touched = self._scene.touched.get(effect.contact_id)
        if touched not in {self._undone, self._run}:
            return Kept.BY_HAND if touched is None else Kept.LATER_RUN
        goes = effect.before is None or effect.before.status is not ContactStatus.LIVE
        if goes and effect.contact_id in self._scene.held:
            return Kept.HELD
        return None if effect.before is None else self._why_not_back(effect.before, now, going)

    def _why_not_back(self, before: Image, now: Image, going: set[int]) -> Kept | None:
        """Tell what forbids that the contact is again what it was."""
        other = self._holder(before)
        if other is not None and other.status is ContactStatus.LIVE and other.id not in going:
            return Kept.TAKEN
        joins = before.membership is not None and now.membership is None
        return Kept.SUPPRESSED if joins and before.key in self._scene.known.suppressed else None

    def _holder(self, before: Image) -> Image | None:
        """Give the other contact that has the address which *before* wants back."""
        there = None if before.key is None else self._scene.known.contacts.get(before.key)
        return None if there is None or there.id == before.id else there

    def _images(self) -> dict[int, Image]:
        """Give what the contacts become; none keeps an address that another one gets back."""
        images = {
            effect.contact_id: self._image(effect) for effect in self._effects if effect.source_id not in self._kept
        }
        live = {image.key: number for number, image in images.items() if image.status is ContactStatus.LIVE}
        return {
            number: image._replace(key=None) if live.get(image.key, number) != number else image
            for number, image in images.items()
        }

    def _image(self, effect: Effect) -> Image:
        if effect.before is not None:
            return effect.before
        return self._scene.known.by_id[effect.contact_id]._replace(status=ContactStatus.DELETED, membership=None)

    def _released(self, images: Mapping[int, Image]) -> list[int]:
        """Tell which contacts that are gone let go of an address that one of *images* gets back."""
        holders = (self._holder(image) for image in images.values())
        return [holder.id for holder in holders if holder is not None and holder.id not in images]

    def _keep(self, plan: Plan, effect: Effect) -> None:
        now = self._scene.known.by_id.get(effect.contact_id)
        why = WHY_KEPT[self._kept[effect.source_id]]
        self._write(plan, effect, Outcome.UNCHANGED, now, detail=why)

    def _restore(self, plan: Plan, effect: Effect, image: Image) -> None:
        now = self._scene.known.by_id[effect.contact_id]
        if image != now:
            plan.update.append(image)
        if now.membership is not None and image.membership is None:
            plan.leaves.append(image.id)
        if now.membership is None and image.membership is not None:
            plan.joins.append(image.id)
        outcome = TAKEN_BACK[effect.outcome]
        self._write(plan, effect, outcome, now, after=image)
        link = self._scene.links.get(effect.source_id)
        if link is not None:
            changed = self._link(link, effect, image)
            plan.links.append(changed._replace(digest=None, seen_run=self._run, outcome=outcome, reason=Reason.NONE))

    def _link(self, link: Link, effect: Effect, image: Image) -> Link:
        """Give what the sync knows of the record again; without a digest it is decided afresh when it is read."""
        if effect.outcome is Outcome.REMOVED:
            return link._replace(state=LinkState.OWNER, contact_id=image.id, key=image.key)
        if effect.reason is Reason.OWNERSHIP and effect.before is None:
            return link._replace(state=LinkState.SHADOW, contact_id=None, mapped=effect.mapped)
        if image.status is not ContactStatus.LIVE or effect.reason is Reason.LINKED:
            return link._replace(state=LinkState.SKIPPED, contact_id=None, key=None, mapped=None)
        return link._replace(key=image.key) if link.contact_id == image.id else link

    def _write(
        self,
        plan: Plan,
        effect: Effect,
        outcome: Outcome,
        now: Image | None,
        *,
        detail: str = "",
        after: Image | None = None,
    ) -> None:
        changed = () if now is None or after is None else differences(now, after)
        shown = now if after is None else after
        address, key = ("", None) if shown is None else (shown.email, shown.key)
        mapped = {} if after is None else {"email": after.email, **after.fields}
        told = (outcome, Reason.NONE, detail, effect.contact_id, changed, now if changed else None, mapped)
        plan.rows.append(Row(effect.source_id, effect.title, address, key, *told))
        plan.counts[outcome, Reason.NONE] += 1
