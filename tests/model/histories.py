"""Histories: what happens at a source and among people, run after run, and how the runs come about.

Made by hypothesis, so that one that fails is made as small as it can be.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from itertools import product
from typing import NamedTuple

from hypothesis import strategies as st

from contactd.domain.words import Mode
from contactd_sdk import Record, Value
from fakes.house import EPOCH
from model.orders import Order
from model.people import ADDRESSES, GOOD
from model.stage import Manner

#: Minutes between two rounds: longer than the overlap, so that some repeats are in it and some are not.
ROUND = 4


@dataclass(frozen=True)
class Customer:
    """A customer at the source, at one time."""

    number: int
    email: str
    first: str = "X"
    company: str | None = ""
    kind: str = ""
    size: str | None = None
    edited: int = 0

    def record(self) -> Record:
        """Give it as the source does; who is *created* first is not who has the smallest id."""
        values: dict[str, Value] = {"email": self.email, "first": self.first}
        if self.company is not None:
            values["company"] = self.company
        if self.size is not None:
            values["size"] = self.size
        return Record(
            id=str(self.number),
            values=values,
            title=f"Customer {self.number}",
            created=EPOCH + timedelta(minutes=(self.number * 7) % 4),
            modified=EPOCH + timedelta(minutes=self.edited),
            customer=self.kind != "vendor",
            inactive=self.kind == "inactive",
            deleted=self.kind == "deleted",
        )


class Act(NamedTuple):
    """What a person does between two runs: *verb* to whoever has *key*."""

    verb: str
    key: str
    value: str = ""


@dataclass(frozen=True)
class Round:
    """What people do, whether they edit the mapping, then how the source is, then a run that reads it."""

    acts: tuple[Act, ...]
    world: tuple[Customer, ...]
    mode: Mode
    manner: Manner
    malformed: tuple[str, ...] = ()
    sync: int = 1
    #: The source fields that the sync maps from now on; None: those that it did.
    maps: tuple[str, ...] | None = None


@dataclass(frozen=True)
class History:
    """Syncs as they are set up, and what happens to them."""

    orders: tuple[Order, ...]
    rounds: tuple[Round, ...]


class Scope(NamedTuple):
    """What histories are made of."""

    addresses: tuple[str, ...] = tuple(ADDRESSES)
    kinds: tuple[str, ...] = (*[""] * 9, "vendor", "inactive", "deleted")
    acts: bool = True
    modes: tuple[Mode, ...] = tuple(Mode)
    malformed: bool = True
    update_empty: bool | None = None
    rounds: int = 3
    policies: bool = True
    #: Whether customers change their addresses to other good ones.
    moves: bool = True
    syncs: int = 1
    #: Whether mappings are edited.
    edits: bool = False
    #: Whether some records say nothing of a field, which is to leave it alone.
    silent: bool = True


#: Ways in which a run may come about. One draw each: thousands of histories are made, and every draw costs.
_MANNERS = tuple(
    Manner(page_size, seed, at_once, crash)
    for page_size, seed, at_once, crash in product((100, 1, 2, 3), range(5), (500, 1, 2), (*[None] * 6, 1, 2, 4, 7, 11))
)


@st.composite
def histories(draw: st.DrawFn, scope: Scope) -> History:
    """Make a history of one sync, or of two."""
    every = [draw(orders(scope))]
    if scope.syncs > 1:
        list_, connection, priority = draw(st.sampled_from(_SECONDS))
        every.append(replace(draw(orders(scope)), sync=2, list=list_, connection=connection, priority=priority))
    worlds_: dict[int, dict[int, Customer]] = {}
    own: dict[int, str] = {}
    rounds = []
    for moment in range(1, draw(st.integers(2, scope.rounds)) + 1):
        order = draw(st.sampled_from(every))
        world = draw(worlds(scope, worlds_.get(order.connection, {}), own, ROUND * moment))
        worlds_[order.connection] = world
        rounds.append(draw(_rounds(scope, order.sync, tuple(world.values()))))
    return History(tuple(every), tuple(rounds))


#: The list, the connection and its priority of a second sync.
_SECONDS = ((1, 2, 0), (1, 2, 5), (2, 2, 0), (2, 2, 5), (1, 1, 0), (2, 1, 0))


def orders(scope: Scope) -> st.SearchStrategy[Order]:
    """Make the setting-up of a sync."""
    emptying = st.booleans() if scope.update_empty is None else st.just(scope.update_empty)
    if not scope.policies:
        return st.builds(Order, update_empty=emptying)
    return st.builds(
        Order,
        update_empty=emptying,
        type=st.sampled_from(["marketing", "non_marketing"]),
        topics=st.sampled_from([(), (1, 2)]),
        basis=st.sampled_from(["", "consent"]),
        inactive=st.sampled_from(["sync", "skip", "remove"]),
        roles=st.sampled_from(["skip", "allow"]),
        typo=st.sampled_from(["known", "off"]),
        on_leave=st.sampled_from(["keep", "detach"]),
        suppressed=st.sampled_from(["skip", "refresh"]),
        strict=st.booleans(),
        raise_type=st.booleans(),
        company=st.sampled_from(["", "", "", "acme"]),
        after=st.sampled_from([None, None, None, EPOCH + timedelta(minutes=ROUND + 2)]),
    )


#: Of ten changes to a customer, one takes it away, and those beyond this one leave its address alone.
_EDITS = 5


@st.composite
def worlds(
    draw: st.DrawFn, scope: Scope, world: dict[int, Customer], own: dict[int, str], moment: int
) -> dict[int, Customer]:
    """Change the customers of *world*: some come, some change, some go, some exchange their addresses.

    *own* is the one good address of each, where nobody moves.
    """
    world = dict(world)
    for number in draw(st.lists(st.integers(1, 6), min_size=2, max_size=6, unique=True)):
        change = draw(st.integers(0, 9))
        if number in world and change == 0:
            del world[number]
        else:
            look = draw(st.sampled_from(_looks(scope)))
            if number not in world and look.kind == "deleted":
                look = replace(look, kind="")
            if number in world and change > _EDITS:
                look = replace(look, email=world[number].email, kind=world[number].kind)
            world[number] = replace(look, number=number, edited=moment + draw(st.integers(0, 3)))
            if not scope.moves and look.email in GOOD:
                world[number] = replace(world[number], email=own.setdefault(number, look.email))
    turning = draw(st.lists(st.sampled_from(sorted(world)), max_size=4, unique=True)) if world and scope.moves else []
    emails = [world[number].email for number in turning]
    for number, email in zip(turning, emails[1:] + emails[:1], strict=True):
        if email != world[number].email:
            world[number] = replace(world[number], email=email, edited=moment)
    return world


@cache
def _looks(scope: Scope) -> tuple[Customer, ...]:
    """Give every look that a customer of *scope* can have, number and time aside."""
    companies = ("", "Acme", None) if scope.silent else ("", "Acme")
    sizes = (None, None, "", "7", "many") if scope.silent else ("7",)
    every = product(scope.addresses, ("X", "Y", ""), companies, scope.kinds, sizes)
    return tuple(Customer(0, *look) for look in every)


def _rounds(scope: Scope, sync: int, world: tuple[Customer, ...]) -> st.SearchStrategy[Round]:
    return st.builds(
        Round,
        sync=st.just(sync),
        maps=st.sampled_from(_EDITED) if scope.edits else st.none(),
        acts=st.sampled_from(_ACTED) if scope.acts else st.just(()),
        world=st.just(world),
        mode=st.sampled_from(scope.modes),
        manner=st.sampled_from(_MANNERS),
        malformed=st.sampled_from([(), (), ("{",), ("{", "[")]) if scope.malformed else st.just(()),
    )


#: Mappings that people come to; most rounds leave them alone.
_EDITED = (*[None] * 8, ("first", "company", "size"), ("first", "size"), ("company",), ())

_VERBS = ("hard_bounce", "do_not_mail", "complaint", "blocked", "unsubscribe")
_KEYS = sorted({ADDRESSES[address][0] or "" for address in GOOD})
_BY_HAND = (
    ("create", "Hand"),
    ("name", "Hand"),
    ("company", ""),
    ("give_back", "first-name"),
    ("give_back", "email"),
    ("move", "a@example.com"),
    ("move", "B@Example.com"),
    ("move", "c@example.com"),
    ("type", "marketing"),
    ("type", "non_marketing"),
    ("basis", "contract"),
    ("delete", ""),
    ("undelete", ""),
)
_ACTS = (
    *(Act(*act) for act in product(_VERBS, _KEYS)),
    *(Act(verb, key, value) for (verb, value), key in product(_BY_HAND, _KEYS)),
)


#: A third of all rounds are let alone by people.
_ACTED = (*[()] * (len(_ACTS) // 2), *((act,) for act in _ACTS))


def told(history: History) -> str:
    """Write a history down for a person who wants to play it by hand."""
    lines = [f"orders: {history.orders}"]
    for number, one in enumerate(history.rounds, 1):
        lines.append(f"round {number}: sync {one.sync} {one.mode} {one.manner} malformed={one.malformed}")
        lines += [f"  act {act}" for act in one.acts]
        lines += [f"  maps {one.maps}"] if one.maps is not None else []
        lines += [f"  {customer}" for customer in one.world]
    return "\n".join(lines)
