"""What a run of the plain model knows before it decides: what it reads, and who carries which address."""

from copy import deepcopy
from dataclasses import dataclass, field

from contactd_sdk import Record
from model.orders import DELETED_THERE, MAPPING, Good, Order, Reading, look, said
from model.people import GONE, LIVE, OWNER, SHADOW, Contact, Store

Told = dict[str, tuple[str, str]]


@dataclass
class Judging:
    """One run. *old* is the store before it: everything is decided by that, and written into *store*."""

    store: Store
    order: Order
    reading: Reading
    told: Told = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.old = deepcopy(self.store)
        self.before = self.old.of(self.order.sync)
        self.links = self.store.of(self.order.sync)
        self.records = {record.id: record for record in self.reading.records if not self._is_repeat(record)}
        looks = {name: look(record, self.order, self.old, self.home(name)) for name, record in self.records.items()}
        self.good = {name: seen for name, seen in looks.items() if isinstance(seen, Good)}
        self.refused = {name: seen for name, seen in looks.items() if isinstance(seen, str) and seen != DELETED_THERE}
        self.deleted = {name for name, seen in looks.items() if seen == DELETED_THERE}
        self.missing = self._missing() if self.reading.sweep else set()
        self.movers = {
            name for name, good in self.good.items() if (home := self.home(name)) is not None and home.key != good.key
        }
        self.winners = self._winners()
        self.taken: set[int] = set()
        #: The addresses that an objection went along to: their records are looked at afresh.
        self.objected: set[str] = set()

    def _is_repeat(self, record: Record) -> bool:
        """Whether the overlap brings a record again that is known as it is: not counted."""
        until, link = self.reading.known_until, self.before.get(record.id)
        same = link is not None and link.seen == (record, self.order)
        return same and until is not None and record.modified is not None and record.modified <= until

    def _missing(self) -> set[str]:
        there = {record.id for record in self.reading.records} | self.reading.slipped
        return {name for name, link in self.before.items() if name not in there and link.state != GONE}

    def home(self, name: str) -> Contact | None:
        """Give the contact that a record held before this run, if it is alive."""
        link = self.before.get(name)
        home = None if link is None or link.contact is None else self.old.contacts[link.contact]
        return home if home is not None and home.status == LIVE else None

    def _winners(self) -> dict[str, str]:
        """Tell for each key who owns it now: the smallest of those that carry it (the W-rule)."""
        claims = [(good.key, good.rank, name) for name, good in self.good.items()]
        for name, link in self.before.items():
            unread = name not in self.records and name not in self.missing
            if unread and link.state in {OWNER, SHADOW} and link.key and not self.old.forbidden(link.key):
                claims.append((link.key, link.rank, name))
        return {key: name for key, _, name in sorted(claims, reverse=True)}

    def says(self, name: str) -> Good:
        """Give what a record says, or what a shadow said when it was read, of the fields that are mapped now."""
        if name in self.good:
            return self.good[name]
        link, mapped = self.before[name], {MAPPING[source] for source in self.order.maps}
        values = {target: value for target, value in link.values.items() if target in mapped}
        return Good(link.key or "", link.rank, values, link.modified, link.email)

    def meant(self, name: str) -> Good:
        """Give what a record says that is not taken."""
        return said(self.records[name], self.order, self.home(name))

    def seen(self, name: str) -> object:
        """Give what is remembered of a record, to tell whether it changed."""
        return (self.records[name], self.order) if name in self.records else self.before[name].seen

    def holder(self, there: Contact) -> str | None:
        """Give the record of this sync that holds a contact."""
        return next((name for name, link in self.before.items() if link.contact == there.id), None)

    def was_shadow(self, name: str, key: str | None) -> bool:
        """Whether a record waited for *key*."""
        return name in self.before and (self.before[name].state, self.before[name].key) == (SHADOW, key)
