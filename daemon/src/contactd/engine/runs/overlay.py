"""The store as it would be, were the plans of a preview true: laid over it, in memory."""

from collections.abc import Collection, Iterator, Sequence
from itertools import count

from contactd.domain.ledger import CLAIMED, DELETED, DETACHED, GONE, LEFT, MOVED, Image, Known, Link, Parking, Plan
from contactd.domain.words import LinkState, Outcome, Reason
from contactd.engine.runs.taking import decided
from contactd.store import known, links, suppressions
from contactd.store.database import Database
from contactd.store.known import Scope

_CLAIMS = (LinkState.OWNER, LinkState.SHADOW, LinkState.STALE)


class Overlay:
    """The desk of a preview (`engine.desk.Desk`)."""

    def __init__(self, database: Database, scope: Scope) -> None:
        self._database = database
        self._scope = scope
        self._links: dict[str, Link] = {}
        self._by_key: dict[str, set[str]] = {}
        self._images: dict[int, Image] = {}
        self._ids: dict[str, int] = {}
        self._before: dict[str, Image] = {}
        self._parked: dict[str, Parking] = {}
        # By the address to which a no goes over: the one that it comes from.
        self._objections: dict[str, str] = {}
        self._noted: set[int] = set()
        self._counted = 0
        # Contacts that would be made get numbers that no contact has.
        self._numbers = count(-1, -1)

    def absorb(self, plan: Plan, same: Sequence[Link] = ()) -> None:
        """Take *plan* as true, and the links in *same* as seen and unchanged."""
        self._before.update((row.source_id, row.before) for row in plan.rows if row.before is not None)
        self._take_contacts(plan)
        for link in same:
            self._take(link._replace(seen_run=self._scope.run, outcome=Outcome.UNCHANGED, reason=Reason.NONE))
        for link in plan.links:
            self._take(link)
        for name in decided(plan, self._scope.run):
            if name in self._parked and self._parked[name].why != LEFT:
                del self._parked[name]
        self._parked.update((parking.source_id, parking) for parking in plan.parked)
        self._noted.update(consent.contact_id for consent in plan.consents if consent.subject == "lawful_basis")
        self._counted += sum(plan.counted)
        self._objections.update((new, old) for old, new in plan.objections)

    def _take_contacts(self, plan: Plan) -> None:
        for contact_id in (*plan.released, *plan.unmade):
            if contact_id in self._images:
                self._images[contact_id] = self._images[contact_id]._replace(key=None)
        for image in (*plan.create, *plan.update):
            self._images[image.id] = image
            if image.key is not None:
                self._ids[image.key] = image.id

    def _take(self, link: Link) -> None:
        self._links[link.source_id] = link
        if link.key is not None:
            self._by_key.setdefault(link.key, set()).add(link.source_id)

    def links(self, source_ids: Sequence[str]) -> dict[str, Link]:
        """Give the links of *source_ids*, by source id."""
        with self._database.reading() as r:
            found = links.by_id(r, self._scope.sync, source_ids)
        found.update((name, self._links[name]) for name in source_ids if name in self._links)
        return found

    def known(self, keys: Collection[str], contact_ids: Collection[int], *, most: int | None = None) -> Known:
        """Give what bears on *keys*, and the contacts with *contact_ids*: all of it, whoever wants the *most*."""
        del most
        laid_over = {self._ids[key] for key in keys if key in self._ids}
        with self._database.reading() as r:
            brought = {self._objections[key] for key in keys if key in self._objections}
            stored = known.known(r, self._scope, {*keys, *brought}, {*contact_ids, *laid_over})
        by_id = {number: self._images.get(number, image) for number, image in stored.by_id.items()}
        by_id |= {number: self._images[number] for number in (*contact_ids, *laid_over) if number in self._images}
        return self._with_objections(stored, keys)._replace(
            claimants={key: self._claimants(key, stored.claimants.get(key, [])) for key in keys},
            contacts={image.key: image for image in by_id.values() if image.key is not None},
            by_id=by_id,
            before=self._before,
            noted=stored.noted | self._noted,
            room=None if stored.room is None else stored.room - self._counted,
        )

    def _with_objections(self, stored: Known, keys: Collection[str]) -> Known:
        """Let what somebody said no to under a former address hold for the one that they have now."""
        suppressed, untold, brought = dict(stored.suppressed), dict(stored.untold), dict(stored.brought)
        for key in self._objections.keys() & set(keys):
            old = self._objections[key]
            brought[key] = stored.untold.get(old, frozenset()) - stored.untold.get(key, frozenset())
            untold[key] = stored.untold.get(key, frozenset()) | brought[key]
            if old in stored.objected:
                suppressed.setdefault(key, Reason.DO_NOT_MAIL)
        return stored._replace(suppressed=suppressed, untold=untold, brought=brought)

    def bearing(self, keys: Collection[str], contact_ids: Collection[int]) -> Known:
        """Give what is known, and what of it is about to change at the end of the run."""
        bearing = self.known(keys, contact_ids)
        parked = self._parked.values()
        movers = frozenset(parking.source_id for parking in parked if parking.why == MOVED)
        holders = {link.contact_id for link in self.links(sorted(movers)).values() if link.contact_id is not None}
        left = {int(parking.record) for parking in parked if parking.why == LEFT and parking.record}
        kept = {image.id for image in bearing.by_id.values() if bearing.anchored(image)}
        gone = frozenset(parking.source_id for parking in parked if parking.why in {DELETED, DETACHED, GONE})
        return bearing._replace(moving=frozenset(holders | left) - kept, movers=movers, leaving=gone)

    def parked(self, why: str, at_most: int) -> list[Parking]:
        """Give the records that are parked because of *why*, however many: nobody waits for a step."""
        return self.contested((why,), at_most)

    def contested(self, whys: Sequence[str], at_most: int) -> list[Parking]:
        """Give the records that are parked because of *whys*, however many."""
        del at_most
        return sorted(parking for parking in self._parked.values() if parking.why in whys)

    def claiming(self, keys: Collection[str]) -> list[Parking]:
        """Give the records that claim one of *keys* and wait for the end."""
        return [parking for parking in self.contested((CLAIMED,), 0) if parking.key in keys]

    def unwelcome(self, at_most: int) -> list[Parking]:
        """Give the records that wait for an address which gets no mail, because somebody brought a no along."""
        waiting = self.contested((MOVED, CLAIMED), at_most)
        if not waiting:
            return []
        links = self.links([parking.source_id for parking in waiting])
        held = {name: link.contact_id for name, link in links.items() if link.contact_id is not None}
        bearing = self.known({parking.key for parking in waiting if parking.key}, set(held.values()))
        released = {number for number, image in bearing.by_id.items() if image.key is None}
        unwelcome = {*bearing.suppressed, *(key for key, image in bearing.contacts.items() if image.unsubscribed)}
        return [one for one in waiting if one.key in unwelcome and held.get(one.source_id) not in released]

    def taken(self, source_ids: Sequence[str]) -> None:
        """Forget what was parked of *source_ids*: it is being decided."""
        for source_id in source_ids:
            del self._parked[source_id]

    def ids(self, at_most: int) -> Iterator[int]:
        """Give numbers for up to *at_most* new contacts."""
        del at_most
        return self._numbers

    def erased(self) -> frozenset[bytes]:
        """Give the hashes of addresses whose people were erased."""
        with self._database.reading() as r:
            return suppressions.erased(r, self._scope.workspace)

    def _claimants(self, key: str, stored: Sequence[Link]) -> list[Link]:
        untouched = [link for link in stored if link.source_id not in self._links]
        touched = [self._links[name] for name in sorted(self._by_key.get(key, ()))]
        return untouched + [link for link in touched if link.key == key and link.state in _CLAIMS]
