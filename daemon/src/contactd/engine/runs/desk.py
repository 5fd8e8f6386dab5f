"""Where decisions are made: what is known, and what is still undecided.

Rule: a run and a preview decide with the very same functions, each at its own
desk. The run's is the store; a preview's is the store with its own plans laid
over it (`engine.overlay`).
"""

from collections.abc import Collection, Iterator, Sequence
from itertools import count
from typing import Protocol

from contactd.domain.ledger import Known, Link, Parking
from contactd.store import known, links, suppressions
from contactd.store import settle as asked
from contactd.store.database import Transaction
from contactd.store.known import Scope


class Desk(Protocol):
    """What a decision is made from."""

    def links(self, source_ids: Sequence[str]) -> dict[str, Link]:
        """Give the links of *source_ids*, by source id."""
        ...

    def known(self, keys: Collection[str], contact_ids: Collection[int], *, most: int | None = None) -> Known:
        """Give what bears on *keys*, and the contacts with *contact_ids*.

        *most*: of an address that many records carry, so many of those that wait are enough.
        """
        ...

    def bearing(self, keys: Collection[str], contact_ids: Collection[int]) -> Known:
        """Give what is known, and what of it is about to change at the end of the run."""
        ...

    def parked(self, why: str, at_most: int) -> list[Parking]:
        """Give up to *at_most* records that are parked because of *why*."""
        ...

    def contested(self, whys: Sequence[str], at_most: int) -> list[Parking]:
        """Give about *at_most* records that are parked because of *whys*: all of those that want one address."""
        ...

    def claiming(self, keys: Collection[str]) -> list[Parking]:
        """Give the records that claim one of *keys* and wait for the end."""
        ...

    def unwelcome(self, at_most: int) -> list[Parking]:
        """Give up to *at_most* records that wait for an address which gets no mail by now."""
        ...

    def taken(self, source_ids: Sequence[str]) -> None:
        """Forget what was parked of *source_ids*: it is being decided."""
        ...

    def ids(self, at_most: int) -> Iterator[int]:
        """Give numbers for up to *at_most* new contacts."""
        ...

    def erased(self) -> frozenset[bytes]:
        """Give the hashes of addresses whose people were erased."""
        ...


class Stored:
    """The desk of a run: the store, in a transaction that holds the fence."""

    def __init__(self, tx: Transaction, scope: Scope) -> None:
        self._tx = tx
        self._scope = scope

    def links(self, source_ids: Sequence[str]) -> dict[str, Link]:
        """Give the links of *source_ids*, by source id."""
        return links.by_id(self._tx, self._scope.sync, source_ids)

    def known(self, keys: Collection[str], contact_ids: Collection[int], *, most: int | None = None) -> Known:
        """Give what bears on *keys*, and the contacts with *contact_ids*."""
        return known.known(self._tx, self._scope, keys, contact_ids, most=most)

    def bearing(self, keys: Collection[str], contact_ids: Collection[int]) -> Known:
        """Give what is known, and what of it is about to change at the end of the run."""
        bearing = self.known(keys, contact_ids)
        movers, leaving = asked.awaited(self._tx, self._scope, keys)
        moving = asked.moving(self._tx, self._scope, keys, bearing.by_id)
        kept = {image.id for image in bearing.by_id.values() if bearing.anchored(image)}
        return bearing._replace(moving=moving - kept, movers=movers, leaving=leaving)

    def parked(self, why: str, at_most: int) -> list[Parking]:
        """Give up to *at_most* records that are parked because of *why*."""
        return asked.parked(self._tx, self._scope, why, at_most)

    def contested(self, whys: Sequence[str], at_most: int) -> list[Parking]:
        """Give about *at_most* records that are parked because of *whys*: all of those that want one address."""
        return asked.contested(self._tx, self._scope, whys, at_most)

    def claiming(self, keys: Collection[str]) -> list[Parking]:
        """Give the records that claim one of *keys* and wait for the end."""
        return asked.claiming(self._tx, self._scope, keys)

    def unwelcome(self, at_most: int) -> list[Parking]:
        """Give up to *at_most* records that wait for an address which gets no mail by now."""
        return asked.unwelcome(self._tx, self._scope, at_most)

    def taken(self, source_ids: Sequence[str]) -> None:
        """Forget what was parked of *source_ids*: it is being decided."""
        asked.taken(self._tx, self._scope, source_ids)

    def ids(self, at_most: int) -> Iterator[int]:
        """Give numbers for up to *at_most* new contacts."""
        return count(self._tx.reserve("contact", at_most) if at_most else 0)

    def erased(self) -> frozenset[bytes]:
        """Give the hashes of addresses whose people were erased."""
        return suppressions.erased(self._tx, self._scope.workspace)
