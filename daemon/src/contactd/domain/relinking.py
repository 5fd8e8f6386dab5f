"""What a sync knows of its records again, when a run is taken back.

Rule: an address has one owner. Who had it before the run has it again where the
run moved it by a change of address; where the run only found who comes first
(the W-rule), that stays, because it looks at the records alone.
"""

from collections.abc import Iterable, Mapping

from contactd.domain.changes import Effect
from contactd.domain.ledger import Image, Known, Link
from contactd.domain.words import ContactStatus, LinkState, Outcome, Reason


class Relinking:
    """The links of one step of an undo."""

    def __init__(self, known: Known, links: Mapping[str, Link]) -> None:
        self._known = known
        self._there = links
        self._changed: dict[str, Link] = {}
        #: The records that have an address again.
        self._back: dict[str, str] = {}

    def restore(self, effect: Effect, image: Image, outcome: Outcome) -> None:
        """Bring back what the sync knew of the record of *effect*, whose contact becomes *image*."""
        link = self._there.get(effect.source_id)
        if link is not None:
            changed = self._link(link, effect, image)
            self._changed[link.source_id] = changed._replace(outcome=outcome, reason=Reason.NONE)
        if effect.aside is not None and effect.before is not None and effect.before.id != effect.aside.id:
            self._hand_back(effect.before)

    def links(self) -> list[Link]:
        """Give the links that change; whoever has an address that another one has again is its shadow."""
        claimants = (link for key in self._back for link in self._known.claimants.get(key, ()))
        every = {link.source_id: link for link in claimants} | self._changed
        for link in every.values():
            first = self._back.get(link.key or "", link.source_id)
            if link.state is LinkState.OWNER and link.source_id != first:
                self._changed[link.source_id] = self._shadow(link)
        return list(self._changed.values())

    def _link(self, link: Link, effect: Effect, image: Image) -> Link:
        if effect.aside is not None:
            return self._own(link, effect.aside)
        if effect.outcome is Outcome.REMOVED:
            return self._own(link, image)
        if effect.reason is Reason.OWNERSHIP and effect.before is None:
            return link._replace(state=LinkState.SHADOW, contact_id=None, mapped=effect.mapped)
        if image.status is not ContactStatus.LIVE or effect.reason is Reason.LINKED:
            return link._replace(state=LinkState.SKIPPED, contact_id=None, key=None, mapped=None)
        return link._replace(key=image.key) if link.contact_id == image.id else link

    def _own(self, link: Link, image: Image) -> Link:
        if image.key is not None:
            self._back[image.key] = link.source_id
        return link._replace(state=LinkState.OWNER, contact_id=image.id, key=image.key, mapped=None)

    def _hand_back(self, before: Image) -> None:
        """Give a contact back to the record that had it when another one moved in."""
        link = self._there.get(before.holder)
        if link is not None and link.contact_id is None:
            self._changed[link.source_id] = self._own(link, before)

    def _shadow(self, link: Link) -> Link:
        contact = self._known.by_id.get(link.contact_id or 0)
        mapped = {"email": "" if contact is None else contact.email, **({} if contact is None else contact.fields)}
        return link._replace(state=LinkState.SHADOW, contact_id=None, mapped=mapped)


def records_of(effects: Iterable[Effect]) -> list[str]:
    """Tell which records' links an undo of *effects* is about."""
    holders = (effect.before.holder for effect in effects if effect.before is not None and effect.before.holder)
    return sorted({*(effect.source_id for effect in effects), *holders})
