"""Who is on a list, in which order: ids only, so that a million of them take eight bytes each.

Rule: the crowd's own order is sorted once for each column and kept; those who
are known one by one are sorted at the first page after a change, and laid
between.
"""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import Any

from contactd_zoho_sandbox.finance.contacts import Contact
from contactd_zoho_sandbox.finance.filters import ORDERS
from contactd_zoho_sandbox.finance.listing import Selection
from contactd_zoho_sandbox.finance.population import Population

#: Orders are big; a caller who asks for a new one every time must not fill the memory.
MOST_ORDERS = 8

Ids = Sequence[int]


class Orders:
    """The lists of a *population*, each as true as the last change."""

    def __init__(self, population: Population) -> None:
        self._population = population
        self._orders: dict[Selection, Ids] = {}
        self._of_the_crowd: dict[tuple[str, str], Ids] = {}

    def forget(self) -> None:
        """Sort anew: something was changed."""
        self._orders.clear()

    def of(self, selection: Selection) -> Ids:
        """Return the ids of those who are wanted, in the order that is wanted."""
        order = self._orders.pop(selection, None)
        if order is None:
            order = self._merged(self._crowd(selection), self._known(selection), selection)
        # Taken out and put back, so that the order used longest ago is the first to go.
        self._orders[selection] = order
        if len(self._orders) > MOST_ORDERS:
            del self._orders[next(iter(self._orders))]
        return order

    def _known(self, selection: Selection) -> list[Contact]:
        bound = selection.modified_after
        claims = selection.kind_claims + selection.own_claims
        wanted = [
            contact
            for contact in self._population.known()
            if (bound is None or contact.modified > bound) and all(claim(contact) for claim in claims)
        ]
        # They lie in the order of their ids, and sorting is stable.
        return sorted(wanted, key=ORDERS[selection.sort_column], reverse=selection.sort_order == "D")

    def _crowd(self, selection: Selection) -> Ids:
        population = self._population
        typical = population.crowd.contact(population.crowd.first_id)
        if not all(claim(typical) for claim in selection.kind_claims):
            return ()
        ids = self._sorted_crowd(selection.sort_column, selection.sort_order)
        if selection.modified_after is not None:
            ids = self._modified_after(ids, selection, selection.modified_after)
        if population.departed:
            ids = array("Q", [identity for identity in ids if identity not in population.departed])
        if claims := selection.own_claims:
            contact = population.crowd.contact
            ids = array("Q", [identity for identity in ids if all(claim(contact(identity)) for claim in claims)])
        return ids

    def _sorted_crowd(self, column: str, order: str) -> Ids:
        ids = self._of_the_crowd.get((column, order))
        if ids is None:
            every = self._population.crowd.ids
            ids = array("Q", sorted(every, key=self._key(column), reverse=order == "D"))
            self._of_the_crowd[column, order] = ids
        return ids

    def _modified_after(self, ids: Ids, selection: Selection, bound: int) -> Ids:
        modified = self._population.crowd.modified
        if selection.sort_column != "last_modified_time":
            return array("Q", [identity for identity in ids if modified(identity) > bound])
        if selection.sort_order == "D":
            return ids[: _first(ids, lambda identity: modified(identity) <= bound)]
        return ids[_first(ids, lambda identity: modified(identity) > bound) :]

    def _merged(self, ids: Ids, known: list[Contact], selection: Selection) -> Ids:
        key, own = self._key(selection.sort_column), ORDERS[selection.sort_column]
        descending = selection.sort_order == "D"
        merged, start = array("Q"), 0
        for contact in known:
            identity, mine = int(contact.contact_id), own(contact)

            def follows(other: int, identity: int = identity, mine: Any = mine) -> bool:
                theirs = key(other)
                return other > identity if theirs == mine else (theirs > mine) != descending

            place = _first(ids, follows, start)
            merged.extend(ids[start:place])
            merged.append(identity)
            start = place
        merged.extend(ids[start:])
        return merged

    def _key(self, column: str) -> Callable[[int], Any]:
        """Return what places an id of the crowd; for times, no contact has to be made."""
        crowd = self._population.crowd
        match column:
            case "created_time":
                return crowd.created
            case "last_modified_time":
                return crowd.modified
        return lambda identity: ORDERS[column](crowd.contact(identity))


def _first(ids: Ids, holds: Callable[[int], bool], start: int = 0) -> int:
    """Return the place from *start* on from which *holds* does, to the end."""
    return bisect_left(ids, 1, lo=start, key=holds)
