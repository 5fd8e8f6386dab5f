"""The store as it would be, were the plans of a preview true: laid over it, in memory."""

from collections.abc import Collection, Sequence

from contactd.domain.ledger import Image, Known, Link, Plan
from contactd.domain.words import LinkState, Membership
from contactd.store import known
from contactd.store.database import Reading
from contactd.store.known import Scope

_CLAIMS = (LinkState.OWNER, LinkState.SHADOW, LinkState.STALE)


class Overlay:
    """What plans would have changed so far, before anything else is asked of the store."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._links: dict[str, Link] = {}
        self._by_key: dict[str, set[str]] = {}
        self._images: dict[int, Image] = {}
        self._ids: dict[str, int] = {}
        self._before: dict[str, Image] = {}

    def absorb(self, plan: Plan) -> None:
        """Take *plan* as true."""
        for row in plan.rows:
            if row.before is not None:
                self._before[row.source_id] = row.before
        for contact_id in plan.released:
            if contact_id in self._images:
                self._images[contact_id] = self._images[contact_id]._replace(key=None)
        for image in (*plan.create, *plan.update):
            joined = Membership.SUBSCRIBED if image.id in plan.joins else image.membership
            self._images[image.id] = image._replace(membership=joined)
            if image.key is not None:
                self._ids[image.key] = image.id
        for link in plan.links:
            self._links[link.source_id] = link
            if link.key is not None:
                self._by_key.setdefault(link.key, set()).add(link.source_id)

    def keep(self, links: Sequence[Link]) -> None:
        """Take *links* as seen and unchanged."""
        for link in links:
            self._links[link.source_id] = link
            if link.key is not None:
                self._by_key.setdefault(link.key, set()).add(link.source_id)

    def links(self, r: Reading, source_ids: Sequence[str]) -> dict[str, Link]:
        """Give the links of *source_ids*, by source id."""
        found = known.links(r, self._scope, source_ids)
        found.update((name, self._links[name]) for name in source_ids if name in self._links)
        return found

    def known(self, r: Reading, keys: Collection[str], contact_ids: Collection[int]) -> Known:
        """Give what bears on *keys*, and the contacts with *contact_ids*."""
        stored = known.known(r, self._scope, keys, contact_ids)
        claimants = {key: self._claimants(key, stored.claimants.get(key, [])) for key in keys}
        contacts = {key: image for key in keys if (image := self._contact(key, stored.contacts.get(key))) is not None}
        by_id = {**stored.by_id, **{image.id: image for image in contacts.values()}}
        by_id |= {number: self._images[number] for number in contact_ids if number in self._images}
        return stored._replace(claimants=claimants, contacts=contacts, by_id=by_id, before=self._before)

    def _claimants(self, key: str, stored: Sequence[Link]) -> list[Link]:
        untouched = [link for link in stored if link.source_id not in self._links]
        touched = [self._links[name] for name in sorted(self._by_key.get(key, ()))]
        return untouched + [link for link in touched if link.key == key and link.state in _CLAIMS]

    def _contact(self, key: str, stored: Image | None) -> Image | None:
        if key in self._ids and self._images[self._ids[key]].key == key:
            return self._images[self._ids[key]]
        if stored is None:
            return None
        now = self._images.get(stored.id, stored)
        return now if now.key == key else None
