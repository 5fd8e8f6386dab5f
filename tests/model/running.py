"""The plain model of a run: every outcome at once, from the store before it and the set of records read.

Rule: nothing here knows of pages, of steps or of order (daemon/REQUIREMENTS.md
I8). Who carries an address is settled first, over the whole set; then each
contact goes to whoever carries its address or takes it along; then what nobody
holds any more is removed.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from model.judging import Judging, Told
from model.orders import Good, Order, Reading, rank_of
from model.people import (
    DELETED,
    GONE,
    LIVE,
    OBJECTIONS,
    OWNER,
    SHADOW,
    SKIPPED,
    STALE,
    SUPPRESSIONS,
    Contact,
    Link,
    Store,
)
from model.writing import join, keep_off, make, part, refresh, revive, write


def run(store: Store, order: Order, reading: Reading) -> Told:
    """Change *store* as a run of *order* over *reading* must; give the outcome of each record."""
    carried = _Run(store, order, reading)
    carried.decide()
    return carried.told


def counted(told: Told, malformed: Sequence[str]) -> Counter[str]:
    """Give the counts of a run: sums over its outcomes, and over what could not be read (I1)."""
    counts = Counter(":".join(filter(None, pair)) for pair in told.values())
    return counts + Counter({"failed:malformed": len(set(malformed))})


class _Run(Judging):
    """One run, decided."""

    def decide(self) -> None:
        for key, name in self.winners.items():
            self._award(key, name)
        for name, good in self.good.items():
            if self.winners[good.key] != name:
                self._shade(name, good)
        for name in self.movers:
            self._forsake(name)
        for name, reason in self.refused.items():
            self._refuse(name, reason)
        for name in self.deleted | self.missing:
            self._close(name)
        for key in self.objected:
            self.store.forget_records(None, key)
        self._tell_others()

    def _tell_others(self) -> None:
        """What another sync knows of a contact that is not what it was, it looks at afresh."""
        for number, contact in self.store.contacts.items():
            if contact != self.old.contacts.get(number):
                self.store.forget_records(contact, None, but=self.order.sync)

    def _award(self, key: str, name: str) -> None:
        """Give *key* to the record that owns it, and with it a contact."""
        home, there = self.home(name), self.old.under(key)
        if home is not None and home.key == key:
            self._keep(name, home)
        elif there is not None and there.status != LIVE and home is None:
            self._come_back(name, there)
        elif name in self.movers and self._is_free(there):
            self._rename(name, key, there)
        elif there is None or (home is None and self._goes_along(there)):
            made = ("updated", "ownership") if self.was_shadow(name, key) else ("added", "")
            self._own(name, make(self.store, self.order, key, self.says(name)), *made)
        elif name in self.movers:
            self._take(name, there, "email_changed_merged")
        else:
            self._take(name, there, "ownership" if self.holder(there) else "linked")

    def _keep(self, name: str, home: Contact) -> None:
        if name not in self.records:
            return
        contact = self.store.contacts[home.id]
        changed = write(self.store, contact, self.order, self.says(name)) | join(self.store, contact, self.order)
        self._own(name, contact, "updated" if changed or home.stale else "unchanged", "")

    def _come_back(self, name: str, there: Contact) -> None:
        """Row 19. Nobody comes back who was not read."""
        if name in self.records:
            contact = self.store.contacts[there.id]
            self._relieve(there)
            revive(self.store, contact, self.order, self.says(name))
            self._own(name, contact, "readded", "")

    def _is_free(self, there: Contact | None) -> bool:
        """Whether nobody holds an address any more once all who leave have let go (E1)."""
        return there is None or there.status != LIVE or self._mover(there) is not None

    def _mover(self, there: Contact) -> str | None:
        """Give the record that holds *there* and leaves its address, and could take it along."""
        holder = self.holder(there)
        alone = not self.old.held_otherwise(there, self.order.sync)
        return holder if holder in self.movers and alone else None

    def _goes_along(self, there: Contact) -> bool:
        """Whether *there* leaves its address together with its record."""
        mover = self._mover(there)
        if mover is None:
            return False
        key = self.good[mover].key
        return self.winners[key] == mover and self._is_free(self.old.under(key))

    def _rename(self, name: str, key: str, there: Contact | None) -> None:
        """E1: the contact goes along, and so does what the person asked for."""
        home = self.home(name)
        assert home is not None
        if there is not None and self.store.contacts[there.id].key == key:
            self.store.contacts[there.id].key = None
        if home.key and OBJECTIONS & self.old.suppressed.get(home.key, set()):
            self.store.suppressed.setdefault(key, set()).add("do_not_mail")
            self.objected.add(key)
        if self.old.held_otherwise(home, self.order.sync):
            if self.old.objects(home, self.order.list):
                self._refuse(name, "do_not_mail")
                return
            contact = make(self.store, self.order, key, self.says(name))
        else:
            contact = self.store.contacts[home.id]
            contact.key = key
            write(self.store, contact, self.order, self.says(name))
            join(self.store, contact, self.order)
        self._own(name, contact, "updated", "email_changed")

    def _take(self, name: str, there: Contact, reason: str) -> None:
        """The record takes over a contact that is there; whoever held it lets go."""
        contact, home = self.store.contacts[there.id], self.home(name)
        self._relieve(there)
        if home is not None:
            keep_off(contact, self.order, home, objects=self.old.objects(home, self.order.list))
        write(self.store, contact, self.order, self.says(name))
        join(self.store, contact, self.order)
        self._own(name, contact, "updated", reason)

    def _relieve(self, there: Contact) -> None:
        """Take a contact from the record that holds it, if that was not read."""
        holder = self.holder(there)
        if holder is not None and holder not in self.records and holder not in self.missing:
            link = self.links[holder]
            owned = link.state == OWNER
            values = {target: there.values.get(target) for target in link.values}
            let_go = Link(link.rank, seen=link.seen, modified=link.modified)
            shadow = replace(let_go, state=SHADOW, key=link.key, email=there.email, values=values)
            self.links[holder] = shadow if owned else let_go

    def _own(self, name: str, contact: Contact, outcome: str, reason: str) -> None:
        self.taken.add(contact.id)
        says = self.says(name)
        self.links[name] = Link(
            says.rank, OWNER, contact.id, contact.key, says.email, says.values, says.modified, self.seen(name)
        )
        self.told[name] = (outcome, reason)

    def _shade(self, name: str, good: Good) -> None:
        self.links[name] = Link(
            good.rank, SHADOW, None, good.key, good.email, good.values, good.modified, self.seen(name)
        )
        self.told[name] = ("skipped", "file_duplicate")

    def _forsake(self, name: str) -> None:
        """A contact that its record left behind goes, unless another record has taken it (D1, D2)."""
        home = self.home(name)
        assert home is not None
        if home.id not in self.taken:
            self._part(home)
            if home.key in self.winners and not self.old.held_otherwise(home, self.order.sync):
                self.store.contacts[home.id].key = None

    def _refuse(self, name: str, reason: str) -> None:
        """Do not take a record: a contact that it holds stays, unless another record has taken it."""
        home = self.home(name)
        if home is not None and home.id not in self.taken and reason == "criteria" and self.order.on_leave == "detach":
            self._leave(name, home)
            return
        link = self.before.get(name)
        if home is None and link is not None and link.contact is not None and link.contact not in self.taken:
            # Deleted by hand: the record comes back with it.
            self.links[name] = self._read(name, STALE, link.contact, link.key)
        elif home is None or home.id in self.taken:
            self.links[name] = self._read(name, SKIPPED)
        else:
            self.links[name] = self._read(name, STALE, home.id, home.key)
            self._touch(self.store.contacts[home.id], reason, self.meant(name))
        self.told[name] = ("failed" if reason == "rejected" else "skipped", reason)

    def _read(self, name: str, state: str, contact: int | None = None, key: str | None = None) -> Link:
        record = self.records[name]
        return Link(rank_of(record), state, contact, key, modified=record.modified, seen=self.seen(name))

    def _leave(self, name: str, home: Contact) -> None:
        """Row 6 with `on_leave=detach`: off all that this sync gave, and no more than that."""
        part(self.store, self.store.contacts[home.id], self.order)
        self.links[name] = replace(self._read(name, SKIPPED), seen=None)
        self.told[name] = ("removed", "detached")

    def _touch(self, contact: Contact, reason: str, says: Good) -> None:
        """Flag the contact of a record whose address is no good (E3), or refresh one that gets no mail (row 13)."""
        moved = reason in SUPPRESSIONS.values() and says.key != contact.key
        if reason in _BAD_ADDRESS or moved:
            contact.stale = True
        elif reason == "do_not_mail" and self.order.suppressed == "refresh":
            refresh(self.store, contact, self.order, says)

    def _close(self, name: str) -> None:
        """D1 to D4: a record is gone."""
        link, read = self.before.get(name), name in self.deleted
        if link is None or (read and link.contact is None and link.state != SHADOW):
            self.links[name] = self._read(name, SKIPPED)
            self.told[name] = ("skipped", "unknown_record")
            return
        home = self.home(name)
        if home is not None and home.id not in self.taken:
            self.told[name] = ("removed", "detached" if self._part(home) else "")
        elif read:
            self.told[name] = ("unchanged", "")
        self.links[name] = Link(link.rank, GONE, modified=link.modified)

    def _part(self, home: Contact) -> bool:
        """Take *home* off the list, and away unless something else holds it; tell whether it stays."""
        contact = self.store.contacts[home.id]
        part(self.store, contact, self.order)
        stays = self.old.held_otherwise(home, self.order.sync)
        contact.status = LIVE if stays else DELETED
        return stays


_BAD_ADDRESS = frozenset({"empty_email", "invalid_pattern", "role_address"})
